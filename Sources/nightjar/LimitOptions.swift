// What the user allows scripts.

import ArgumentParser
import LuaHost

/// Options of every command that runs Lua.
struct LimitOptions: ParsableArguments {
    /// The levels by the names that users give them.
    enum Level: String, ExpressibleByArgument, CaseIterable {
        case repl, script, lab

        var sandbox: SandboxLevel {
            switch self {
            case .repl: .repl
            case .script: .script
            case .lab: .lab
            }
        }
    }

    @Option(
        help: """
            What Lua may do: everything (repl), no processes (script, for scripts of others), no \
            files either (lab, for teaching).
            """)
    var level = Level.repl

    @Option(
        help: ArgumentHelp(
            "The most memory that Lua values and tensors may take; 0 for no limit.",
            valueName: "MiB"))
    var memory = 0

    /// The most bytes, 0 for no limit.
    var memoryBytes: Int { memory.multipliedReportingOverflow(by: 1 << 20).partialValue }

    func validate() throws {
        guard (0...1 << 40).contains(memory) else {
            throw ValidationError("--memory needs a number of MiB from 0 up")
        }
    }
}
