import Foundation
import NightjarRuntime
import Testing

@testable import LuaHost

/// Processes of their own, as the end of a time stops what polls in the whole process.
@Suite("A time limit")
struct TimeLimitTests {
    private static func check(_ text: String) throws {
        LuaState.handleInterrupts()
        let thread = LuaThread {
            let (state, _) = try Toys.state { $0.timeLimit = 0.3 }
            try state.register(Interrupted.loops)
            try state.run("work = 0")
            guard let error = state.failure(text) else { return false }
            guard error.kind == .limit,
                error.message == "time limit of 0.3 s exceeded; allow more time, or do less"
            else {
                print(error)
                return false
            }
            // The next call has its own time.
            return try state.values("return 1 + 1") == ["2"]
        }
        guard try thread.wait() else {
            print(text)
            exit(6)
        }
    }

    @Test("stops scripts, and Swift functions that poll")
    func stops() async {
        await #expect(processExitsWith: .success) {
            for text in [
                "while true do end", "while true do pcall(function() while true do end end) end",
                "nj.work()", "while true do pcall(nj.each, function() end) end",
                "('a'):rep(5000):find('.-.-.-.-b')", "table.move({}, 1, math.maxinteger - 1, 2)",
                "coroutine.wrap(function() while true do end end)()",
            ] {
                try Self.check(text)
            }
        }
    }

    @Test("ends the command that a script waits for, and all that one started")
    func commands() async {
        await #expect(processExitsWith: .success) {
            let start = ContinuousClock.now
            try Self.check("os.execute('sleep 60')")
            try Self.check("while true do os.execute('sleep 60; true') end")
            // One that does not want to end has a second.
            try Self.check("os.execute('trap : TERM; while true; do sleep 60; done')")
            guard ContinuousClock.now - start < .seconds(50) else { exit(5) }
        }
    }

    @Test("stops close handlers that go on after it, too")
    func closing() async {
        await #expect(processExitsWith: .success) {
            try Self.check(
                "local x <close> = setmetatable({}, { __close = function() while true do end end })"
                    + " while true do end")
        }
    }

    @Test("does not touch a call that is done before")
    func inTime() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                let (state, _) = try Toys.state { $0.timeLimit = 0.2 }
                for _ in 1...4 {
                    guard try state.values("return 1 + 1") == ["2"] else { return false }
                    usleep(100_000)
                }
                return !Interruption.isRequested
            }
            guard try thread.wait() else { exit(4) }
        }
    }
}
