// The text being edited: what it is, where the cursor stands, and how to take a change back.

/// Text of any number of lines with a cursor, as a person edits it.
///
/// Positions count characters as people see them: a letter with its accents is one.
struct EditBuffer {
    /// The characters; lines end in `\n`.
    private(set) var text: [Character] = []
    /// The cursor, from 0 to the number of characters.
    private(set) var cursor = 0

    private struct State {
        var text: [Character]
        var cursor: Int
    }

    /// Which kind of change came last: several of one kind are taken back together.
    private enum Change {
        case typing, killBefore, killAfter, yank(Range<Int>), other
    }

    private static let mostUndone = 200

    private var past: [State] = []
    private var lastChange: Change?
    private var kills = KillRing()
    /// The column that moving up and down tries to keep.
    private var goalColumn: Int?

    /// The text as a string.
    var string: String { String(text) }

    /// Whether there is no text.
    var isEmpty: Bool { text.isEmpty }

    // MARK: Changes

    /// Replaces everything, as recalling history does; what was cut stays.
    mutating func reset(_ string: String = "", cursor: Int? = nil) {
        text = Array(string)
        self.cursor = min(max(0, cursor ?? text.count), text.count)
        past = []
        lastChange = nil
        goalColumn = nil
    }

    /// Puts text at the cursor; what is typed in one go is taken back in one go.
    mutating func insert(_ string: String) {
        let isTyping: Bool
        if case .typing = lastChange { isTyping = true } else { isTyping = false }
        if !isTyping || string.contains(where: \.isWhitespace) { remember() }
        put(string, in: cursor..<cursor)
        lastChange = .typing
    }

    /// Replaces a part of the text and puts the cursor behind it.
    mutating func replace(_ range: Range<Int>, with string: String) {
        remember()
        put(string, in: range.clamped(to: 0..<text.count))
        lastChange = .other
    }

    /// Deletes characters without keeping them.
    mutating func delete(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<text.count)
        guard !range.isEmpty else { return }
        remember()
        put("", in: range)
        lastChange = .other
    }

    /// Takes the last change back.
    mutating func undo() {
        guard let state = past.popLast() else { return }
        text = state.text
        cursor = state.cursor
        lastChange = nil
        goalColumn = nil
    }

    private mutating func remember() {
        past.append(State(text: text, cursor: cursor))
        if past.count > Self.mostUndone { past.removeFirst() }
    }

    /// Replaces a range that lies inside the text.
    ///
    /// An accent joins the letter before it, so the neighbours are put together anew.
    private mutating func put(_ string: String, in range: Range<Int>) {
        let start = max(0, range.lowerBound - 1)
        let end = min(text.count, range.upperBound + 1)
        let before = text[start..<range.lowerBound]
        let after = text[range.upperBound..<end]
        let head = Array(String(before) + string)
        text.replaceSubrange(start..<end, with: Array(String(head) + String(after)))
        cursor = min(start + head.count, text.count)
        goalColumn = nil
    }

    // MARK: Cutting and putting back

    /// Cuts a part of the text that lies before or behind the cursor.
    mutating func kill(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<text.count)
        guard !range.isEmpty else { return }
        let isBefore = range.lowerBound < cursor
        let join: KillRing.Join? =
            switch lastChange {
            case .killBefore where isBefore: .before
            case .killAfter where !isBefore: .after
            default: nil
            }
        kills.add(Array(text[range]), joining: join)
        remember()
        put("", in: range)
        lastChange = isBefore ? .killBefore : .killAfter
    }

    /// Puts back what was cut last.
    mutating func yank() {
        guard let killed = kills.newest() else { return }
        let start = cursor
        remember()
        put(String(killed), in: cursor..<cursor)
        lastChange = .yank(start..<cursor)
    }

    /// Right after putting back: takes the text that was cut before instead.
    mutating func yankOlder() {
        guard case .yank(let range) = lastChange, let killed = kills.older() else { return }
        put(String(killed), in: range.clamped(to: 0..<text.count))
        lastChange = .yank(min(range.lowerBound, cursor)..<cursor)
    }

    // MARK: The cursor

    /// Moves the cursor, as far as there is text.
    mutating func move(to position: Int) {
        cursor = min(max(0, position), text.count)
        lastChange = nil
        goalColumn = nil
    }

    /// Moves a line up or down, keeping the column; false at the edge.
    mutating func moveLine(by step: Int) -> Bool {
        let start = lineStart(cursor)
        let column = goalColumn ?? DisplayWidth.of(text[start..<cursor])
        let target: Int
        if step < 0 {
            guard start > 0 else { return false }
            target = lineStart(start - 1)
        } else {
            let end = lineEnd(cursor)
            guard end < text.count else { return false }
            target = end + 1
        }
        var position = target
        var width = 0
        while position < lineEnd(target) {
            width += DisplayWidth.of(text[position])
            if width > column { break }
            position += 1
        }
        move(to: position)
        goalColumn = column
        return true
    }
}
