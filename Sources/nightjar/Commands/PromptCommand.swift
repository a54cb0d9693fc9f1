// nightjar without a command

import ArgumentParser

/// Opens the prompt, or runs texts from the command line.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt", abstract: "Open the prompt, or run the Lua text of -e.")

    @Option(
        name: .customShort("e"),
        help: ArgumentHelp("Run this Lua text instead of the prompt.", valueName: "code"))
    var texts: [String] = []

    @OptionGroup var limits: LimitOptions

    func run() throws {
        let runner = try ScriptRunner(limits.resolved(usual: .repl))
        if texts.isEmpty { try runner.openPrompt() } else { try runner.run(texts: texts) }
    }
}
