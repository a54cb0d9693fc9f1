import Testing

@testable import LuaHost

@Suite("Sandbox levels")
struct SandboxLevelTests {
    static let reachable: [SandboxLevel: [String]] = [
        .repl: [
            "os.execute", "io.popen", "os.exit", "package.loadlib", "io.open", "os.remove",
            "debug.getinfo", "debug.traceback", "os.time", "io.write", "string.rep",
        ],
        .script: [
            "io.open", "os.remove", "debug.traceback", "os.time", "io.write", "string.rep",
        ],
        .lab: ["debug.traceback", "os.time", "io.write", "string.rep"],
    ]

    @Test(
        "leave the functions that they promise and no others of the list",
        arguments: [SandboxLevel.repl, .script, .lab])
    func functions(_ level: SandboxLevel) throws {
        let (state, _) = try Toys.state { $0.level = level }
        let all = Set(Self.reachable.values.flatMap { $0 })
        let expected = Set(Self.reachable[level] ?? [])
        for path in all.sorted() {
            let type = try state.values("return type(\(path))")
            #expect(type == [expected.contains(path) ? "function" : "nil"], "\(path)")
        }
        #expect(
            try state.values("return type(debug.setmetatable), type(debug.getlocal)") == [
                "nil", "nil",
            ])
    }

    @Test("of a lab have no finalizers")
    func finalizers() throws {
        let (state, _) = try Toys.state { $0.level = .lab }
        #expect(
            state.failure("setmetatable({}, { __gc = print })")?.message.contains("__gc") == true)
        #expect(
            try state.values("return getmetatable(setmetatable({}, { __name = 'x' })).__name") == [
                "x"
            ])
        #expect(try state.values("return pcall(setmetatable, 1, {})").first == "false")
    }
}
