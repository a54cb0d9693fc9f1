// Colours of Lua text.

/// How a character is drawn.
enum Style: UInt8 {
    case plain, prompt, keyword, string, number, comment, matchingBracket, wrongBracket
    case hint, selected, searchMatch

    /// The terminal's codes: its own 16 colours, which fit any background.
    var code: String {
        switch self {
        case .plain: ""
        case .prompt: "1"
        case .keyword: "35"
        case .string: "32"
        case .number: "36"
        case .comment, .hint: "90"
        case .matchingBracket: "1;4"
        case .wrongBracket: "31"
        case .selected: "7"
        case .searchMatch: "4"
        }
    }

    /// Whether the style is needed where colour is not wanted.
    var isEmphasis: Bool { self == .selected || self == .matchingBracket || self == .searchMatch }
}

/// Finds the style of each character of a form.
enum Highlighter {
    /// Styles for the characters of `text`; `cursor` tells which brackets are shown as a pair.
    static func styles(_ text: [Character], cursor: Int) -> [Style] {
        var styles = [Style](repeating: .plain, count: text.count)
        guard !PromptLine.isCommand(text) else { return styles }
        let tokens = LuaLexer.tokens(text)
        for token in tokens {
            let style: Style? =
                switch token.kind {
                case .keyword: .keyword
                case .string: .string
                case .number: .number
                case .comment: .comment
                case .name, .symbol: nil
                }
            guard let style else { continue }
            for position in token.range { styles[position] = style }
        }
        let brackets = Brackets(text, tokens)
        for position in brackets.wrong { styles[position] = .wrongBracket }
        for position in brackets.pair(at: cursor) { styles[position] = .matchingBracket }
        return styles
    }
}
