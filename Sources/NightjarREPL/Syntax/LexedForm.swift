// A form cut into tokens once, for all that look at them.

/// The text of a form with its tokens and brackets.
struct LexedForm {
    let text: [Character]
    /// The characters as ``LuaLexer`` sees them.
    let codes: [UInt8]
    let tokens: [LuaToken]
    let brackets: Brackets

    init(_ text: [Character]) {
        self.text = text
        codes = LuaLexer.codes(text)
        tokens = LuaLexer.tokens(codes)
        brackets = Brackets(text, tokens)
    }

    /// The tokens of the text before a cursor, as if nothing followed.
    func tokens(before cursor: Int) -> [LuaToken] {
        let whole = count { $0.range.upperBound <= cursor }
        var found = Array(tokens[..<whole])
        // Only the token in which the cursor stands may read otherwise without its end.
        if whole < tokens.count, case let start = tokens[whole].range.lowerBound, start < cursor {
            for token in LuaLexer.tokens(Array(codes[start..<cursor])) {
                let range = token.range
                found.append(
                    LuaToken(
                        kind: token.kind,
                        range: range.lowerBound + start..<range.upperBound + start,
                        isOpen: token.isOpen))
            }
        }
        return found
    }

    /// The index of the bracket with which a bracket makes a pair.
    func partner(ofToken token: LuaToken) -> Int? {
        brackets.partner(of: token.range.lowerBound).map { position in
            count { $0.range.lowerBound < position }
        }
    }

    /// How many tokens come before the first for which `isBefore` does not hold.
    private func count(_ isBefore: (LuaToken) -> Bool) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(tokens[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Cuts the form at the prompt into tokens when it changes, and at no other time.
final class FormLexer {
    private var last = LexedForm([])

    /// The form of a text.
    func form(_ text: [Character]) -> LexedForm {
        if last.text != text { last = LexedForm(text) }
        return last
    }
}
