// The command line of Nightjar.

import ArgumentParser
import NightjarREPL
import NightjarRuntime

/// `nightjar`: the prompt, or one of the commands below.
///
/// It has no options of its own: the parser would take those of a command for them. Every command
/// states its name, as making it from the name of the type takes a tenth of a start.
@main
struct Nightjar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightjar",
        abstract: "A lab bench for recommender experiments. Without a command it opens the prompt.",
        usage: """
            nightjar [--level LEVEL] [--memory 2G] [--time 10m]
            nightjar -e CODE
            nightjar run FILE [ARGUMENTS]
            nightjar COMMAND
            """,
        version: Version.current,
        subcommands: [
            PromptCommand.self, RunCommand.self, TestCommand.self, InitCommand.self,
            DataCommand.self, RunsCommand.self, DoctorCommand.self,
            DocsCommand.self, MetaCommand.self,
        ],
        defaultSubcommand: PromptCommand.self)

    static func main() {
        StandardStreams.prepare()
        main(nil)
    }
}
