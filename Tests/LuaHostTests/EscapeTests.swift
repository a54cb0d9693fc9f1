import Testing

@testable import LuaHost

/// Known ways out of Lua sandboxes, tried at the level for unknown code.
@Suite("Escapes from a lab")
struct EscapeTests {
    private func state(instructions: Int = 5_000_000) throws -> LuaState {
        let state = try Toys.state {
            $0.level = .lab
            $0.memoryLimit = 32 << 20
            $0.instructionLimit = instructions
        }.state
        try state.sealLibraries()
        return state
    }

    /// Each gives a true value if it finds a way.
    static let ways: [String] = [
        // Bytecode.
        "load('\\27Lua')", "load('\\27LuaT\\0\\x19\\x93', 'x', 'b')",
        "load(function() return '\\27Lua' end, 'x', 'bt')",
        "string.dump", "select(2, pcall(string.dump, print)):find('Lua')",
        // The string metatable, and others.
        "getmetatable('')", "pcall(function() getmetatable('').__index = print end)",
        "pcall(function() string.rep = print end) and ('x').rep == print",
        "pcall(rawset, string, 'x', 1)", "getmetatable(io.stdout)",
        "pcall(setmetatable, '', {})", "pcall(setmetatable, nj.toys.ball(1), {})",
        "type(getmetatable(nj.toys.ball(1))) == 'table'",
        "pcall(function() getmetatable(nj).__index = print end)",
        // Debug.
        "debug.getregistry", "debug.sethook", "debug.getinfo", "debug.setmetatable",
        "debug.getupvalue", "debug.setupvalue", "debug.getlocal", "debug.setuservalue",
        "debug.upvalueid", "require('debug').getinfo", "package.loaded.debug.sethook",
        // Processes, native code, the environment.
        "os.execute", "io.popen", "os.exit", "os.getenv", "os.setlocale", "package.loadlib",
        "package.cpath", "package.searchers", "package.preload", "package.searchpath",
        "require('package').loadlib", "pcall(require, 'socket')", "pcall(require, 'os.so')",
        // Environments of loaded code.
        "load('return os.execute', 'x', 't', { os = os })()",
        "load('return _G', 'x', 't', {})()",
        "pcall(load('x = 1 return debug.sethook', 'x', 't', setmetatable({}, { __index = _G })))"
            + " and debug.sethook",
        "load('return ...', 'x', 't', nil)(debug.sethook)",
        // Coroutines.
        "coroutine.wrap(function() return os.execute end)()",
        "select(2, coroutine.resume(coroutine.create(function() return debug.sethook end)))",
        "pcall(coroutine.wrap(function() string.rep = 1 end))",
        // Finalizers.
        "pcall(setmetatable, {}, { __gc = print })",
        "(function() local m = setmetatable({}, {}) getmetatable(m).__gc = function() end"
            + " return pcall(setmetatable, {}, getmetatable(m)) end)()",
        // Objects forged or used after their end.
        "pcall(nj.toys.ball(1).kick, {}, 1)", "pcall(nj.toys.ball(1).kick, io.stdout, 1)",
        "(function() local b = nj.toys.ball(1) b:free() return pcall(b.kick, b, 1) end)()",
        "pcall(io.stdout.write, nj.toys.ball(1), 'x')",
        // Error objects.
        "pcall(error, setmetatable({}, { __tostring = function() return os.execute end })) ",
        "select(2, xpcall(error, function() return os.execute end))",
    ]

    @Test("lead nowhere", arguments: ways)
    func nowhere(_ way: String) throws {
        let state = try state()
        let found = try? state.values("local found = \(way) return not not found")
        #expect(found != ["true"])
        #expect(try state.values("return 1 + 1") == ["2"])
    }

    /// Each would take all memory or never end.
    static let hogs: [String] = [
        // Memory.
        "('x'):rep(1 << 40)", "('x'):rep(1 << 30, 'y')", "('x'):rep(1 << 62)",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t[#t + 1] = t end",
        "local t = {} for i = 1, 1e9 do t[i] = { i } end",
        "table.concat(setmetatable({}, { __index = function() return 'xxxxxxxx' end }), '', 1, 1 << 40)",
        "string.format(('%99d'):rep(1e6), 1)",
        "string.rep('%s', 1e7):format(table.unpack({}, 1, 1e7))",
        "table.pack(('x'):rep(1e8):byte(1, -1))", "table.unpack({}, 1, 1e8)",
        "local f = function(...) return select('#', ...) end f(table.unpack({}, 1, 1e7))",
        "('x'):rep(1e6):gsub('x', ('y'):rep(1e4))", "load('x = \"' .. ('y'):rep(1e9) .. '\"')",
        "collectgarbage('stop') local t = {} while true do t = { t } end",
        "local co = {} while true do co[#co + 1] = coroutine.create(print) end",
        "string.pack('s' .. 1e9, '')", "utf8.char(table.unpack({}, 1, 1e8))",
        "io.tmpfile():read(1 << 40)",
        // Recursion.
        "local function f() return 1 + f() end f()", "local function f() f() end f()",
        "local function f() return pcall(f) end while true do f() end",
        "local function f() coroutine.wrap(f)() end f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
        "load(('('):rep(1e5))", "load(('{'):rep(1e5))", "load(('a.'):rep(1e6) .. 'a')",
        "error(setmetatable({}, { __tostring = function(e) return tostring(e) end }))",
        "local function h(e) return h(e) + 1 end xpcall(error, h)",
        "string.gsub('x', 'x', function() return (string.gsub('x', 'x', error)) end)",
        // Patterns.
        "('a'):rep(1e4):find('.-.-.-.-b')", "('a'):rep(1e4):match(('a*'):rep(30) .. 'b')",
        "('a'):rep(1e5):gsub('.-b', '')", "for _ in ('a'):rep(1e4):gmatch('.-.-.-b') do end",
        "('('):rep(1e5):find('%b()')", "('x'):rep(1e4):find(('.-'):rep(20) .. 'y')",
        "while true do pcall(string.find, ('a'):rep(1e4), '.-.-.-.-b') end",
        "coroutine.wrap(function() return ('a'):rep(1e4):find('.-.-.-.-b') end)()",
        // Loops in library functions.
        "table.move({}, 1, math.maxinteger - 1, 2)", "table.move({}, 1, 1 << 40, 1, {})",
        "table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 1)",
        "table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)",
        "table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, 1 << 60)",
        "table.sort({ 3, 1, 2 }, function() while true do end end)",
        "table.sort(setmetatable({}, { __len = function() return 1 << 30 end,"
            + " __index = function() return 1 end }))",
        // Loops that catch what stops them.
        "while true do end", "while true do pcall(error) end", "::top:: pcall(error) goto top",
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, print) end",
        "while true do coroutine.wrap(function() while true do end end)() end",
        "while true do load(function() while true do end end) end",
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
        "coroutine.wrap(function() local x <close> = setmetatable({},"
            + " { __close = function() while true do end end }) while true do end end)()",
        "tostring(setmetatable({}, { __tostring = function() while true do end end }))",
        "for _ in setmetatable({}, { __call = function() return 1 end }) do end",
        "local t = setmetatable({}, { __eq = function() while true do end end })"
            + " return t == setmetatable({}, getmetatable(t))",
        "nj.fit(nj.toys.ball(1), { on_epoch = function() while true do end end })",
    ]

    @Test("that want everything are stopped", arguments: hogs)
    func stopped(_ hog: String) throws {
        let state = try state()
        let text =
            hog.contains("local") || hog.contains("while") || hog.contains("for")
            ? hog : "return \(hog)"
        // Some end by themselves, with little: what matters is that they end.
        if let error = state.failure(text) {
            #expect([.runtime, .memory, .limit, .syntax].contains(error.kind), "\(error)")
        }
        #expect(state.peakLuaBytes < 64 << 20)
        #expect(try state.values("return 1 + 1") == ["2"])
    }

    @Test("by a comparator without sense are errors at worst")
    func comparators() throws {
        let state = try state()
        for comparator in [
            "function() return true end", "function(a, b) return a <= b end",
            "function() return math.random() < 0.5 end", "function() error('x') end",
            "function(a, b) t[1] = nil return a and b and a < b end",
        ] {
            _ = state.failure(
                "t = {} for i = 1, 500 do t[i] = i * 7919 % 503 end table.sort(t, \(comparator))")
            #expect(try state.values("return 1 + 1") == ["2"])
        }
    }

    @Test("say that their instructions are used up, and the next call has its own")
    func instructions() throws {
        let state = try state(instructions: 100_000)
        let error = try #require(state.failure("while true do end"))
        #expect(error.kind == .limit)
        #expect(
            error.message == "limit of 100000 Lua instructions exceeded; allow more, or do less")
        #expect(error.trace.first?.description == "test:1: in main chunk")
        for _ in 1...5 { #expect(state.failure("for i = 1, 20000 do end") == nil) }
    }
}
