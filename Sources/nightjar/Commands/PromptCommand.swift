// nightjar without a command

import ArgumentParser
import Glibc
import NightjarRuntime

/// Opens the prompt, or runs texts from the command line.
struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt", abstract: "Open the prompt, or run the Lua text of -e.")

    @Option(
        name: .customShort("e"),
        help: ArgumentHelp("Run this Lua text instead of the prompt.", valueName: "code"))
    var texts: [String] = []

    @OptionGroup var limits: LimitOptions

    /// What is no command.
    @Argument(help: .hidden) var words: [String] = []

    func validate() throws {
        guard let word = words.first else { return }
        if access(word, F_OK) == 0 {
            throw ValidationError("'\(word)' is no command; nightjar run \(word) runs a script.")
        }
        let commands = Nightjar.configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        throw ValidationError(
            "'\(word)' is no command\(Suggestion.hint(for: word, in: commands));"
                + " nightjar --help lists them.")
    }

    func run() throws {
        let runner = try ScriptRunner(limits.resolved(usual: .repl))
        if texts.isEmpty { try runner.openPrompt() } else { try runner.run(texts: texts) }
    }
}
