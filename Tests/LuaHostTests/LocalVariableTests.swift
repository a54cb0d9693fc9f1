import Testing

@testable import LuaHost

@Suite("Local variables in traces")
struct LocalVariableTests {
    /// The variables of each call of scripts when `text` fails, innermost call first.
    private func locals(_ text: String) throws -> [[String]] {
        let (state, _) = try Toys.state()
        state.notesLocals = true
        let error = try #require(state.failure(text))
        return error.trace.filter(\.isScript).map { $0.locals.map { "\($0.name) = \($0.text)" } }
    }

    @Test("are those that the line sees, with arguments, of every call")
    func calls() throws {
        let found = try locals(
            """
            local function inner(a, b)
                local x = a
                do local gone = 1 end
                for i = 1, 3 do
                    local x = i + 0.5
                    if i == 2 then error("stop") end
                end
                local later = 1
            end
            local top = "here"
            inner(7)
            return top
            """)
        #expect(
            found == [
                ["a = 7", "b = nil", "i = 2", "x = 2.5"],
                [
                    "inner = function", "top = \"here\"",
                ],
            ])
    }

    @Test("say what any value is, and no more than fits in a line")
    func values() throws {
        let found = try locals(
            """
            local yes, n, s = true, 1e15, "a\\n\\27\\"b"
            local long = string.rep("x", 1e6)
            local ball, host, co = nj.toys.ball(3), nj.fit, coroutine.create(print)
            local list, record = { 1, "b", {} }, { k = print, [true] = 1.5, j = { 1 } }
            local big, none = table.move({ 1, 2, 3, 4, 5, 6 }, 1, 6, 7, { 1, 2, 3, 4, 5, 6 }), {}
            error("stop")
            """)
        let long = "\"" + String(repeating: "x", count: 60) + "\"… (1000000 bytes)"
        #expect(
            found == [
                [
                    "yes = true", "n = 1e+15", "s = \"a\\n\\u{1B}\\\"b\"", "long = \(long)",
                    "ball = Ball of 3", "host = function nj.fit", "co = thread",
                    "list = { 1, \"b\", { … } }",
                    "record = { [true] = 1.5, j = { … }, k = function }",
                    "big = { 1, 2, 3, 4, 5, 6, … }", "none = {}",
                ]
            ])
    }

    @Test("run nothing of the script")
    func quiet() throws {
        let (state, _) = try Toys.state()
        state.notesLocals = true
        let error = try #require(
            state.failure(
                """
                ran = 0
                local function count() ran = ran + 1 return "x" end
                local strange = setmetatable({}, {
                    __tostring = count, __index = count, __len = count, __pairs = count,
                    __name = "strange" })
                error("stop")
                """))
        #expect(
            error.trace.last?.locals.contains { $0.name == "strange" && $0.text == "{}" } == true)
        #expect(try state.globals.get("ran").int == 0)
    }

    @Test("are noted through coroutines and out of endless recursion")
    func depths() throws {
        let found = try locals(
            "local f = coroutine.wrap(function(a) local b = a + 1; error('x') end); f(4)")
        #expect(found == [["a = 4", "b = 5"], ["f = function"]])
        let deep = try locals("local function f(n) local m = n + 1; return 1 + f(m) end f(1)")
        #expect(deep.first?.first?.hasPrefix("n = ") == true)
        #expect(deep.last == ["f = function"])
        #expect(deep.count == 24)
    }

    @Test("are few, however many there are")
    func many() throws {
        let names = (1...150).map { "local v\($0) = \($0)" }.joined(separator: "\n")
        let found = try locals(names + "\nerror('x')")
        #expect(found == [(1...50).map { "v\($0) = \($0)" }])
    }

    @Test("are not noted unless somebody asks for them")
    func off() throws {
        let (state, _) = try Toys.state()
        let error = try #require(state.failure("local x = 1; error('x')"))
        #expect(error.trace.allSatisfy { $0.locals.isEmpty })
    }
}
