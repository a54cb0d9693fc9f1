// Lines and words around a position.

extension EditBuffer {
    /// The beginning of the line in which `position` stands.
    func lineStart(_ position: Int) -> Int {
        text[..<min(max(0, position), text.count)].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    }

    /// The end of the line in which `position` stands, before its `\n`.
    func lineEnd(_ position: Int) -> Int {
        text[min(max(0, position), text.count)...].firstIndex(of: "\n") ?? text.count
    }

    /// The end of the word at `position` or behind it.
    func wordEnd(_ position: Int) -> Int {
        var end = min(max(0, position), text.count)
        while end < text.count, !Self.isPartOfWord(text[end]) { end += 1 }
        while end < text.count, Self.isPartOfWord(text[end]) { end += 1 }
        return end
    }

    /// The beginning of the word at `position` or before it.
    func wordStart(_ position: Int) -> Int { start(before: position, Self.isPartOfWord) }

    /// The beginning of the text without spaces at `position` or before it.
    func spacedStart(_ position: Int) -> Int { start(before: position) { !$0.isWhitespace } }

    private func start(before position: Int, _ belongs: (Character) -> Bool) -> Int {
        var start = min(max(0, position), text.count)
        while start > 0, !belongs(text[start - 1]) { start -= 1 }
        while start > 0, belongs(text[start - 1]) { start -= 1 }
        return start
    }

    private static func isPartOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    /// Swaps the characters around the cursor, or the last two at the end of a line.
    mutating func transpose() {
        let second = cursor == lineEnd(cursor) ? cursor - 1 : cursor
        guard second > lineStart(cursor), second < text.count else { return }
        replace(second - 1..<second + 1, with: String([text[second], text[second - 1]]))
    }

    /// Writes the word behind the cursor anew.
    mutating func changeWord(_ change: (String) -> String) {
        let end = wordEnd(cursor)
        guard end > cursor else { return }
        replace(cursor..<end, with: change(String(text[cursor..<end])))
    }
}
