import Testing

@testable import LuaHost

@Suite("Looking without running")
struct InspectionTests {
    private let state: LuaState

    init() throws { state = try LuaState() }

    private func table(_ text: String) throws -> LuaTable {
        guard case .table(let table)? = try state.run("return \(text)").first else {
            throw LuaError("no table")
        }
        return table
    }

    @Test("finds names by their beginning, sorted, and tells functions")
    func names() throws {
        let table = try table(
            "{ abc = 1, abd = print, b = 2, 'list', [true] = 1, ['ab\\xFF'] = 1 }")
        #expect(
            try table.names(startingWith: "ab", atMost: 9, milliseconds: 50).map(\.text)
                == ["abc", "abd"])
        #expect(
            try table.names(atMost: 9, milliseconds: 50).map(\.isFunction) == [false, true, false])
        #expect(try table.names(atMost: 2, milliseconds: 50).count == 2)
        #expect(try table.names(startingWith: "", atMost: 0, milliseconds: 50).count <= 1)
    }

    @Test("stops when its time is up")
    func time() throws {
        let table = try table(
            "(function() local t = {} for i = 1, 1e6 do t['k' .. i] = i end return t end)()")
        let clock = ContinuousClock()
        // Others may take the processor away, but not each time.
        let times = try (1...20).map { _ in
            try clock.measure {
                _ = try table.names(startingWith: "zz", atMost: 9, milliseconds: 5)
            }
        }
        #expect(try #require(times.min()) < .milliseconds(30))
    }

    @Test("sees metatables and their tables behind any __metatable, and calls nothing")
    func metatables() throws {
        let table = try table(
            "setmetatable({}, { __index = { x = 1 }, __metatable = 'closed', __pairs = error })")
        #expect(try table.fallback()?.get("x").int == 1)
        #expect(try table.metatable()?.get("__metatable").text == "closed")
        #expect(try self.table("setmetatable({}, { __index = error })").fallback() == nil)
        #expect(try self.table("{}").metatable() == nil)
    }

    @Test("counts pairs up to a limit, and tells tables apart")
    func size() throws {
        let table = try table("{ 1, 2, x = 3 }")
        #expect(try table.pairCount(atMost: 10) == 3)
        #expect(try table.pairCount(atMost: 2) == 2)
        try state.globals.set("t", to: table)
        guard case .table(let same) = try state.globals.get("t") else { throw LuaError("none") }
        #expect(same.identity == table.identity)
        #expect(try self.table("{}").identity != table.identity)
    }

    @Test("refuses calls of finalizers while the state is being closed")
    func closing() throws {
        final class Log: @unchecked Sendable { var calls = 0 }
        let log = Log()
        var closing: LuaState? = try LuaState()
        try closing?.globals.set(
            "note",
            to: LuaClosure("note") { [unowned closing = try #require(closing)] _ in
                _ = closing.declarations
                log.calls += 1
                return LuaResults()
            })
        try closing?.run(
            "note() x = setmetatable({}, { __gc = function() pcall(note) note() end })")
        closing = nil
        #expect(log.calls == 1)
    }

    @Test("lets the collector rest, and only as long as asked")
    func collector() throws {
        try state.run(
            "for i = 1, 100 do setmetatable({}, { __gc = function() ran = true end }) end")
        let collects = { try state.run("return collectgarbage('isrunning')").first }
        try state.withoutCollection {
            guard case .boolean(false)? = try collects() else { throw LuaError("it runs") }
        }
        guard case .boolean(true)? = try collects() else { throw LuaError("it rests") }
        try state.run("collectgarbage('stop')")
        try state.withoutCollection {}
        guard case .boolean(false)? = try collects() else { throw LuaError("it runs") }
    }

    @Test(
        "finds the expression behind statements",
        arguments: [
            ("x", "", "x"), ("f(\n1)", "", "f(\n1)"), ("x = 1\nx", "x = 1\n", "x"),
            ("x = 1\nx +\n1", "x = 1\n", "x +\n1"),
            ("local a = 1\na, 2;\n", "local a = 1\n", "a, 2;\n"), ("a = 1; a", "a = 1;", " a"),
            ("a = 1; a;", "a = 1;", " a;"), ("x = 1\nf(x)", "x = 1\n", "f(x)"),
            ("function f() end\n\nf()\n", "function f() end\n\n", "f()\n"),
            ("x = 'a;b'; x", "x = 'a;b';", " x"), ("f() -- why;\ng()", "f() -- why;\n", "g()"),
        ])
    func tails(_ form: String, _ statements: Substring, _ expression: Substring) {
        #expect(
            state.parse(form) == ParsedForm(statements: statements, expression: expression))
    }

    @Test(
        "finds none in statements, whatever looks like one",
        arguments: [
            "x = 1", "x = 1\ny = 2", "x = f\n(g)(1)", "x = f\n{ 1 }", "x = 1 -- then; f()",
            "--[[\nf()\n]]", "s = [[\nf()]]", "if x then\nf()\nend", "t = {1;f()}", "x = 1;", "\n",
            "",
        ])
    func noTail(_ form: String) {
        #expect(state.parse(form) == ParsedForm(statements: form[...], expression: ""))
    }

    @Test(
        "finds nothing in what is not Lua",
        arguments: ["if x then\nx", "x = = 1\nx", "a b", "x\ny"])
    func noForm(_ form: String) {
        #expect(state.parse(form) == nil)
    }

    @Test(
        "writes forms as statements",
        arguments: [
            ("x = 1", "x = 1"), ("1 + 1", "_ = 1 + 1"), ("f()", "f()"), ("a, b", "_ = a, b"),
            ("x = = 1", "x = = 1"), ("x = 1\nx", "x = 1\n_ = x"), ("x = 1; x", "x = 1;_ =  x"),
            ("x = 1\nf()", "x = 1\nf()"), ("", ""),
        ])
    func statements(_ form: String, _ statement: String) {
        #expect(state.statement(form) == statement)
    }
}
