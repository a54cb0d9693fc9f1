// What kind of input a line is.

/// Tells questions, commands and shell lines from Lua.
enum PromptLine {
    /// Whether text is for the prompt itself: `?name`, `:command`, `!shell`, and not Lua.
    static func isCommand(_ text: some Collection<Character>) -> Bool {
        let start = text.drop { $0.isWhitespace }
        switch start.first {
        case "?", "!": return true
        case ":": return start.dropFirst().first != ":"  // `::label::` is Lua
        default: return false
        }
    }
}

extension String {
    /// The text without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
