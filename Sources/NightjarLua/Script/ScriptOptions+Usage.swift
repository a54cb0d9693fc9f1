// What --help prints for a script.

extension ScriptOptions {
    /// The text about the options of the script `command`, below what the script says of itself.
    public func usage(command: String, summary: String = "") -> String {
        let rows = options.map { ($0.synopsis, $0.explanation) } + [("--help", "print this text")]
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { synopsis, explanation in
            let gap = String(repeating: " ", count: width - synopsis.count + 2)
            return "  \(synopsis)\(gap)\(explanation)"
        }
        let call = "usage: \(command) [options]" + (arguments.map { " \($0)" } ?? "")
        return ([summary, call, lines.joined(separator: "\n")])
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}

extension ScriptOptions.Option {
    fileprivate var synopsis: String {
        defaultValue.placeholder.map { "\(flag) \($0)" } ?? flag
    }

    fileprivate var explanation: String {
        var notes: [String] = []
        if !choices.isEmpty { notes.append(choices.map(\.description).joined(separator: ", ")) }
        switch defaultValue {
        case .boolean(false), .string(""): break
        case .boolean(true): notes.append("on unless --no-\(flag.dropFirst(2))")
        default: notes.append("default \(defaultValue)")
        }
        let note = notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"
        return [summary, note].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
