import Foundation
import NightjarRuntime
import Testing

@testable import LuaHost

#if canImport(Glibc)
    import Glibc
#endif

/// Each test is a process of its own, as a signal and the request to stop concern a whole process.
@Suite("Ctrl-C")
struct InterruptTests {
    @Test("stops a Lua loop")
    func loop() async {
        await #expect(processExitsWith: .success) {
            try Interrupted.check("while true do end")
        }
    }

    @Test("stops a coroutine in a coroutine, by resume and by wrap")
    func coroutines() async {
        await #expect(processExitsWith: .success) {
            try Interrupted.check(
                """
                local inner = coroutine.create(function() while true do end end)
                local outer = coroutine.create(function() coroutine.resume(inner) while true do end end)
                coroutine.resume(outer)
                while true do end
                """)
            try Interrupted.check(
                "coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()"
            )
            // Also where coroutines are switched all the time.
            try Interrupted.check(
                "local co = coroutine.wrap(function() while true do coroutine.yield() end end)"
                    + " while true do co() end")
        }
    }

    @Test("stops loops that catch every error")
    func swallowing() async {
        await #expect(processExitsWith: .success) {
            for text in [
                "while true do pcall(function() while true do end end) end",
                "while true do xpcall(function() while true do end end, function() end) end",
                "while true do xpcall(function() while true do end end,"
                    + " function() while true do end end) end",
                "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
                "while true do load(function() while true do end end) end",
                "while true do local co = coroutine.create(function()"
                    + " local x <close> = setmetatable({}, { __close = function() while true do end end })"
                    + " coroutine.yield() end) coroutine.resume(co) coroutine.close(co) end",
                "while true do pcall(pcall, pcall, string.rep, 'x') end",
                "while true do pcall(string.gsub, ('x'):rep(1000), 'x', function() while true do end end) end",
            ] {
                try Interrupted.check(text)
            }
        }
    }

    @Test("stops a loop of commands of the shell, which get it alone")
    func commands() async {
        await #expect(processExitsWith: .success) {
            // Where the process came to life with SIGINT ignored, so would its commands.
            LuaState.handleInterrupts()
            for command in ["kill -INT $$", "sh -c 'kill -INT $$'; exit $?", "exit 130"] {
                let state = try LuaState()
                do {
                    try state.run("for i = 1, 3 do os.execute(\"\(command)\") end")
                    Issue.record("'\(command)' was taken for no Ctrl-C")
                } catch let error as LuaError {
                    #expect(error.kind == .interrupted)
                }
                let results = try state.run("return os.execute('exit 3')")
                #expect(results.last?.int == 3)
            }
        }
    }

    @Test("stops finalizers, close handlers and what runs inside library functions")
    func hidden() async {
        await #expect(processExitsWith: .success) {
            let endless = "function() while true do end end"
            for text in [
                "setmetatable({}, { __gc = \(endless) }) collectgarbage() while true do end",
                "while true do setmetatable({}, { __gc = \(endless) }) end",
                "coroutine.wrap(function() setmetatable({}, { __gc = \(endless) }) collectgarbage() end)()"
                    + " while true do end",
                "table.sort({ 3, 2, 1 }, \(endless))",
                "coroutine.wrap(function() table.sort({ 3, 2, 1 }, \(endless)) end)()",
                "while true do pcall(string.find, ('a'):rep(5000), '.-.-.-.-b') end",
                "coroutine.wrap(function() return ('a'):rep(5000):find('.-.-.-.-b') end)()",
                "table.move({}, 1, math.maxinteger - 1, 2)",
                "table.sort(setmetatable({}, { __len = function() return 1 << 30 end, __index = type }))",
                "tostring(setmetatable({}, { __tostring = \(endless) }))",
                "local function nest() return coroutine.wrap(function() pcall(nest) while true do end end)()"
                    + " end nest()",
            ] {
                try Interrupted.check(text)
            }
        }
    }

    @Test("stops the close handlers of a coroutine that it stopped, when pressed again")
    func coroutineCleanUp() async {
        await #expect(processExitsWith: .success) {
            let closing =
                "local x <close> = setmetatable({}, { __close = function() while true do end end })"
            for text in [
                "coroutine.wrap(function() \(closing) while true do end end)()",
                "coroutine.wrap(function() pcall(function() \(closing) while true do end end) end)()",
                "coroutine.resume(coroutine.create(function() \(closing) while true do end end))",
            ] {
                try Interrupted.check(text, presses: 2)
            }
        }
    }

    @Test("says where in which coroutine it stopped the script")
    func trace() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                let (state, _) = try Toys.state()
                try state.register(Interrupted.loops)
                let text = "coroutine.wrap(function() nj.ready()\n while true do end\n end)()"
                let trace = state.failure(text)?.trace.map(\.description) ?? []
                guard trace.first == "test:2: in a function" else {
                    print(trace)
                    return false
                }
                return trace.last == "test:1: in main chunk"
            }
            Interrupted.waitUntilReady()
            usleep(50_000)
            pthread_kill(thread.id, SIGINT)
            guard try thread.wait() else { exit(4) }
        }
    }

    @Test("says what it waits for when pressed again, and ends the process at the third press")
    func deafFunction() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(130), observing: [\.standardErrorContent]
        ) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                let (state, _) = try Toys.state()
                try state.register(Interrupted.loops)
                try state.run("nj.ready() nj.sleep()")
                return true
            }
            Interrupted.waitUntilReady()
            for _ in 1...3 {
                usleep(300_000)
                pthread_kill(thread.id, SIGINT)
            }
            _ = try thread.wait()
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("waiting for nj.sleep to stop; Ctrl-C once more ends nightjar\n"))
        #expect(text.contains("nightjar: ended by Ctrl-C; "))
    }

    @Test("does the same where close handlers cannot be stopped")
    func deafHandler() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(130), observing: [\.standardErrorContent]
        ) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                let (state, _) = try Toys.state()
                try state.register(Interrupted.loops)
                try state.run(
                    """
                    coroutine.wrap(function()
                        local x <close> = setmetatable({}, { __close = function() while true do end end })
                        table.sort({ 2, 1 }, function() nj.ready() while true do end end)
                    end)()
                    """)
                return true
            }
            Interrupted.waitUntilReady()
            for _ in 1...3 {
                usleep(300_000)
                pthread_kill(thread.id, SIGINT)
            }
            _ = try thread.wait()
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("to stop; Ctrl-C once more ends nightjar\n"))
    }

    @Test("pressed many times at once counts as pressed once")
    func impatience() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                let (state, _) = try Toys.state()
                try state.register(Interrupted.loops)
                return state.failure("nj.ready() nj.sleep()")?.kind == .interrupted
            }
            Interrupted.waitUntilReady()
            usleep(100_000)
            for _ in 1...10 {
                pthread_kill(thread.id, SIGINT)
                usleep(10_000)
            }
            guard try thread.wait() else { exit(4) }
        }
    }

    @Test("stops a Swift loop that polls, and keeps what it did")
    func swiftLoop() async {
        await #expect(processExitsWith: .success) {
            guard try Interrupted.check("pcall(nj.work)") ?? 0 > 0 else { exit(3) }
        }
    }

    @Test("stops a Swift function that walks through tables, which are never cut short")
    func walk() async {
        await #expect(processExitsWith: .success) {
            try Interrupted.check("local t = {} for i = 1, 1000 do t[i] = i end pcall(nj.walk, t)")
        }
    }

    @Test("stops a Swift loop that calls back, in the callback or in the loop")
    func callback() async {
        await #expect(processExitsWith: .success) {
            try Interrupted.check("nj.each(function() while true do end end)")
            try Interrupted.check("pcall(nj.each, function() end)")
            try Interrupted.check("while true do pcall(nj.each, function() end) end")
            // A body that swallows every error does not keep the script alive.
            try Interrupted.check("while true do nj.swallow(function() while true do end end) end")
        }
    }

    @Test("lets cleaning up finish, and stops that, too, when pressed again")
    func cleanUp() async {
        await #expect(processExitsWith: .success) {
            let partial = try Interrupted.check(
                """
                local x <close> = setmetatable({}, { __close = function()
                    for i = 1, 1000 do cleaned = i end
                    nj.toys(1)
                end })
                while true do end
                """, after: "if cleaned ~= 1000 then error('not cleaned') end")
            guard partial == nil else { exit(5) }
            try Interrupted.check(
                """
                local x <close> = setmetatable({}, { __close = function() while true do end end })
                while true do end
                """, presses: 2)
        }
    }

    @Test("before a chunk starts does not stop it")
    func stale() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let (state, _) = try Toys.state()
            kill(getpid(), SIGINT)
            usleep(50_000)
            guard Interruption.isRequested else { exit(2) }
            guard
                try state.values("local s = 0 for i = 1, 1e5 do s = s + 1 end return s") == [
                    "100000"
                ]
            else { exit(3) }
        }
    }

    @Test("before a chunk starts stops it where the host wants that, and only that one")
    func early() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let (state, _) = try Toys.state()
            state.heedEarlierRequests()
            kill(getpid(), SIGINT)
            usleep(50_000)
            guard state.failure("while true do end")?.kind == .interrupted else { exit(2) }
            guard try state.values("return 1") == ["1"] else { exit(3) }
        }
    }

    @Test("reaches every state that runs, in whichever thread")
    func threads() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let threads = (0..<3).map { _ in
                LuaThread {
                    try Toys.state().state.failure("while true do end")?.kind == .interrupted
                }
            }
            usleep(300_000)
            kill(getpid(), SIGINT)
            for thread in threads where try !thread.wait() { exit(3) }
        }
    }
}

/// A thread in which signals are not blocked, unlike in those that tests run on.
final class LuaThread: @unchecked Sendable {
    private var result: Result<Bool, any Error> = .success(false)
    private let done = DispatchSemaphore(value: 0)
    private(set) var id = pthread_t()

    init(_ body: @escaping () throws -> Bool) {
        nonisolated(unsafe) let body = body
        let started = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            var none = sigset_t()
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, nil)
            id = pthread_self()
            started.signal()
            result = Result { try body() }
            done.signal()
        }
        started.wait()
    }

    /// What the body gave; ends the process when that takes too long.
    func wait() throws -> Bool {
        guard done.wait(timeout: .now() + 20) == .success else {
            print("the script was not stopped")
            exit(9)
        }
        return try result.get()
    }
}

extension Interrupted {
    /// Runs a script that never ends and presses Ctrl-C.
    ///
    /// Checks that it stops and that the state works afterwards, or ends the process with a code of
    /// its own. Gives the count in the partial result.
    @discardableResult
    static func check(
        _ text: String, presses: Int = 1, after: String = "return 1"
    ) throws -> Int? {
        LuaState.handleInterrupts()
        nonisolated(unsafe) var found: LuaError?
        nonisolated(unsafe) var done: Int?
        let thread = LuaThread {
            let (state, _) = try Toys.state()
            try state.register(loops)
            try state.run("work = 0")
            found = state.failure("nj.ready() \(text)")
            if case .table(let partial)? = found?.partial { done = try partial.get("done").int }
            return state.failure(after) == nil
        }
        Interrupted.waitUntilReady()
        for _ in 0..<presses {
            usleep(100_000)
            pthread_kill(thread.id, SIGINT)
        }
        guard try thread.wait() else { exit(6) }
        guard let found, found.kind == .interrupted else {
            print("\(text): ended with \(String(describing: found))")
            exit(7)
        }
        return done
    }

    private static let ready = DispatchSemaphore(value: 0)

    /// Waits until a script calls `nj.ready`: a press before it starts does not concern it.
    static func waitUntilReady() {
        guard ready.wait(timeout: .now() + 20) == .success else { exit(8) }
    }

    static let loops = Library(functions: [
        Function("ready", on: "nj", summary: "Tells that the script runs.") { _ in
            ready.signal()
            return nil
        },
        Function("sleep", on: "nj", summary: "Hears nothing for two seconds.") { _ in
            var rest = timespec(tv_sec: 2, tv_nsec: 0)
            var left = timespec()
            while nanosleep(&rest, &left) != 0 { rest = left }
            try Interruption.check()
            return nil
        },
        Function("work", on: "nj", summary: "Works until stopped.") { call in
            var done = 0
            do {
                while true {
                    done += 1
                    try Interruption.check()
                }
            } catch let error as Interrupted {
                _ = error
                throw call.interrupted(keeping: LuaRecord(["done": done]))
            }
        },
        Function(
            "walk", on: "nj", summary: "Walks through a table of 1000 pairs until stopped.",
            positional: [.table("t", [], "the table")]
        ) { call in
            let table = try call.table("t")
            while true {
                guard try table.pairs().count == 1000 else { exit(10) }
            }
        },
        Function(
            "each", on: "nj", summary: "Calls back until stopped.",
            positional: [.function("f", "what to call")]
        ) { call in
            let function = try call.function("f")
            while true {
                try function()
                try Interruption.check()
            }
        },
        Function(
            "swallow", on: "nj", summary: "Calls once and hides errors.",
            positional: [.function("f", "what to call")]
        ) { call in
            _ = try? call.function("f")()
            return nil
        },
    ])
}
