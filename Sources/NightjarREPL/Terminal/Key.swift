// What a person presses.

/// A key, or a burst of text, as a terminal reports it.
enum Key: Equatable, Sendable {
    /// Characters as they were typed; a fast typist's come together.
    case text(String)
    /// Text from the clipboard, told apart from typing by the terminal.
    case paste(String)
    /// A letter with the control key, in lower case; also `_`, `@`, `]`, `\`, `^`.
    case control(Character)
    /// A character with the meta or alt key, or after Escape.
    case meta(Character)
    /// Enter, alone or with meta.
    case enter, metaEnter
    /// The tabulator, alone or with shift.
    case tab, backTab
    /// Deleting to the left: a character, or a word with meta or control.
    case backspace, metaBackspace
    /// Deleting to the right: a character, or a word with meta or control.
    case delete, wordDelete
    /// The arrows.
    case up, down, left, right
    /// The arrows with meta or control.
    case wordLeft, wordRight
    /// The ends of a line.
    case home, end
    /// The ends of everything.
    case pageUp, pageDown
    /// Escape alone.
    case escape
    /// A sequence without a meaning here.
    case unknown
}
