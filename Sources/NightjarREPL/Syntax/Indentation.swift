// How far a line is indented.

/// Indents lines by the blocks and brackets in which they stand.
enum Indentation {
    private static let step = 2
    private static let openers: Set<String> = ["do", "then", "function", "repeat", "{", "(", "["]
    private static let closers: Set<String> = ["end", "until", "}", ")", "]"]

    /// Spaces before the line that begins at `position`, which may not be written yet.
    static func spaces(_ text: [Character], lineAt position: Int) -> Int {
        let tokens = LuaLexer.tokens(text)
        var depth = 0
        var index = 0
        while index < tokens.count, tokens[index].range.lowerBound < position {
            let word = String(text[tokens[index].range])
            if openers.contains(word) { depth += 1 }
            if closers.contains(word) || word == "elseif" { depth -= 1 }
            index += 1
        }
        if index < tokens.count {
            let word = String(text[tokens[index].range])
            let isOnLine = !text[position..<tokens[index].range.lowerBound].contains("\n")
            if isOnLine, closers.contains(word) || word == "else" || word == "elseif" { depth -= 1 }
        }
        return max(0, depth) * step
    }
}
