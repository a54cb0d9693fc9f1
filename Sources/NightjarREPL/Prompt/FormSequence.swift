// Text of several forms, as people paste it.

import LuaHost

/// Cuts text into forms that run one after the other, each showing its value.
///
/// Text that is one form stays whole, so that its local variables live to its end.
enum FormSequence {
    /// Lines of one form that are tried; longer ones are not worth the time of trying.
    private static let mostLines = 200

    /// The forms of a text, of which the last may lack its end; nothing if a line is wrong.
    static func forms(of text: String, in state: LuaState) -> [String]? {
        if !text.contains("\n") || (!PromptLine.isCommand(text) && state.parse(text) != nil) {
            return [text]
        }
        var forms: [String] = []
        var begun: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if begun.isEmpty {
                if line.allSatisfy(\.isWhitespace) { continue }
                if PromptLine.isCommand(line) {
                    forms.append(String(line))
                    continue
                }
            }
            begun.append(line)
            let form = begun.joined(separator: "\n")
            if state.parse(form) != nil {
                forms.append(form)
                begun = []
            } else if begun.count == mostLines || !state.isIncomplete(form) {
                return nil
            }
        }
        return begun.isEmpty ? forms : forms + [begun.joined(separator: "\n")]
    }
}
