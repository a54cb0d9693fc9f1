// The command line of Nightjar.

import ArgumentParser
import NightjarREPL
import NightjarRuntime

/// `nightjar`: the prompt, or one of the commands below.
@main
struct Nightjar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightjar",
        abstract: "A lab bench for recommender experiments. Without a command it opens the prompt.",
        version: Version.current,
        subcommands: [
            RunCommand.self, DataCommand.self, DoctorCommand.self, DocsCommand.self,
            MetaCommand.self,
        ])

    @Option(
        name: .customShort("e"),
        help: ArgumentHelp("Run this Lua text instead of the prompt.", valueName: "code"))
    var texts: [String] = []

    @OptionGroup var limits: LimitOptions

    func run() throws {
        let runner = try ScriptRunner(limits)
        if texts.isEmpty { try runner.openPrompt() } else { try runner.run(texts: texts) }
    }
}
