// The command line of the fuzzer.

import ArgumentParser

#if !LIBFUZZER
    @main
#endif
/// Random calls and damaged files.
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightjar-fuzz",
        abstract: "Calls everything with random arguments, and reads damaged files.",
        subcommands: [CallsCommand.self, FilesCommand.self])
}
