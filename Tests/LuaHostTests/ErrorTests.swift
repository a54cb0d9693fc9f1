import Testing

@testable import LuaHost

@Suite("Errors")
struct ErrorTests {
    @Test("keep the value that the script raised")
    func value() throws {
        let (state, _) = try Toys.state()
        let error = try #require(state.failure("error({ code = 7 })"))
        guard case .table(let table) = error.value else {
            Issue.record("expected a table")
            return
        }
        #expect(try table.get("code").int == 7)
        #expect(error.message == "error value: { code = 7 }")
        #expect(state.failure("error(nil)")?.message == "nil")
        #expect(state.failure("error('x', 0)")?.message == "x")
        #expect(state.failure("error(12)")?.message == "12")
        #expect(
            state.failure(
                "error(setmetatable({}, { __tostring = function() return 'nice' end }))")?.message
                == "nice")
        #expect(
            state.failure(
                "error(setmetatable({}, { __tostring = function() error('no', 0) end }))")?.message
                == "(error while making its text: no)")
        #expect(state.failure("x = = 1")?.kind == .syntax)
    }

    @Test("tell the calls that were active, through Swift and coroutines")
    func trace() throws {
        let (state, _) = try Toys.state()
        let error = try #require(
            state.failure(
                """
                function inner() error("deep") end
                function outer()
                    nj.fit(nj.toys.ball(1), { on_epoch = function() inner() end })
                end
                outer()
                """))
        #expect(error.message == "test:1: deep")
        #expect(
            error.trace.map(\.description)
                == [
                    "[C]: in error", "test:1: in inner", "test:3: in a function", "[C]: in nj.fit",
                    "test:3: in outer", "test:5: in main chunk",
                ])
        let wrapped = try #require(
            state.failure(
                """
                function inner() error("deep", 0) end
                local step = coroutine.wrap(function() inner() end)
                step()
                """))
        #expect(wrapped.message == "test:3: deep")
        #expect(
            wrapped.trace.map(\.description)
                == [
                    "[C]: in error", "test:1: in inner", "test:2: in a function", "[C]: in step",
                    "test:3: in main chunk",
                ])
    }

    @Test("keep a long trace short")
    func longTrace() throws {
        let (state, _) = try Toys.state()
        let error = try #require(
            state.failure(
                "local function f(n) if n == 0 then error('x') end f(n - 1) return 1 end f(5000)"))
        #expect(error.trace.count == 25)
        #expect(error.trace[12].description == "...: in 4979 more calls")
        let overflow = try #require(state.failure("local function f() return 1 + f() end f()"))
        #expect(overflow.message.contains("stack overflow"))
        #expect(overflow.trace.count == 25)
    }

    @Test("of one call do not show the calls of an earlier one")
    func staleTrace() throws {
        let (state, _) = try Toys.state()
        let error = try #require(
            state.failure(
                """
                local function old() error("x", 0) end
                pcall(coroutine.wrap(function() old() end))
                pcall(nj.fit, nj.toys.ball(1), { on_epoch = old })
                error("x", 0)
                """))
        #expect(error.trace.last?.line == 4)
        #expect(error.trace.allSatisfy { $0.name != "old" })
    }

    @Test("say what a misspelt name was meant to be")
    func hints() throws {
        let (state, _) = try Toys.state()
        #expect(state.failure("prnt('x')")?.hint == "did you mean 'print'?")
        #expect(state.failure("local t = {} t:kik()")?.hint == "did you mean 'kick'?")
        #expect(state.failure("zzzzz()")?.hint == nil)
        #expect(state.failure("error('a nil value (')")?.hint == nil)
        #expect(state.failure("error(\"a nil value ('\")")?.hint == nil)
        #expect(
            state.failure("prnt()")?.description
                == "test:1: attempt to call a nil value (global 'prnt')\ndid you mean 'print'?")
    }

    @Test("pass through Swift unchanged, and can be caught by the script")
    func rethrown() throws {
        let (state, _) = try Toys.state()
        #expect(
            try state.values(
                """
                local token = {}
                local ok, got = pcall(nj.fit, nj.toys.ball(1), { on_epoch = function() error(token) end })
                return ok, got == token
                """) == ["false", "true"])
    }

    @Test("from Swift callbacks reach the Swift caller as LuaError")
    func callback() throws {
        let (state, _) = try Toys.state()
        guard
            case .function(let function) = try #require(
                try state.run("return function(x) if x then error({ x }) end return 1, 2 end").first
            )
        else {
            Issue.record("expected a function")
            return
        }
        #expect(try function(false).int == 1)
        #expect(try function.results([false]).count == 2)
        do {
            try function(true)
            Issue.record("expected an error")
        } catch let error as LuaError {
            #expect(error.value.typeName == "table")
        }
    }

    @Test("of endless recursion through Swift are errors")
    func recursion() throws {
        let (state, _) = try Toys.state()
        let error = try #require(
            state.failure(
                "local function f() nj.fit(nj.toys.ball(1), { on_epoch = f }) end f()"))
        #expect(error.message.contains("stack overflow"))
        #expect(try state.values("return 1") == ["1"])
    }
}
