// How far a line is indented.

/// Indents lines by the blocks and brackets in which they stand.
///
/// Whatever one line opens, such as `f({`, indents by one step.
struct Indentation {
    private static let step = 2
    private static let openers: Set<String> = ["do", "then", "function", "repeat", "{", "(", "["]
    private static let closers: Set<String> = ["end", "until", "elseif", "}", ")", "]"]

    /// The line of each block or bracket that is open.
    private var open: [Int] = []

    /// Spaces before the line that begins at `position`, which may not be written yet.
    static func spaces(_ text: [Character], lineAt position: Int) -> Int {
        var indentation = Indentation()
        var line = 0
        var end = 0
        for token in LuaLexer.tokens(text) {
            let gap = text[end..<token.range.lowerBound]
            line += gap.count(where: \.isNewline)
            end = token.range.upperBound
            let word = String(text[token.range])
            if token.range.lowerBound >= position {
                // What closes at the beginning of the line stands where the block began.
                let isOnLine = !text[position..<token.range.lowerBound].contains("\n")
                guard isOnLine, closers.contains(word) || word == "else" else { break }
                indentation.close()
            } else {
                indentation.pass(word, line: line)
            }
            line += text[token.range].count(where: \.isNewline)
        }
        return Set(indentation.open).count * step
    }

    private mutating func pass(_ word: String, line: Int) {
        if Self.closers.contains(word) || word == "else" { close() }
        if Self.openers.contains(word) || word == "else" { open.append(line) }
    }

    private mutating func close() { _ = open.popLast() }
}
