// Lua as the editor sees it.

import LuaHost
import NightjarLua

/// What the editor asks about the Lua of a session.
public struct PromptLanguage {
    let editor: EditorLanguage

    /// Answers for a session.
    public init(_ session: Session) {
        let state = session.state
        let completer = Completer(state)
        let hint = CallHint(state)
        let lexer = FormLexer()
        editor = EditorLanguage(
            needsMore: { form in
                // Finalizers must not write while the terminal is raw.
                (try? state.withoutCollection { PromptLine.isIncomplete(form, in: state) }) ?? false
            },
            pasted: PromptMark.typed(in:),
            completion: { completer.completion(lexer.form($0), $1) },
            hint: { hint.text(lexer.form($0), $1) },
            styles: { Highlighter.styles(lexer.form($0), cursor: $1) },
            indentation: { Indentation.spaces(lexer.form($0), lineAt: $1) })
    }
}
