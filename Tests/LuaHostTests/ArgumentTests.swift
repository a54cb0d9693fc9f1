import Testing

@testable import LuaHost

@Suite("Arguments")
struct ArgumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let message: String
        var testDescription: String { text }
    }

    /// What follows when no option has a similar name.
    static let options =
        "; it takes ball, data, epochs, lr, decay, shuffle, name, colour,"
        + " on_epoch, extra, layers"

    /// What follows when the first argument of `nj.fit` was left out.
    static let noBall =
        " (nj.Ball expected, got nil): what to train, as in nj.fit(ball, { epochs = 3 })"

    /// The exact words, as scripts and their readers see them.
    static let refused = [
        Case(text: "nj.fit(nil)", message: "bad argument #1 to 'fit'" + noBall),
        Case(text: "nj.fit()", message: "bad argument #1 to 'fit'" + noBall),
        Case(text: "nj.fit({ epochs = 3 })", message: "missing option 'ball' to 'nj.fit'" + noBall),
        Case(
            text: "nj.fit(b, 'x')",
            message: "bad argument #2 to 'fit' (nj.Point or number expected, got string \"x\")"),
        Case(
            text: "b.kick(3)",
            message: "calling 'kick' on bad self (nj.Ball expected, got number 3):"
                + " did you write ball.kick instead of ball:kick?"),
        Case(
            text: "b.kick{ force = 1 }",
            message: "calling 'kick' on bad self (nj.Ball expected, got table):"
                + " did you write ball.kick instead of ball:kick?"),
        Case(
            text: "b.kick(nj.toys.point(1), 3)",
            message: "calling 'kick' on bad self (nj.Ball expected, got nj.Point):"
                + " did you write ball.kick instead of ball:kick?"),
        Case(
            text: "nj.fit(b, { epochs = 'ten' })",
            message: "bad option 'epochs' to 'fit' (integer expected, got string \"ten\")"),
        Case(
            text: "nj.fit(b, { epochs = '10' })",
            message: "bad option 'epochs' to 'fit' (integer expected, got string \"10\")"),
        Case(
            text: "nj.fit(b, { epochs = 1.5 })",
            message: "bad option 'epochs' to 'fit' (number has no integer representation, got 1.5)"),
        Case(
            text: "nj.fit(b, { epochs = 0 })",
            message: "bad option 'epochs' to 'fit' (must be between 1 and 100000, got 0)"),
        Case(
            text: "nj.fit(b, { epoch = 3 })",
            message: "unknown option 'epoch' to 'fit' (did you mean 'epochs'?)"),
        Case(text: "nj.fit(b, { quux = 3 })", message: "unknown option 'quux' to 'fit'" + options),
        Case(text: "nj.fit(b, { 3 })", message: "unknown option 'number 1' to 'fit'" + options),
        Case(
            text: "nj.fit(b, { lr = -1.0 })",
            message: "bad option 'lr' to 'fit' (must be >= 0, got -1.0)"),
        Case(
            text: "nj.fit(b, { lr = 0/0 })",
            message: "bad option 'lr' to 'fit' (must not be NaN)"),
        Case(
            text: "nj.fit(b, { decay = 1 })",
            message: "bad option 'decay' to 'fit' (must be >= 0 and < 1, got 1)"),
        Case(
            text: "b:kick(0)", message: "bad argument #1 to 'kick' (must be > 0, got 0)"),
        Case(
            text: "nj.fit(b, { shuffle = 1 })",
            message: "bad option 'shuffle' to 'fit' (boolean expected, got number 1)"),
        Case(
            text: "nj.fit(b, { name = 1 })",
            message: "bad option 'name' to 'fit' (string expected, got number 1)"),
        Case(
            text: "nj.fit(b, { name = '\\xff' })",
            message: "bad option 'name' to 'fit' (text in UTF-8 expected, got other bytes)"),
        Case(
            text: "nj.fit(b, { colour = 'gren' })",
            message: "bad option 'colour' to 'fit' ('red' or 'green' or 'dark' expected,"
                + " got string \"gren\" (did you mean 'green'?))"),
        Case(
            text: "nj.fit(b, { on_epoch = 'x' })",
            message: "bad option 'on_epoch' to 'fit' (function expected, got string \"x\")"),
        Case(
            text: "nj.fit(b, { extra = 1 })",
            message: "bad option 'extra' to 'fit' (table expected, got number 1)"),
        Case(
            text: "nj.fit(b, { layers = 3 })",
            message: "bad option 'layers' to 'fit' (table expected, got number 3)"),
        Case(
            text: "nj.fit(b, { layers = { 3, 'x' } })",
            message: "bad option 'layers' to 'fit' (integer expected at [2], got string \"x\")"),
        Case(
            text: "nj.fit(b, { layers = { 3, 0 } })",
            message: "bad option 'layers' to 'fit' (must be >= 1 at [2], got 0)"),
        Case(
            text: "nj.fit(b, 1, 2)",
            message: "bad argument #3 to 'fit' (options table expected, got number 2),"
                + " as in nj.fit(ball, { epochs = 3 })"),
        Case(
            text: "nj.fit(b, 1, {}, 2)",
            message: "too many arguments to 'fit' (at most 3, got 4); write"
                + " nj.fit(ball, { epochs = 3 })"),
        Case(
            text: "nj.toys.point(1, 2)",
            message: "too many arguments to 'point' (at most 1, got 2); write nj.toys.point(x)"),
        Case(
            text: "nj.fit(b, { ball = b })",
            message: "option 'ball' to 'fit' was already given by position"),
        Case(
            text: "nj.sum{ 1, {} }",
            message: "bad argument #1 to 'sum' (number expected at [2], got table)"),
        Case(
            text: "nj.sum{ 1, '2' }",
            message: "bad argument #1 to 'sum' (number expected at [2], got string \"2\")"),
        Case(
            text: "nj.nested{ { 1, 2 }, { 3 } }",
            message: "bad argument #1 to 'nested' (2 values expected at [2], got 1)"),
        Case(
            text: "nj.nested{ { 1, 2 }, 3 }",
            message: "bad argument #1 to 'nested' (table expected at [2], got a number)"),
        Case(
            text: "nj.nested{ 1, { 2 } }",
            message: "bad argument #1 to 'nested' (number expected at [2], got a table)"),
        Case(
            text: "local t = {}; t[1] = t; nj.nested(t)",
            message: "bad argument #1 to 'nested'"
                + " (number expected at [1][1][1][1][1][1][1][1], got table)"),
        Case(
            text: "return b + {}",
            message: "bad argument #2 to '+' (nj.Ball or integer expected, got table)"),
        Case(text: "return b.siez", message: "nj.Ball has no field 'siez' (did you mean 'size'?)"),
        Case(
            text: "return b[{}]",
            message: "nj.Ball cannot be indexed with table;"
                + " ?nj.Ball at the prompt lists what it has"),
        Case(
            text: "b.size = 3",
            message: "cannot set 'size' of nj.Ball: its fields are read-only;"
                + " keep your own values in a table beside it"),
        Case(
            text: "return nj.toys.bal(1)",
            message: "nj.toys has no field 'bal' (did you mean 'ball'?)"),
        Case(text: "return nj.toy", message: "nj has no field 'toy' (did you mean 'toys'?)"),
    ]

    @Test("that are wrong are refused in these words", arguments: refused)
    func refusal(_ example: Case) throws {
        let (state, _) = try Toys.state()
        _ = try state.run("b = nj.toys.ball(2)")
        #expect(state.failure(example.text)?.message == "test:1: " + example.message)
    }

    @Test("may stand by position, by name, or both")
    func forms() throws {
        let (state, _) = try Toys.state()
        _ = try state.run(
            """
            b = nj.toys.ball(2)
            function show(t)
                local keys = {}
                for k, v in pairs(t) do
                    keys[#keys + 1] = k .. "=" .. (type(v) == "table" and #v or tostring(v))
                end
                table.sort(keys)
                return table.concat(keys, " ")
            end
            """)
        let plain =
            "colour=red epochs=20 has_extra=false layers=0 lr=0.001 name=run shuffle=true size=2"
        #expect(try state.values("return show(nj.fit(b))") == [plain])
        #expect(try state.values("return show(nj.fit(b, nil, nil))") == [plain])
        #expect(try state.values("return show(nj.fit(b, {}))") == [plain])
        #expect(try state.values("return show(nj.fit{ ball = b })") == [plain])
        #expect(
            try state.values("return show(nj.fit(b, nil, { epochs = 3.0, layers = { 1, 2.0 } }))")
                == [
                    plain.replacing("epochs=20", with: "epochs=3")
                        .replacing("layers=0", with: "layers=2")
                ])
        #expect(
            try state.values("return nj.fit(b, 7).data, nj.fit(b, nj.toys.point(1.5)).x")
                == ["7.0", "1.5"])
        #expect(
            try state.values(
                """
                local t = nj.fit(b, 7, {
                    shuffle = false, name = "", colour = "dark", extra = {}, decay = 0/0, lr = 2 })
                return t.data, t.shuffle, t.name, t.colour, t.has_extra, t.decay ~= t.decay, t.lr
                """) == ["7.0", "false", "", "dark", "true", "true", "2.0"])
    }

    @Test("in the list part of an options table belong to the option declared for them")
    func arrayPart() throws {
        let (state, _) = try Toys.state()
        #expect(try state.values("return nj.pick(1, { 'a', 'b', count = 2 })") == ["1", "a,b"])
        #expect(try state.values("return nj.pick{ 'a', 'b', from = 2 }") == ["2", "a,b"])
        #expect(try state.values("return nj.pick(1, { names = { 'c' } })") == ["1", "c"])
    }

    @Test("that are lists are not taken for options")
    func lists() throws {
        let (state, _) = try Toys.state()
        #expect(try state.values("return nj.sum{ 1, 2, 3.5 }") == ["6.5"])
        #expect(try state.values("return nj.sum{}") == ["0.0"])
        #expect(
            try state.values(
                """
                local shape, values = nj.nested{ { 1, 2, 3 }, { 4, 5, 6 } }
                return #shape, shape[1], shape[2], #values, values[6]
                """) == ["2", "2", "3", "6", "6.0"])
        #expect(
            try state.values("local shape, values = nj.nested(4) return #shape, values[1]")
                == ["0", "4.0"])
    }

    @Test("leave the script's own options table as it was")
    func untouched() throws {
        let (state, _) = try Toys.state()
        #expect(
            try state.values(
                """
                local options = { epochs = 3, lr = 0.5 }
                local guard = setmetatable({}, { __index = function() error("asked") end })
                nj.fit(nj.toys.ball(1), options)
                local n = 0
                for k in pairs(options) do n = n + 1 end
                return n, options.epochs, pcall(nj.pick, 1, guard)
                """) == ["2", "3", "true", "1", ""])
    }

    @Test("reach operators, indexing and callable modules")
    func operators() throws {
        let (state, _) = try Toys.state()
        #expect(
            try state.values(
                """
                local a, b = nj.toys.ball(1), nj.toys.ball(2)
                return (a + b).size, (a + 5).size, (5 + b).size, #b, b[3], b.size, nj.toys(21)
                """) == ["3", "6", "7", "2", "30", "2", "42"])
        #expect(
            state.failure("return nj.toys.ball(1)[0]")?.message
                == "test:1: bad argument #1 to '[]' (must be >= 1, got 0)")
    }

    @Test("that a body reads without declaring are a reported defect, not a crash")
    func undeclared() throws {
        let (state, _) = try Toys.state()
        try state.register(
            Library(functions: [
                Function("odd", on: "nj", summary: "Odd.") { call in try call.integer("x") },
                Function(
                    "late", on: "nj", summary: "Late.",
                    options: [.integer("x", optional: true, "x")]
                ) { call in try call.integer("x") },
            ]))
        #expect(state.failure("nj.odd()")?.message.contains("defect of the host") == true)
        #expect(state.failure("nj.late()")?.message.contains("defect of the host") == true)
    }

    @Test("of several types are told the nearest choice, or the nearest field")
    func either() throws {
        let state = try Toys.state().state
        try state.register(
            Library(functions: [
                Function(
                    "plot", on: "nj", summary: "x",
                    options: [
                        .either(
                            "style",
                            [
                                .choice(["lines", "points"]), .boolean,
                                .table([.init("width", .number, "of the line")]),
                            ], optional: true, "how")
                    ]
                ) { _ in nil }
            ]))
        let start = "test:1: bad option 'style' to 'plot' ("
        let wrong = try #require(state.failure("nj.plot{ style = 'liens' }"))
        #expect(wrong.message.hasPrefix(start))
        #expect(wrong.message.hasSuffix("got string \"liens\" (did you mean 'lines'?))"))
        let field = try #require(state.failure("nj.plot{ style = { widht = 1 } }"))
        #expect(field.message == start + "unknown field 'widht' (did you mean 'width'?))")
        for fine in ["'lines'", "true", "{ width = 2 }"] {
            #expect(state.failure("nj.plot{ style = \(fine) }") == nil)
        }
    }
}
