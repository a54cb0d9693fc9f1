import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

/// Bytes in, screen out; `▏` is the cursor.
@Suite("The editor on a screen")
struct EditorGoldenTests {
    private let language: EditorLanguage

    init() throws { language = try PromptLanguage(Session()).editor }

    private func typist(
        history: [String] = [], columns: Int = 80, rows: Int = 24, usesColour: Bool = false
    ) -> Typist {
        Typist(
            history: history, language: language, columns: columns, rows: rows,
            usesColour: usesColour)
    }

    // MARK: Forms

    @Test("ends a form at Enter exactly when it is whole, and indents while it is not")
    func forms() {
        var typist = typist()
        typist.type("function f(x)", "\r", "if x then", "\r", "return {", "\r", "1,", "\r", "}")
        #expect(
            typist.shown == """
                nj> function f(x)
                ...   if x then
                ...     return {
                ...       1,
                ...       }▏
                """)
        typist.type("\r", "end", "\r", "end", "\r")
        #expect(
            typist.submitted == [
                "function f(x)\n  if x then\n    return {\n      1,\n    }\n  end\nend"
            ])
        #expect(typist.screen.text.hasSuffix("...   end\n... end\nnj>"))
        typist.type("1 +", "\r")
        #expect(typist.shown.hasSuffix("nj> 1 +\n... ▏"))
        typist.type("^C")
        #expect(typist.outcomes.last == .interrupted)
        #expect(typist.shown.hasSuffix("nj> 1 +\n...\nnj> ▏"))
        typist.type("x = = 1", "\r")
        #expect(typist.submitted.last == "x = = 1")
    }

    @Test("begins a line at Alt-Enter and Ctrl-J, also in a form that is whole")
    func newLines() {
        var typist = typist()
        typist.type("a = 1", "M-\r", "b = 2", "\n", "c = 3", "\r")
        #expect(typist.submitted == ["a = 1\nb = 2\nc = 3"])
    }

    @Test("takes statements and then an expression as a whole form")
    func tail() {
        var typist = typist()
        typist.type("x = 2", "M-\r", "x * 3", "\r")
        #expect(typist.submitted == ["x = 2\nx * 3"])
        typist.type("if x then", "\r", "x", "\r", "^C")
        #expect(typist.submitted.count == 1)
    }

    @Test("leaves at Ctrl-D on an empty form only")
    func end() {
        var typist = typist()
        typist.type("ab", "^A", "^D", "^D")
        #expect(typist.outcomes.isEmpty)
        typist.type("^D")
        #expect(typist.outcomes == [.end])
    }

    @Test("edits in the middle of several lines")
    func middle() {
        var typist = typist()
        typist.type("{", "\r", "one", "\r", "}", "M-\r")
        typist.type(Typist.up, Typist.up, Typist.right, "X")
        #expect(
            typist.shown == """
                nj> {
                ...  X▏ one
                ... }
                ...
                """)
    }

    @Test("takes the form to the end when it is entered in the middle")
    func enterInMiddle() {
        var typist = typist()
        typist.type("f(", "\r", "1)", Typist.up, "\r")
        #expect(typist.submitted == ["f(\n  1)"])
        #expect(typist.shown == "nj> f(\n...   1)\nnj> ▏")
    }

    // MARK: Drawing

    @Test("breaks long lines, wide characters whole")
    func wrapping() {
        var typist = typist(columns: 10)
        typist.type("abcdef")
        #expect(typist.shown == "nj> abcdef\n▏")
        typist.type("g漢字")
        #expect(typist.shown == "nj> abcdef\ng漢字▏")
        typist.type("漢字漢字", "^A")
        #expect(typist.shown == "nj> ▏abcdef\ng漢字漢字\n漢字")
        typist.type("^E", "\u{7F}", "\u{7F}", "\u{7F}", "\u{7F}", "\u{7F}")
        #expect(typist.shown == "nj> abcdef\ng漢▏")
    }

    @Test("works in a terminal of width 20, 2 and 1", arguments: [20, 2, 1])
    func narrow(_ columns: Int) {
        var typist = typist(columns: max(2, columns), rows: 12)
        if columns == 1 { typist.resize(columns: 2) }
        typist.type("for i = 1, 10 do", "\r", "print('漢字', i)", "\r", "end")
        typist.type("^A", "^P", "^E", "^R", "x", "^G", "\t", "\r")
        #expect(!typist.shown.isEmpty)
        #expect(typist.submitted.count == 1)
    }

    @Test("shows a window of a form that is taller than the screen")
    func tall() {
        var typist = typist(rows: 5)
        typist.paste((1...20).map { "x = \($0)" }.joined(separator: "\n"))
        #expect(typist.shown == "... x = 16\n... x = 17\n... x = 18\n... x = 19\n... x = 20▏")
        for _ in 1...19 { typist.type(Typist.up) }
        #expect(typist.shown == "nj> x = 1▏\n... x = 2\n... x = 3\n... x = 4\n... x = 5")
        typist.type("\r")
        #expect(typist.submitted.first?.hasSuffix("x = 20") == true)
    }

    @Test("rewrites only what changes")
    func minimal() {
        var typist = typist()
        typist.type("x = {", "\r", "1, 2", Typist.left)
        #expect(typist.lastOutput == "\r\u{1B}[9C")
        typist.type(Typist.right, "3")
        #expect(typist.lastOutput == "3")
        typist.type("^A", "-")
        #expect(typist.lastOutput == "-  1, 23\r\u{1B}[5C")
    }

    @Test("draws an accent, an emoji and a control character with their own widths")
    func widths() {
        var typist = typist()
        typist.type("e", "\u{301}", "🙂", "^V", "^A", "x")
        #expect(typist.shown == "nj> e\u{301}🙂^Ax▏")
        typist.type("^B", "^B", "^B", "^D")
        #expect(typist.shown == "nj> e\u{301}▏^Ax")
    }

    @Test("draws anew after a resize, without eating what stands above")
    func resize() {
        var typist = typist(columns: 40)
        typist.type("print 'earlier'", "\r")
        typist.type("local words = 'one two three four five' -- a")
        for columns in [20, 33, 11, 60] { typist.resize(columns: columns) }
        #expect(
            typist.screen.text.filter { $0 != "\n" }
                == "nj> print 'earlier'nj> local words = 'one two three four five' -- a")
        #expect(typist.shown.hasSuffix("-- a▏"))
    }

    @Test("clears the screen but for the form")
    func clear() {
        var typist = typist()
        typist.type("1", "\r", "2", "\r", "f(", "\r", "^L")
        #expect(typist.shown == "nj> f(\n...   ▏")
    }

    // MARK: Pastes

    @Test("takes a paste as one form with one redraw, however long")
    func paste() {
        var typist = typist(rows: 300)
        let script = (1...200).map { "line\($0) = { \($0) }" }.joined(separator: "\r\n")
        typist.paste(script + "\r\n")
        #expect(typist.submitted.isEmpty)
        // Each character once, and moves between the rows.
        #expect(typist.lastOutput.utf8.count < script.utf8.count + 200 * 8)
        typist.type("\r")
        #expect(typist.submitted == [script.replacing("\r\n", with: "\n")])
    }

    @Test("does not run or complete what is pasted")
    func pastedKeys() {
        var typist = typist()
        typist.paste("if x then\n\tprint(1)\nend")
        #expect(typist.shown == "nj> if x then\n...     print(1)\n... end▏")
        typist.type("\r")
        #expect(typist.submitted == ["if x then\n\tprint(1)\nend"])
    }

    @Test("takes a paste from a terminal that does not mark it, form by form")
    func unmarkedPaste() {
        var typist = typist()
        typist.type("a = 1\rfunction f()\rreturn 1\rend\rb = 2")
        #expect(typist.submitted == ["a = 1", "function f()\n  return 1\nend"])
        #expect(typist.shown.hasSuffix("nj> b = 2▏"))
    }

    // MARK: History

    @Test("recalls a form of several lines as one, at the edges of the form only")
    func recall() {
        var typist = typist(history: ["one()", "f(\n  1)", "three()"])
        typist.type(Typist.up, Typist.up)
        #expect(typist.shown == "nj> f(\n...   1)▏")
        typist.type(Typist.up)
        #expect(typist.shown == "nj> f(▏\n...   1)")
        typist.type(Typist.up)
        #expect(typist.shown == "nj> one()▏")
        typist.type(Typist.up, Typist.down, Typist.down)
        #expect(typist.shown == "nj> three()▏")
        typist.type(Typist.down)
        #expect(typist.shown == "nj> ▏")
    }

    @Test("recalls only what begins as the draft does, and comes back to the draft")
    func prefixRecall() {
        var typist = typist(history: ["fit(1)", "eval(1)", "fit(2)", "x"])
        typist.type("fit", Typist.up)
        #expect(typist.shown == "nj> fit(2)▏")
        typist.type(Typist.up)
        #expect(typist.shown == "nj> fit(1)▏")
        typist.type(Typist.up, Typist.down, Typist.down)
        #expect(typist.shown == "nj> fit▏")
        typist.type("(2)", "\r", "\r", Typist.up, Typist.up)
        #expect(typist.shown.hasSuffix("nj> x▏"))
    }

    @Test("searches the history letter by letter")
    func search() {
        var typist = typist(history: ["alpha = 1", "beta = 2", "alphabet()"])
        typist.type("draft", "^R", "al")
        #expect(typist.shown == "search 'al': ▏alphabet()")
        typist.type("^R")
        #expect(typist.shown == "search 'al': ▏alpha = 1")
        typist.type("^R")
        #expect(typist.shown == "no match 'al': ▏alpha = 1")
        typist.type("^S", "z")
        #expect(typist.shown == "no match 'alz': alphabet()▏")
        typist.type("\u{7F}", "p")
        #expect(typist.shown == "search 'alp': ▏alphabet()")
        typist.type("^G")
        #expect(typist.shown == "nj> draft▏")
        typist.type("^R", "beta", "^E", " + 1", "\r")
        #expect(typist.submitted == ["beta = 2 + 1"])
        typist.type("^R", "2 +", "\r")
        #expect(typist.submitted == ["beta = 2 + 1", "beta = 2 + 1"])
    }

    // MARK: Completion

    @Test("completes the common part first, then shows a menu to go through")
    func completion() {
        var typist = typist(columns: 60)
        typist.type("nj.te", "\t")
        #expect(typist.shown == "nj> nj.tensor▏")
        typist.type("\t")
        #expect(typist.shown == "nj> nj.tensor▏\ntensor   tensors")
        typist.type("\t")
        #expect(typist.shown.hasPrefix("nj> nj.tensor▏\ntensor   tensors\nMakes a tensor"))
        typist.type("\t", "\u{1B}[Z", "\u{1B}[Z")
        #expect(typist.shown.hasPrefix("nj> nj.tensors▏\n"))
        typist.type("\r")
        #expect(typist.shown == "nj> nj.tensors▏")
        typist.type("^U", "nj.tensor", "\t", "\t", "\u{1B}")
        typist.wait()
        #expect(typist.shown == "nj> nj.tensor▏")
    }

    @Test("completes the names of options, and hints at what a call takes")
    func options() {
        var typist = typist()
        typist.type("nj.models.lstm{ fr", "\t")
        #expect(typist.screen.text.hasPrefix("nj> nj.models.lstm{ frozen_embeddings ="))
        typist.type("true, hid", "\t")
        #expect(
            typist.shown == """
                nj> nj.models.lstm{ frozen_embeddings = true, hidden = ▏
                hidden: size of the hidden state (integer between 1 and 65536, default 128)
                """)
        typist.type("8", "}", "\r")
        #expect(
            typist.screen.text == "nj> nj.models.lstm{ frozen_embeddings = true, hidden = 8}\nnj>")
    }

    @Test("indents at the tabulator in a line without text")
    func tabIndents() {
        var typist = typist()
        typist.type("x = 1", "M-\r", "\t", "y")
        #expect(typist.shown == "nj> x = 1\n...   y▏")
        typist.type("\u{7F}", "\u{7F}", "\u{7F}")
        #expect(typist.shown == "nj> x = ▏1".replacing("▏1", with: "1▏"))
    }

    // MARK: Colour

    @Test("colours Lua, and marks brackets that belong together")
    func colours() {
        var typist = typist(usesColour: true)
        typist.type("if x == 'a' then -- c")
        #expect(typist.screen.styles.contains("0;35") && typist.screen.styles.contains("0;32"))
        #expect(typist.screen.styles.contains("0;90"))
        typist.type("^U", "f(1)")
        #expect(typist.lastOutput.contains("\u{1B}[0;1;4m)"))
        #expect(typist.lastOutput.contains("\u{1B}[0;36m1"))
        typist.type("^U", "f)")
        #expect(typist.lastOutput.contains("\u{1B}[0;31m)"))
    }

    @Test("uses no colour where none is wanted, and still marks brackets")
    func noColour() {
        var typist = typist()
        typist.type("if x == 'a' then return f(1)")
        #expect(Set(typist.screen.styles) == ["0;1;4", "0"])
    }

    // MARK: Keys

    @Test("knows the keys of readline's emacs set")
    func emacs() {
        var typist = typist()
        typist.type("alpha beta", "M-b", "M-u", "^A", "M-c", "^E", "^W", "^Y", "^Y")
        #expect(typist.shown == "nj> Alpha BETABETA▏")
        typist.type("M-<", "M-f", "M-d", "M->", "\u{1B}\u{7F}", "^Y")
        #expect(typist.shown == "nj> Alpha▏")
        typist.type("M-y", "^T")
        #expect(typist.shown == "nj>  BETABEAT▏")
        typist.type("^_")
        #expect(typist.shown == "nj>  BETABETA▏")
        typist.type("^X", "^U")
        #expect(typist.shown == "nj> ▏")
    }

    @Test("survives every key in every state")
    func anyKeys() {
        var generator = SystemRandomNumberGenerator()
        let keys =
            (1...31).map { String(Unicode.Scalar($0)) } + [
                Typist.up, Typist.down, Typist.left, Typist.right, "\u{7F}", "\u{1B}[3~", "M-y",
                "M-d", "M-\r", "\u{1B}[Z", "nj.", "fit(", "{ ", "'", "\"", "漢", "[[", "--", "]",
                "end", "\u{1B}[200~if x\n\u{1B}[201~", ":s", "?", "..",
            ]
        for _ in 0..<40 {
            var typist = typist(
                history: ["a\nb", "x = 1"], columns: Int.random(in: 2...30, using: &generator),
                rows: Int.random(in: 1...8, using: &generator), usesColour: true)
            for _ in 0..<150 {
                typist.type(keys.randomElement(using: &generator) ?? "")
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    typist.resize(columns: Int.random(in: 2...40, using: &generator))
                }
            }
            typist.wait()
            #expect(typist.screen.row < typist.screen.rows)
        }
    }
}
