// nightjar run

import ArgumentParser
import Glibc

/// Runs a script.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a Lua script.",
        discussion: """
            What follows FILE belongs to the script, --help too.

            Exit codes: 1 after an error in the script, which too little memory is, too, and when \
            output could not be written; 64 when options do not fit; 124 when a limit of time or \
            instructions ended it; 130 after Ctrl-C; 128 and the number of the signal when a child \
            process of --isolate died of one.
            """)

    @OptionGroup var limits: LimitOptions

    @Flag(
        help: """
            Run the script in a process of its own, whose death, of whatever cause, ends nothing else \
            and is told in one line.
            """)
    var isolate = false

    /// Given to the process that `--isolate` starts: the process that started it.
    @Option(help: .hidden) var asChild: Int32?

    @Argument(help: "The script; - for the standard input.")
    var file: String

    @Argument(parsing: .captureForPassthrough, help: "Arguments of the script.")
    var arguments: [String] = []

    func run() throws {
        let limits = limits.resolved(usual: .script)
        if isolate { throw ExitCode(try Isolation.run(file, arguments, limits)) }
        if let asChild { Isolation.harden(limits, parent: asChild) }
        try ScriptRunner(limits).run(script: file, arguments: arguments)
    }
}
