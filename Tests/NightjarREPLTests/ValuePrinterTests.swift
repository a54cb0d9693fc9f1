import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

@Suite("Values at the prompt")
struct ValuePrinterTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    private func text(_ expression: String, width: Int = 80) throws -> String {
        let value = try #require(try state.evaluate(expression).first)
        return ValuePrinter(state, width: width).text(value)
    }

    @Test(
        "are written nearly as Lua reads them",
        arguments: [
            ("{}", "{}"), ("{ 1, 2.0, 'x', true }", "{ 1, 2.0, \"x\", true }"),
            ("{ b = 1, a = { 2 } }", "{ a = { 2 }, b = 1 }"),
            (
                "{ [10] = 1, ['two words'] = 2, [true] = 3 }",
                "{ [\"two words\"] = 2, [10] = 1, [true] = 3 }"
            ),
            ("{ 1, x = 2 }", "{ 1, x = 2 }"), ("{{{{}, {1}}}}", "{ { { {}, { … } } } }"),
            ("'\\0\\n\\\\'", "\"\\0\\n\\\\\""), ("'é\\xFF'", "\"é\\255\""),
            ("setmetatable({}, { __tostring = function() return 'me' end })", "me"),
        ])
    func forms(_ expression: String, _ expected: String) throws {
        #expect(try text(expression) == expected)
    }

    @Test("are functions by their names, or by what they take and where they stand")
    func functions() throws {
        try state.run("function f(a, b) end\nfunction g(...)\nend", name: "=chunk")
        #expect(try text("f") == "function(a, b) at chunk:1")
        #expect(try text("{ g }") == "{ function(...) at chunk:2 }")
        #expect(try text("load('return 1', '=text')") == "function(...) at text")
        #expect(try text("string.gsub") == "function string.gsub")
        #expect(try text("coroutine.wrap(print)").hasPrefix("function: 0x"))
    }

    @Test("are tensors as wide as the screen", arguments: [(40, 1), (60, 2), (80, 3), (400, 3)])
    func tensors(_ width: Int, _ edge: Int) throws {
        let state = try Session().state
        let printer = ValuePrinter(state, width: width)
        func lines(_ expression: String) throws -> ArraySlice<Substring> {
            let value = try #require(try state.evaluate(expression).first)
            return printer.text(value).split(separator: "\n").dropFirst()
        }
        let cut = try lines("nj.tensor.normal{ shape = { 100, 100 }, seed = 1, deviation = 1e-9 }")
        #expect(cut.allSatisfy { $0.count <= width })
        #expect(cut.first?.split(separator: " ").count == 2 * edge + 1)
        let whole = try lines("nj.tensor.ones{ 5, 100 }")
        #expect(whole.allSatisfy { $0.count <= width })
        #expect(whole.first?.split(separator: " ").count == (width >= 300 ? 100 : 2 * edge + 1))
        #expect(try lines("nj.tensor.ones{ 100 }").allSatisfy { $0.count <= width })
    }

    @Test("show a long string up to a whole character")
    func longString() throws {
        #expect(try text("('x'):rep(999) .. 'é'").hasSuffix("x\"… (1001 bytes)"))
        #expect(try text("('x'):rep(998) .. 'éé'").hasSuffix("xé\"… (1002 bytes)"))
        #expect(try text("('\\x80'):rep(1001)").hasSuffix("\\128\"… (1001 bytes)"))
    }

    @Test("break over lines when they are wide")
    func wide() throws {
        #expect(
            try text("{ alpha = 'aaaaaaaa', beta = { 'bbbbbbbb', 'cc' } }", width: 24) == """
                {
                  alpha = "aaaaaaaa",
                  beta = {
                    "bbbbbbbb",
                    "cc",
                  },
                }
                """)
    }

    @Test("stay short, however big the value is")
    func bounded() throws {
        try state.run("big = {} for i = 1, 1e6 do big[i] = i end")
        let clock = ContinuousClock()
        var shown = ""
        let time = try clock.measure { shown = try text("big") }
        #expect(shown.hasSuffix("  20,\n  … (1000000 in all),\n}"))
        #expect(time < .seconds(1))
        try state.run("fields = {} for i = 1, 1000 do fields['k' .. i] = i end")
        #expect(try text("fields").split(separator: "\n").count == 23)
        #expect(try text("('x'):rep(1e6)").hasSuffix("x\"… (1000000 bytes)"))
        #expect(try text("('x'):rep(1e6)").utf8.count < 1100)
    }

    @Test("may contain themselves")
    func cycles() throws {
        try state.run("loop = {} loop.loop = loop")
        #expect(try text("loop") == "{ loop = <cycle> }")
    }

    @Test("may fail to describe themselves")
    func failing() throws {
        let expression = "setmetatable({}, { __tostring = function() error('no', 0) end })"
        #expect(try text(expression) == "(error while making its text: no)")
    }
}
