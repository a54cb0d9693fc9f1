// What the user allows scripts.

import ArgumentParser
import LuaHost
import NightjarRuntime

/// Options of every command that runs Lua.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What Lua may do: repl, script or lab (default: repl; script for run).",
            discussion: """
                repl: everything that is sound. script, for scripts of others: files, but no \
                processes; new globals are warned of. lab, for teaching and unknown code: files \
                below the working folder only, and limits of memory, time and instructions.
                """))
    var level: SandboxLevel?

    @Option(
        help: ArgumentHelp(
            "The most memory that Lua values and tensors may take; 0 for no limit.",
            discussion: "Level script has three quarters of the machine's, lab 2G or that.",
            valueName: "2G"))
    var memory: MemoryAmount?

    @Option(
        help: ArgumentHelp(
            "The most time of a script or of one form at the prompt; 0 for no limit.",
            discussion: "Level lab has 10m.", valueName: "10m"))
    var time: TimeAmount?

    @Option(
        help: ArgumentHelp(
            "The most Lua instructions of the same; 0 for no limit. Counting takes time.",
            discussion: "Level lab has 100G.", valueName: "5G"))
    var instructions: CountAmount?

    /// The limits of a command whose level is `usual` if the user gave none.
    func resolved(usual: SandboxLevel) -> Limits {
        let level = level ?? usual
        let isLab = level == .lab
        let machine = Machine.memory.map { $0 / 4 * 3 } ?? 0
        let ofLab = machine == 0 ? 2 << 30 : min(machine, 2 << 30)
        return Limits(
            level: level,
            memory: memory?.bytes ?? (isLab ? ofLab : level == .script ? machine : 0),
            seconds: time?.seconds ?? (isLab ? 600 : 0),
            instructions: instructions?.count ?? (isLab ? 100_000_000_000 : 0))
    }

    /// What one run may take; 0 for no limit.
    struct Limits {
        let level: SandboxLevel
        let memory: Int
        let seconds: Double
        let instructions: Int

        /// The options that say the same.
        var arguments: [String] {
            [
                "--level", level.rawValue, "--memory", "\(memory >> 10)K", "--time",
                "\(Int(seconds * 1000))ms", "--instructions", "\(instructions)",
            ]
        }
    }
}

extension SandboxLevel: ExpressibleByArgument {}
