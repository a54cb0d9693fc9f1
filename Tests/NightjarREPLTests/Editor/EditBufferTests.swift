import Testing

@testable import NightjarREPL

@Suite("Text being edited")
struct EditBufferTests {
    /// A buffer from text in which `|` is the cursor.
    private func buffer(_ marked: String) -> EditBuffer {
        var buffer = EditBuffer()
        let text = Array(marked)
        buffer.reset(
            String(text.filter { $0 != "|" }), cursor: text.firstIndex(of: "|") ?? text.count)
        return buffer
    }

    private func marked(_ buffer: EditBuffer) -> String {
        String(buffer.text[..<buffer.cursor]) + "|" + String(buffer.text[buffer.cursor...])
    }

    @Test("takes characters as people see them")
    func characters() {
        var buffer = buffer("e|x")
        buffer.insert("\u{301}")
        #expect(marked(buffer) == "e\u{301}|x")
        #expect(buffer.text.count == 2)
        buffer.delete(0..<1)
        #expect(marked(buffer) == "|x")
        buffer.insert("👩")
        buffer.insert("\u{200D}🔬")
        #expect(buffer.text.count == 2)
    }

    @Test("moves by words of letters and digits")
    func words() {
        let buffer = buffer("nj.data_set2 = 'x'")
        #expect(buffer.wordStart(12) == 8)
        #expect(buffer.wordStart(8) == 3)
        #expect(buffer.wordEnd(0) == 2)
        #expect(buffer.wordEnd(2) == 7)
        #expect(buffer.spacedStart(12) == 0)
        #expect(buffer.wordEnd(99) == 18)
        #expect(buffer.wordStart(-5) == 0)
    }

    @Test("keeps the column when lines are crossed")
    func lines() {
        var buffer = buffer("漢字abc|\nx\nlonger line")
        var moved = [buffer.moveLine(by: 1)]
        #expect(marked(buffer) == "漢字abc\nx|\nlonger line")
        moved.append(buffer.moveLine(by: 1))
        #expect(marked(buffer) == "漢字abc\nx\nlonger |line")
        moved += [buffer.moveLine(by: 1), buffer.moveLine(by: -1), buffer.moveLine(by: -1)]
        #expect(marked(buffer) == "漢字abc|\nx\nlonger line")
        moved.append(buffer.moveLine(by: -1))
        #expect(moved == [true, true, false, true, true, false])
    }

    @Test("joins what is cut in one go, and puts it back")
    func kills() {
        var buffer = buffer("one two three|")
        buffer.kill(buffer.wordStart(buffer.cursor)..<buffer.cursor)
        buffer.kill(buffer.wordStart(buffer.cursor)..<buffer.cursor)
        #expect(marked(buffer) == "one |")
        buffer.yank()
        #expect(marked(buffer) == "one two three|")
        buffer.move(to: 0)
        buffer.kill(0..<4)
        buffer.yank()
        #expect(marked(buffer) == "one |two three")
        buffer.yankOlder()
        #expect(marked(buffer) == "two three|two three")
        buffer.yankOlder()
        #expect(marked(buffer) == "one |two three")
        buffer.move(to: 2)
        buffer.yankOlder()
        #expect(marked(buffer) == "on|e two three")
    }

    @Test("takes changes back, words typed at once together")
    func undo() {
        var buffer = buffer("|")
        for letter in "a bc" { buffer.insert(String(letter)) }
        buffer.kill(0..<4)
        buffer.undo()
        #expect(buffer.string == "a bc")
        buffer.undo()
        #expect(buffer.string == "a")
        buffer.undo()
        #expect(buffer.string == "")
        buffer.undo()
        #expect(buffer.string == "")
    }

    @Test("swaps characters and changes words")
    func words2() {
        var swapped = buffer("ab|c")
        swapped.transpose()
        #expect(marked(swapped) == "acb|")
        swapped.transpose()
        #expect(marked(swapped) == "abc|")
        var single = buffer("a|")
        single.transpose()
        #expect(marked(single) == "a|")
        var word = buffer("|straße x")
        word.changeWord { $0.uppercased() }
        #expect(marked(word) == "STRASSE| x")
    }

    @Test("survives any sequence of changes at any position")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        let texts = ["", "a", "\n", "é", "漢", "\u{301}", "word word", "\t", "a\nb\n"]
        var buffer = EditBuffer()
        for _ in 0..<20_000 {
            let low = Int.random(in: -3...buffer.text.count + 3, using: &generator)
            let high = low + Int.random(in: 0...5, using: &generator)
            switch Int.random(in: 0...10, using: &generator) {
            case 0, 1: buffer.insert(texts.randomElement(using: &generator) ?? "")
            case 2: buffer.delete(low..<high)
            case 3: buffer.kill(low..<high)
            case 4: buffer.yank()
            case 5: buffer.yankOlder()
            case 6: buffer.undo()
            case 7: buffer.move(to: low)
            case 8: _ = buffer.moveLine(by: Bool.random(using: &generator) ? 1 : -1)
            case 9: buffer.transpose()
            default: buffer.replace(low..<high, with: texts.randomElement(using: &generator) ?? "")
            }
            if buffer.text.count > 500 { buffer.reset() }
            #expect((0...buffer.text.count).contains(buffer.cursor))
            #expect(Array(buffer.string) == buffer.text)
        }
    }
}
