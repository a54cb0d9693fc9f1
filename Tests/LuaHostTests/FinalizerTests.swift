import Foundation
import Testing

@testable import LuaHost

@Suite("Finalizers of scripts")
struct FinalizerTests {
    @Test("run once each, in reverse order, and see their table")
    func order() throws {
        let state = try Toys.state().state
        #expect(
            try state.values(
                """
                log = {}
                local class = { __gc = function(o) log[#log + 1] = o[1] end }
                for i = 1, 3 do setmetatable({ i }, class) end
                collectgarbage() collectgarbage()
                return table.concat(log, ','), type(class.__gc)
                """) == ["3,2,1", "function"])
    }

    @Test("may bring their table back, and finalize it again when it is set again")
    func resurrection() throws {
        let state = try Toys.state().state
        #expect(
            try state.values(
                """
                local count, saved = 0
                local class = {}
                class.__gc = function(o)
                    count = count + 1
                    saved = o
                    if count < 3 then setmetatable(o, class) end
                end
                setmetatable({}, class)
                for _ = 1, 6 do saved = nil collectgarbage() end
                return count
                """) == ["3"])
    }

    @Test("do not run while their table is in use, and run when the state closes")
    func closing() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        var state: LuaState? = try Toys.state().state
        _ = try state?.run(
            """
            keep = setmetatable({}, { __gc = function() io.open('\(file.path)', 'w'):close() end })
            collectgarbage()
            """)
        #expect(!FileManager.default.fileExists(atPath: file.path))
        state = nil
        #expect(FileManager.default.fileExists(atPath: file.path))
    }

    /// In a process of its own, as the request to stop concerns the whole process.
    @Test("that do not end are given up when the state closes")
    func endless() async {
        await #expect(processExitsWith: .success) {
            LuaState.handleInterrupts()
            let thread = LuaThread {
                try Toys.state().state.run(
                    """
                    local class = { __gc = function() while true do end end }
                    keep = {}
                    for i = 1, 100 do keep[i] = setmetatable({}, class) end
                    """)
                return true
            }
            _ = try thread.wait()
        }
    }

    @Test("that fail or yield become warnings")
    func failures() throws {
        let (state, output) = try Toys.state()
        _ = try state.run(
            """
            setmetatable({}, { __gc = function() error('broken', 0) end }) collectgarbage()
            setmetatable({}, { __gc = function() coroutine.yield() end }) collectgarbage()
            """)
        #expect(
            output.warnings == [
                "error in __gc (broken)", "error in __gc (attempt to yield from a finalizer)",
            ])
    }

    @Test("do not open protected metatables")
    func protected() throws {
        let state = try Toys.state().state
        #expect(
            try state.values(
                """
                local class = { __gc = print }
                local locked = setmetatable({}, { __metatable = false })
                return pcall(setmetatable, locked, class), type(class.__gc)
                """) == ["false", "function"])
    }
}
