// What the editor asks about the text that it edits.

/// Answers about the language; the editor itself knows keys and text only.
struct EditorLanguage {
    /// Whether Enter should go on in a new line because the form is not whole.
    var needsMore: (String) -> Bool = { _ in false }
    /// What is meant by text from the clipboard.
    var pasted: (String) -> String = { $0 }
    /// How the text before a position can go on.
    var completion: ([Character], Int) -> Completion = { .none(at: $1) }
    /// One line about the place of the cursor, such as the arguments of a call.
    var hint: ([Character], Int) -> String? = { _, _ in nil }
    /// Styles of the characters for a cursor.
    var styles: ([Character], Int) -> [Style] = { text, _ in
        [Style](repeating: .plain, count: text.count)
    }
    /// Spaces before the line that begins at a position.
    var indentation: ([Character], Int) -> Int = { _, _ in 0 }
}
