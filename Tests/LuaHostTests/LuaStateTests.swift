import Foundation
import NightjarRuntime
import Testing

@testable import LuaHost

@Suite("A Lua state")
struct LuaStateTests {
    @Test("gives the values of an expression, and of a chunk what it returns")
    func evaluation() throws {
        let (state, _) = try Toys.state()
        #expect(try state.evaluate("1 + 1").map(state.describe) == ["2"])
        #expect(try state.evaluate("1, 'a', nil").map(state.describe) == ["1", "a", "nil"])
        #expect(try state.evaluate("x = 5").isEmpty)
        #expect(try state.evaluate("local y = x return y, y").map(state.describe) == ["5", "5"])
        #expect(
            try state.run("return ...", arguments: ["a", "b"]).map(state.describe) == ["a", "b"])
    }

    @Test("tells the beginning of a chunk from a wrong one")
    func incomplete() throws {
        let (state, _) = try Toys.state()
        for text in ["for i = 1, 3 do", "f(", "x = {", "return [[", "if x then", "1 +", "-- a\nf{"]
        {
            #expect(state.isIncomplete(text), "\(text)")
        }
        for text in ["", "x = 1", "1 + 1", "x = = 1", "end", "f)", "'<eof>", "for i = 1 do x("] {
            #expect(!state.isIncomplete(text), "\(text)")
        }
    }

    @Test("hands over what scripts print, whichever way, in order")
    func output() throws {
        let (state, transcript) = try Toys.state()
        _ = try state.run(
            """
            print("a", 1, 2.5, nil, true)
            io.write("b", 2, "\\n")
            io.stdout:write("c"):write("\\n")
            print(setmetatable({}, { __tostring = function() return "d\\0e" end }))
            print()
            """)
        #expect(transcript.text == "a\t1\t2.5\tnil\ttrue\nb2\nc\nd\0e\n\n")
    }

    @Test("gives a script the reason when what it writes or flushes is not taken")
    func refusedOutput() throws {
        var (texts, flushes) = ([String](), 0)
        let (state, _) = try Toys.state {
            $0.output = { (bytes) throws(FileError) in
                texts.append(String(decoding: bytes, as: UTF8.self))
                if texts.count > 1 { throw FileError("write", "out", code: ENOSPC) }
            }
            $0.flush = { () throws(FileError) in
                flushes += 1
                if flushes > 1 { throw FileError("write", "out", code: EIO) }
            }
        }
        let answers = try state.values(
            """
            local taken = io.write("a") == io.stdout and io.flush()
            print("b")
            local file, why, code = io.write("c", "d")
            return taken, file, why, code, select(2, io.stdout:flush())
            """)
        #expect(
            answers == ["true", "nil", "No space left on device", "28", "Input/output error", "5"])
        #expect(texts == ["a", "b\n", "c"])
    }

    @Test("writes files as usual")
    func files() throws {
        let (state, transcript) = try Toys.state()
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let read = try state.values(
            """
            local path = "\(path)"
            local file <close> = assert(io.open(path, "w"))
            file:write("one ", 2)
            file:close()
            io.output(path)
            io.write("three")
            io.close()
            io.output(io.stdout)
            io.write("back")
            return io.open(path):read("a")
            """)
        #expect(read == ["three"])
        #expect(transcript.text == "back")
    }

    @Test("hands over warnings whole, however many pieces they have")
    func warnings() throws {
        let (state, transcript) = try Toys.state()
        _ = try state.run("warn('one') warn('a', 'b', 'c') warn('@off') warn('two')")
        #expect(transcript.warnings == ["one", "abc", "two"])
        _ = try state.run("setmetatable({}, { __gc = function() error('late') end })")
        try state.collectGarbage()
        #expect(transcript.warnings.last?.contains("late") == true)
        _ = try state.run("warn(('x'):rep(100000))")
        #expect(transcript.warnings.last?.allSatisfy { $0 == "x" } == true)
    }

    @Test("finds modules beside the script first, and never native ones")
    func modulePath() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let library = folder.appending(path: "library")
        try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "return 'mine'".write(
            to: folder.appending(path: "thing.lua"), atomically: true, encoding: .utf8)
        for name in ["thing", "other"] {
            try "return 'host ' .. ...".write(
                to: library.appending(path: "\(name).lua"), atomically: true, encoding: .utf8)
        }
        let (state, _) = try Toys.state {
            $0.scriptFolder = folder.path
            $0.libraryFolders = [library.path]
        }
        #expect(
            try state.values("return require 'thing', require 'other', package.cpath")
                == ["mine", "host other", "", library.appending(path: "other.lua").path]
                || state.values("return (require 'thing'), (require 'other'), package.cpath")
                    == ["mine", "host other", ""]
        )
        let failure = try #require(state.failure("require 'absent'"))
        #expect(failure.message.contains("module 'absent' not found"))
    }

    @Test("runs files, with the line that starts with # skipped")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "#!/usr/bin/env nightjar\nreturn ...".write(
            toFile: path, atomically: true, encoding: .utf8)
        let (state, _) = try Toys.state()
        #expect(try state.run(file: path, arguments: ["x"]).map(state.describe) == ["x"])
        #expect(throws: LuaError.self) { try state.run(file: path + ".absent") }
    }

    @Test("keeps values that outlive it harmless")
    func outlived() throws {
        var state: LuaState? = try Toys.state().state
        let function = try #require(try state?.run("return function() return 1 end").first)
        let handle = try #require(try state?.run("return nj.toys.ball(1)").first)
        state = nil
        guard case .function(let called) = function, case .object(let ball) = handle else {
            Issue.record("expected a function and an object")
            return
        }
        #expect(throws: LuaError.self) { try called() }
        #expect(ball.value(as: Ball.self) == nil)
        let (other, _) = try Toys.state()
        #expect(throws: LuaError.self) { try other.globals.set("f", to: function) }
    }

    @Test("ends a script, not the process, on os.exit")
    func exit() throws {
        let (state, _) = try Toys.state()
        #expect(state.failure("pcall(os.exit, 3)")?.kind == .exit(3))
        #expect(state.failure("os.exit()")?.kind == .exit(0))
        #expect(state.failure("coroutine.wrap(function() os.exit(false) end)()")?.kind == .exit(1))
        #expect(try state.values("return 1") == ["1"])
    }
}

@Suite("Replaced library functions")
struct ReplacedFunctionTests {
    /// Each line must hold in any Lua 5.4.
    static let lines = [
        "return pcall(error, 'x', 0)": ["false", "x"],
        "return pcall(error)": ["false", "nil"],
        "return pcall(function(...) return ... end, 1, nil, 3)": ["true", "1", "nil", "3"],
        "return select('#', pcall(function() end))": ["1"],
        "return pcall(pcall)": ["false", "bad argument #1 to 'pcall' (value expected)"],
        "return xpcall(error, function(m) return m .. '!' end, 'x', 0)": ["false", "x!"],
        "return xpcall(function(...) return ... end, print, 1, 2)": ["true", "1", "2"],
        "return select(2, pcall(xpcall, print))": [
            "bad argument #2 to 'xpcall' (function expected, got no value)"
        ],
        "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)"
            + " local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 5)"
            + " return x, y, coroutine.status(co)": ["2", "10", "dead"],
        "local co = coroutine.create(error) return coroutine.resume(co, 'x')": ["false", "x"],
        "local co = coroutine.create(print) coroutine.resume(co)"
            + " return coroutine.resume(co)": ["false", "cannot resume dead coroutine"],
        "local co = coroutine.create(print) coroutine.resume(co) coroutine.resume(co)"
            + " return coroutine.status(co)": ["dead"],
        "local co co = coroutine.create(function() return coroutine.resume(co) end)"
            + " return coroutine.resume(co)": [
                "true", "false", "cannot resume non-suspended coroutine",
            ],
        "local t = {} for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)"
            + " do t[#t + 1] = i end return #t": ["3"],
        "return pcall(coroutine.wrap(function() error({}) end)) == false": ["true"],
        "local co = coroutine.create(function() pcall(coroutine.yield, 1) error('x', 0) end)"
            + " coroutine.resume(co) return coroutine.resume(co)": ["false", "x"],
        "local co = coroutine.create(function() return pcall(function() coroutine.yield(7)"
            + " error('y', 0) end) end) local _, a = coroutine.resume(co)"
            + " local _, b, c = coroutine.resume(co) return a, b, c": ["7", "false", "y"],
        "local co = coroutine.create(function() return xpcall(function() coroutine.yield(7)"
            + " error('y', 0) end, string.upper) end) local _, a = coroutine.resume(co)"
            + " local _, b, c = coroutine.resume(co) return a, b, c": ["7", "false", "Y"],
        "local log = {} local co = coroutine.create(function() local x <close> = setmetatable({},"
            + " { __close = function() log[1] = 'closed' end }) coroutine.yield() end)"
            + " coroutine.resume(co) return coroutine.close(co), log[1], coroutine.status(co)": [
                "true", "closed", "dead",
            ],
        "local co = coroutine.create(error) coroutine.resume(co, 100) return coroutine.close(co)": [
            "false", "100",
        ],
        "return pcall(coroutine.close, coroutine.running())": [
            "false", "cannot close a coroutine that is running or resumed another one",
        ],
        "return load('return 1 + ...')(2)": ["3"],
        "return load('return x', 'n', 't', { x = 5 })()": ["5"],
        "x = 6 return load('return x', nil, nil)()": ["6"],
        "local parts = { 'return ', '8' } local i = 0"
            + " return load(function() i = i + 1 return parts[i] end)()": ["8"],
        "return select('#', load('return ('))": ["2"],
        "return (load('x =', '=name'))": ["nil"],
        "return tostring(collectgarbage('count')):match('%d') ~= nil": ["true"],
        "return pcall(collectgarbage, 'generational')": [
            "false", "collectgarbage('generational') is not available; leave out this call",
        ],
        "return #debug.traceback('x') > 1, debug.sethook, debug.getregistry, string.dump": [
            "true", "nil", "nil", "nil",
        ],
    ]

    @Test("do what Lua's own do", arguments: lines.sorted { $0.key < $1.key })
    func agreement(_ text: String, _ expected: [String]) throws {
        let (state, _) = try Toys.state()
        #expect(try state.values(text) == expected)
    }

    @Test("load no bytecode on any way")
    func bytecode() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "evil.lua").path
        try Data("\u{1B}LuaT".utf8).write(to: URL(filePath: path))
        let (state, _) = try Toys.state { $0.scriptFolder = folder.path }
        let ways = [
            "return load('\\27LuaT')", "return load('\\27LuaT', 'x', 'b')",
            "return load('\\27LuaT', 'x', 'bt', {})",
            "local done return load(function() if not done then done = 1 return '\\27LuaT' end end)",
            "return loadfile('\(path)')", "return loadfile('\(path)', 'b')",
            "return loadfile('\(path)', 'bt', {})", "return pcall(dofile, '\(path)')",
            "return pcall(require, 'evil')",
            "return pcall(package.searchers[2], 'evil')",
        ]
        for way in ways {
            let results = try state.values(way)
            #expect(["nil", "false"].contains(results.first), "\(way)")
            #expect(results.last?.contains("attempt to load a binary chunk") == true, "\(way)")
        }
        #expect(throws: LuaError.self) { try state.load("\u{1B}LuaT") }
        #expect(throws: LuaError.self) { try state.load(file: path) }
        #expect(try state.values("return #package.searchers") == ["2"])
    }

    @Test("add a module's Lua parts when they are asked for")
    func luaPrefix() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let inner = folder.appending(path: "night")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "return { name = ... }".write(
            to: inner.appending(path: "owl.lua"), atomically: true, encoding: .utf8)
        try "return (".write(
            to: inner.appending(path: "broken.lua"), atomically: true, encoding: .utf8)
        let (state, _) = try Toys.state { $0.libraryFolders = [folder.path] }
        try state.register(
            Library(modules: [Module("nj.birds", summary: "Birds.", luaPrefix: "night")]))
        #expect(
            try state.values(
                "return nj.birds.owl.name, nj.birds.owl == require 'night.owl', rawget(nj.birds, 'owl').name"
            ) == ["night.owl", "true", "night.owl"])
        #expect(state.failure("nj.birds.broken()")?.message.contains("broken.lua:1") == true)
        #expect(
            state.failure("nj.birds.eagle()")?.message
                == "test:1: nj.birds has no field 'eagle';"
                + " ?nj.birds at the prompt lists what it has")
    }
}
