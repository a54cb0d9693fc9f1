import Testing

@testable import LuaHost

/// Something with an indexer that takes names.
private struct Menu: LuaObject {}

@Suite("Objects")
struct ObjectTests {
    @Test("of a Swift class are one object in Lua, those of a structure copies")
    func identity() throws {
        let (state, _) = try Toys.state()
        let ball = Ball(3)
        try state.globals.set("a", to: ball)
        try state.globals.set("b", to: ball)
        try state.globals.set("t", to: [ball, Ball(3)])
        try state.globals.set("p", to: Point(x: 1))
        try state.globals.set("q", to: Point(x: 1))
        #expect(
            try state.values("return a == b, a == t[1], a == t[2], p == q")
                == ["true", "true", "false", "false"])
        guard case .object(let handle) = try state.globals.get("a") else {
            Issue.record("expected an object")
            return
        }
        #expect(handle.value(as: Ball.self) === ball)
        #expect(handle.value(as: Point.self) == nil)
        guard case .object(let point) = try state.globals.get("p") else {
            Issue.record("expected an object")
            return
        }
        #expect(point.value(as: Point.self) == Point(x: 1))
    }

    @Test("whose indexer takes names ask it for those that no method or property has")
    func indexedByName() throws {
        let (state, _) = try Toys.state()
        try state.register(
            Library(
                classes: [
                    Class(
                        "nj.Menu", of: Menu.self, summary: "Prices by name.",
                        properties: [Property("size", .integer, "x") { (_: Menu) in 2 }])
                ],
                functions: [
                    Function("close", on: "nj.Menu", summary: "x") { _ in nil },
                    Function(
                        "__index", on: "nj.Menu", summary: "x",
                        positional: [.string("dish", "x")], returns: .integer("x")
                    ) { call in
                        let dish = try call.string("dish")
                        guard dish == "soup" else { throw Refusal() }
                        return 7
                    },
                ]))
        try state.globals.set("menu", to: Menu())
        #expect(
            try state.values("return menu.soup, menu['soup'], menu.size, type(menu.close)")
                == ["7", "7", "2", "function"])
        #expect(
            state.failure("return menu.stew")?.message == "test:1: \(Refusal().description)")
        #expect(
            state.failure("return menu[1]")?.message
                == "test:1: bad argument #1 to '[]' (string expected, got number 1)")
    }

    @Test("of a class declared for a protocol may be structures and classes")
    func protocolClass() throws {
        let (state, _) = try Toys.state()
        #expect(
            try state.values(
                """
                local s, t = nj.toys.square(), nj.toys.triangle()
                return s:corners(), t:corners(), nj.describe(s), nj.describe(t), s:corners()
                """) == ["4", "3", "nj.Shape", "nj.Shape", "4"])
    }

    @Test("show their text, and have locked metatables")
    func text() throws {
        let (state, _) = try Toys.state()
        #expect(
            try state.values(
                """
                local b = nj.toys.ball(2)
                return tostring(b), tostring(nj.toys.point(1)), getmetatable(b), getmetatable(nj),
                    pcall(setmetatable, b, {})
                """)
                == [
                    "Ball of 2", "nj.Point", "nj.Ball", "nj", "false",
                    "bad argument #1 to 'setmetatable' (table expected, got nj.Ball)",
                ])
    }

    @Test("that were freed answer with an error, any number of times, and never twice")
    func freed() throws {
        let census = Census()
        let (state, _) = try Toys.state()
        state.attach(census)
        _ = try state.run("b = nj.toys.ball(2, { bytes = 1000 })")
        #expect(state.nativeBytes == 1000)
        _ = try state.run("b:free() b:free()")
        #expect(census.count == 0)
        #expect(state.nativeBytes == 0)
        let message = "test:1: nj.Ball was freed; use 'kick' before that, or make it again"
        #expect(state.failure("b:kick(1)")?.message == message)
        #expect(
            state.failure("nj.fit(b)")?.message
                == "test:1: bad argument #1 to 'fit' (nj.Ball expected, got nj.Ball that was freed)"
        )
        #expect(state.failure("return b.size")?.message.contains("was freed") == true)
        #expect(state.failure("return #b")?.message.contains("was freed") == true)
        #expect(state.failure("return b + 1")?.message.contains("that was freed") == true)
        #expect(try state.values("return tostring(b), b == b") == ["nj.Ball (freed)", "true"])
    }

    @Test("are released at the end of a block that closes them")
    func closed() throws {
        let census = Census()
        let (state, _) = try Toys.state()
        state.attach(census)
        _ = try state.run(
            """
            do local b <close> = nj.toys.ball(1) kept = b end
            pcall(function() local b <close> = nj.toys.ball(1) error("x") end)
            """)
        #expect(census.count == 0)
        #expect(state.failure("kept:kick(1)")?.message.contains("was freed") == true)
    }

    @Test("survive resurrection by a finalizer as freed ones")
    func resurrection() throws {
        let census = Census()
        let (state, _) = try Toys.state()
        state.attach(census)
        _ = try state.run(
            """
            do
                local b = nj.toys.ball(1)
                setmetatable({}, { __gc = function() back = b end })
            end
            """)
        for _ in 0..<3 { try state.collectGarbage() }
        // Depending on the order of finalizers the object lives on or is a freed shell; both answer.
        _ = try state.run("pcall(function() return back:kick(1) end) back = nil")
        for _ in 0..<3 { try state.collectGarbage() }
        #expect(census.count == 0)
    }

    @Test("are released when their state goes, also those in finalizers that run then")
    func stateEnds() throws {
        let census = Census()
        var state: LuaState? = try Toys.state().state
        state?.attach(census)
        _ = try state?.run(
            """
            balls = {} for i = 1, 50 do balls[i] = nj.toys.ball(i) end
            late = setmetatable({}, { __gc = function()
                pcall(function() for i = 1, 50 do balls[i]:kick(1) end end)
                pcall(nj.toys.ball, 1)
            end })
            co = coroutine.create(function() local b = nj.toys.ball(1) coroutine.yield() end)
            coroutine.resume(co)
            """)
        #expect(census.count == 51)
        state = nil
        #expect(census.count == 0)
    }

    /// Names of all slots through which Lua can call a Swift body.
    static let slots = [
        "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__unm", "__band", "__bor",
        "__bxor", "__shl", "__shr", "__bnot", "__concat", "__len", "__eq", "__lt", "__le",
        "__index",
        "__newindex", "__call", "__tostring", "__pairs", "plain", "method", "property",
    ]

    /// How a script reaches each slot of objects `a` and `b`.
    static func use(_ slot: String) -> String {
        let operators = [
            "__add": "+", "__sub": "-", "__mul": "*", "__div": "/", "__mod": "%", "__pow": "^",
            "__idiv": "//", "__band": "&", "__bor": "|", "__bxor": "~", "__shl": "<<",
            "__shr": ">>", "__concat": "..", "__eq": "==", "__lt": "<", "__le": "<=",
        ]
        if let sign = operators[slot] { return "return a \(sign) b" }
        switch slot {
        case "__unm": return "return -a"
        case "__bnot": return "return ~a"
        case "__len": return "return #a"
        case "__index": return "return a[1]"
        case "__newindex": return "a[1] = 2"
        case "__call": return "return a(1)"
        case "__tostring": return "return tostring(a)"
        case "__pairs": return "for k in pairs(a) do end"
        case "method": return "return a:method()"
        case "property": return "return a.property"
        default: return "return nj.plain(a)"
        }
    }

    final class Thrower: LuaObject {}

    @Test("that throw release everything their bodies held, from every slot", arguments: slots)
    func throwing(_ slot: String) throws {
        let census = Census()
        let (state, _) = try Toys.state()
        @Sendable func refuse(_ call: Call) throws -> (any LuaConvertible)? {
            let held = [Ball(1, census), Ball(2, census)]
            defer { withExtendedLifetime(held) {} }
            throw Refusal()
        }
        let isBinary = Function.binaryOperators[slot] != nil
        var positional: [Parameter] = []
        if isBinary { positional = [.any("left", "x"), .any("right", "x")] }
        if ["__index", "__call"].contains(slot) { positional = [.any("key", "x")] }
        if slot == "__newindex" { positional = [.any("key", "x"), .any("value", "x")] }
        if slot == "plain" { positional = [.any("value", "x")] }
        var functions: [Function] = []
        if slot != "property" {
            functions.append(
                Function(
                    slot, on: slot == "plain" ? "nj" : "nj.Thrower", summary: "x",
                    positional: positional, returns: .boolean("x"), body: refuse))
        }
        let property = Property("property", .integer, "x") { (_: Thrower) in
            _ = Ball(1, census)
            throw Refusal()
        }
        try state.register(
            Library(
                classes: [
                    Class("nj.Thrower", of: Thrower.self, summary: "x", properties: [property])
                ], functions: functions))
        try state.globals.set("a", to: Thrower())
        try state.globals.set("b", to: Thrower())
        let text = Self.use(slot)
        #expect(
            state.failure(text)?.message == "test:1: this cannot be done; try something else")
        let many = "for i = 1, 100 do assert(not pcall(function() \(text) end)) end"
        let inCoroutine = "coroutine.wrap(function() \(many) end)()"
        #expect(state.failure(many) == nil)
        #expect(state.failure(inCoroutine) == nil)
        #expect(census.made.load(ordering: .relaxed) > 200)
        #expect(census.count == 0)
    }
}
