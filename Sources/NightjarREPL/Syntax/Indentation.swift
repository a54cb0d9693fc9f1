// How far a line is indented.

/// Indents lines by the blocks and brackets in which they stand.
///
/// Whatever one line opens, such as `f({`, indents by one step.
struct Indentation {
    private static let step = 2
    private static let newline = UInt8(ascii: "\n")
    private static let openers: Set<String> = ["do", "then", "function", "repeat", "{", "(", "["]
    private static let closers: Set<String> = ["end", "until", "elseif", "}", ")", "]"]

    /// The line of each block or bracket that is open.
    private var open: [Int] = []

    /// Spaces before the line that begins at `position`, which may not be written yet.
    static func spaces(_ form: LexedForm, lineAt position: Int) -> Int {
        var indentation = Indentation()
        var line = 0
        var end = 0
        for token in form.tokens {
            let start = token.range.lowerBound
            line += form.codes[end..<start].count { $0 == newline }
            end = token.range.upperBound
            // Names, numbers, strings, comments and long symbols open and close nothing.
            let isWord = token.kind == .keyword || (token.kind == .symbol && token.range.count == 1)
            let word = isWord ? String(form.text[token.range]) : ""
            if start >= position {
                // What closes at the beginning of the line stands where the block began.
                let isOnLine = !form.codes[position..<start].contains(newline)
                guard isOnLine, closers.contains(word) || word == "else" else { break }
                indentation.close()
            } else if isWord {
                indentation.pass(word, line: line)
            } else {
                line += form.codes[token.range].count { $0 == newline }
            }
        }
        return Set(indentation.open).count * step
    }

    private mutating func pass(_ word: String, line: Int) {
        if Self.closers.contains(word) || word == "else" { close() }
        if Self.openers.contains(word) || word == "else" { open.append(line) }
    }

    private mutating func close() { _ = open.popLast() }
}
