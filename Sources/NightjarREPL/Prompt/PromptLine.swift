// What kind of input a line is.

import LuaHost

/// Tells questions, commands and shell lines from Lua.
enum PromptLine {
    /// Whether text is for the prompt itself: `?name`, `:command`, `!shell`, and not Lua.
    static func isCommand(_ text: some Collection<Character>) -> Bool {
        let start = text.drop { $0.isWhitespace }
        switch start.first {
        case "?", "!": return true
        case ":": return start.dropFirst().first != ":"  // `::label::` is Lua
        default: return name(in: text) != nil
        }
    }

    /// The name of a question of the form `name?`, which people write who know it from elsewhere.
    static func name(in text: some Collection<Character>) -> String? {
        let name = text.drop { $0.isWhitespace }.prefix { $0 != "?" }
        let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "_.:".contains($0) }
        guard isName, !name.isEmpty, text.drop(while: \.isWhitespace).count == name.count + 1 else {
            return nil
        }
        return String(name)
    }

    /// What to answer to a word that people know from other prompts, unless it is their variable.
    static func hint(for form: String, in state: LuaState) -> String? {
        let word = form.trimmed
        let name = word.prefix { $0 != "(" }
        guard let hint = hints[word], let value = try? state.globals.get(String(name)) else {
            return nil
        }
        switch value {
        case .nil, .function: return hint
        default: return nil
        }
    }

    private static let leaving = ":quit or Ctrl-D leaves the prompt"
    private static let hints = [
        "help": "help() and :help tell what the prompt understands, ?nj what there is",
        "who": "who() lists your variables",
        "quit": leaving, "exit": leaving, "quit()": leaving, "exit()": leaving,
    ]

    /// Whether a form, or the last one of several, lacks its end.
    static func isIncomplete(_ text: String, in state: LuaState) -> Bool {
        if !isCommand(text) {
            if state.parse(text) != nil { return false }
            if state.isIncomplete(text) { return true }
        }
        guard let last = FormSequence.forms(of: text, in: state)?.last, !isCommand(last) else {
            return false
        }
        return state.parse(last) == nil && state.isIncomplete(last)
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
