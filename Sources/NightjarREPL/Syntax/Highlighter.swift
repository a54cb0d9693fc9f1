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
    /// Styles for the characters of a form; `cursor` tells which brackets are shown as a pair.
    static func styles(_ form: LexedForm, cursor: Int) -> [Style] {
        var styles = [Style](repeating: .plain, count: form.text.count)
        guard !PromptLine.isCommand(form.text) else { return styles }
        for token in form.tokens {
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
        for position in form.brackets.wrong { styles[position] = .wrongBracket }
        for position in form.brackets.pair(at: cursor) { styles[position] = .matchingBracket }
        return styles
    }
}
