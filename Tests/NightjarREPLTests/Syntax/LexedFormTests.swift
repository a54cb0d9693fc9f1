import Testing

@testable import NightjarREPL

@Suite("Forms cut into tokens")
struct LexedFormTests {
    private static let pieces = [
        "if", " ", "x", "12", "0x", "1e+", "..", ".", "...", "::", ":", "\"", "'", "\\", "\\z",
        "\n",
        "--", "[[", "]]", "[=[", "]=]", "[", "]", "(", ")", "{", "}", "=", "==", "é", "<", "/",
    ]

    private static func random(_ count: Int, _ generator: inout some RandomNumberGenerator)
        -> [Character]
    {
        Array((0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
    }

    @Test("read before a cursor as if nothing followed, wherever it stands")
    func prefixes() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let text = Self.random(25, &generator)
            let form = LexedForm(text)
            for cursor in 0...text.count {
                let before = LexedForm(Array(text[..<cursor]))
                #expect(
                    form.tokens(before: cursor) == before.tokens, "\(String(text)) at \(cursor)")
                let chain = TokenChain(form, before: cursor)
                let open = chain.open.map { chain.tokens[$0].range.lowerBound }
                #expect(open == before.brackets.open, "\(String(text)) at \(cursor)")
            }
        }
    }

    @Test("are cut anew when the text changes, and then only")
    func memory() {
        let lexer = FormLexer()
        #expect(lexer.form([]).tokens.isEmpty)
        var text = Array("f(")
        #expect(lexer.form(text).brackets.open == [1])
        text.append(")")
        #expect(lexer.form(text).brackets.open == [])
        #expect(lexer.form(Array("a")).tokens.count == 1)
    }

    @Test("show the part around the cursor as a screen without end would")
    func frames() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let text = Self.random(Int.random(in: 0..<150, using: &generator), &generator)
            let cursor = Int.random(in: 0...text.count, using: &generator)
            let size = ScreenSize(
                columns: Int.random(in: 8..<30, using: &generator),
                rows: Int.random(in: 1..<8, using: &generator))
            func frame(rows: Int) -> Frame {
                Frame(
                    text, styles: [], cursor: cursor, prompts: ("nj> ", "... "), below: [],
                    size: ScreenSize(columns: size.columns, rows: rows))
            }
            let whole = frame(rows: 100_000)
            let shown = frame(rows: size.rows)
            let top = max(0, whole.cursor.row - size.rows + 1)
            #expect(shown.rows == Array(whole.rows.dropFirst(top).prefix(size.rows)))
            #expect(shown.cursor.row == whole.cursor.row - top)
            #expect(shown.cursor.column == whole.cursor.column)
        }
    }

    @Test("of 2,000 lines are drawn again in no time after a key")
    func speed() {
        let lines = (0..<500).flatMap {
            [
                "for i\($0) = 1, #rows do", "  local value = f(rows[i\($0)], { lr = 0.5 }) -- note",
                "  if value > 2 then print(value) end", "end",
            ]
        }
        let lexer = FormLexer()
        var language = EditorLanguage()
        language.styles = { Highlighter.styles(lexer.form($0), cursor: $1) }
        language.hint = { CompletionContext(lexer.form($0), cursor: $1).argument.map { "\($0)" } }
        var session = EditingSession(
            LineEditor(language: language), size: ScreenSize(), usesColour: true)
        _ = session.begin(prompt: "nj> ", size: ScreenSize())
        let paste = "\u{1B}[200~" + lines.joined(separator: "\n") + "\u{1B}[201~"
        _ = session.feed(Array(paste.utf8))
        let clock = ContinuousClock()
        let times = (0..<9).map { _ in clock.measure { _ = session.feed([UInt8(ascii: "a")]) } }
        // A debug build takes twenty times as long as what users run.
        #expect(times.sorted()[4] < .milliseconds(400))
    }
}
