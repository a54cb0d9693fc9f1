// What stands before the lines of a form, and text that has it already.

/// The marks of the prompt.
enum PromptMark {
    /// Before the first line of a form.
    static let form = "nj> "
    /// Before its other lines.
    static let more = "... "

    /// What was typed in a dialogue copied from a prompt, without marks and without what was shown;
    /// text that is no dialogue stays as it is.
    static func typed(in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = lines.first { !$0.allSatisfy(\.isWhitespace) }
        // A block copied whole begins with what the prompt said at its start.
        let isWhole = first?.hasPrefix("nightjar ") == true && first?.contains("  Lua ") == true
        guard first?.hasPrefix(form) == true || isWhole else { return text }
        return lines.compactMap { line in
            [form, more].first { line.hasPrefix($0) }.map { line.dropFirst($0.count) }
        }.joined(separator: "\n")
    }
}
