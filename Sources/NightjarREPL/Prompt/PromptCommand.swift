// The commands of the prompt: lines that start with a colon.

/// A command, as help and completion show it.
struct PromptCommand: Sendable {
    let name: String
    /// What follows the name.
    let arguments: String
    let summary: String

    init(_ name: String, _ arguments: String, _ summary: String) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
    }

    /// How it is written.
    var usage: String { arguments.isEmpty ? ":\(name)" : ":\(name) \(arguments)" }

    static let all = [
        PromptCommand("help", "", "what the prompt understands"),
        PromptCommand("load", "FILE", "take the variables of a saved session"),
        PromptCommand("locals", "", "local variables of each call at the last error"),
        PromptCommand("quit", "", "leave, as Ctrl-D does"),
        PromptCommand("reset", "", "forget all variables and modules"),
        PromptCommand("save", "FILE", "write tensors, models and tables to one file"),
        PromptCommand("set", "[NAME VALUE]", "show the settings, or change one"),
        PromptCommand("time", "CODE", "run code and tell how long it takes"),
        PromptCommand("trace", "", "all calls that led to the last error"),
    ]

    /// Names of all commands.
    static let names = all.map(\.name) + ["q"]
}
