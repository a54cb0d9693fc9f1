// nightjar run

import ArgumentParser

/// Runs a script.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a Lua script.",
        discussion: """
            What follows FILE belongs to the script, --help too. Exit codes: 1 after an error in the \
            script, 64 when its options do not fit, 130 after Ctrl-C.
            """)

    @OptionGroup var limits: LimitOptions

    @Argument(help: "The script.")
    var file: String

    @Argument(parsing: .captureForPassthrough, help: "Arguments of the script.")
    var arguments: [String] = []

    func run() throws {
        try ScriptRunner(limits).run(script: file, arguments: arguments)
    }
}
