// Bytes in, bytes out: everything between the keyboard and the screen but the terminal itself.

/// Runs the editor on the bytes of a terminal.
///
/// However many keys a piece of input holds, the screen is drawn once for it.
struct EditingSession {
    private var editor: LineEditor
    private var decoder = KeyDecoder()
    private var renderer: Renderer
    /// Keys that came before somebody waited for them.
    private var waiting: ArraySlice<Key> = []
    private var prompt = ""
    /// The terminal's size; ``resize(to:)`` changes it while a form is on screen.
    private(set) var size: ScreenSize

    init(_ editor: LineEditor, size: ScreenSize, usesColour: Bool) {
        self.editor = editor
        self.size = size
        renderer = Renderer(usesColour: usesColour)
    }

    /// Whether an escape sequence has begun, so that time tells whether it is a key of its own.
    var isWaiting: Bool { decoder.isWaiting }

    /// What a piece of input leads to.
    struct Step {
        /// What the terminal shall get.
        var output: String
        /// Whether the form ended.
        var outcome: LineEditor.Outcome
    }

    /// Begins a form in the first column of a free row, with keys that came early.
    mutating func begin(prompt: String, size: ScreenSize) -> Step {
        self.prompt = prompt
        self.size = size
        editor.begin()
        renderer.forget()
        return run()
    }

    /// Acts on bytes.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> Step {
        waiting += decoder.decode(bytes)
        return run()
    }

    /// Acts on what a beginning of an escape sequence means when nothing follows.
    mutating func flush() -> Step {
        waiting += decoder.flush()
        return run()
    }

    /// Acts on Ctrl-C that came as a signal.
    mutating func interrupt() -> Step { end(.interrupted) }

    /// Keeps a form for recall; false if it is not worth keeping.
    mutating func remember(_ form: String) -> Bool { editor.remember(form) }

    /// Draws the form anew in a terminal of another size.
    mutating func resize(to size: ScreenSize) -> String {
        let erased = renderer.erase(columns: size.columns)
        self.size = size
        return erased + draw()
    }

    /// Draws the form anew in the row of the cursor, after other output.
    mutating func redraw() -> String {
        renderer.forget()
        return "\r\u{1B}[J" + draw()
    }

    private mutating func draw() -> String {
        renderer.draw(editor.frame(prompt: prompt, size: size))
    }

    private mutating func run() -> Step {
        var erased = ""  // bytes that empty the screen
        while let key = waiting.popFirst() {
            let outcome = editor.handle(key)
            switch outcome {
            case .editing: break
            case .cleared:
                renderer.forget()
                erased = "\u{1B}[H\u{1B}[2J"
            default: return end(outcome, erased)
            }
        }
        return Step(output: erased + draw(), outcome: .editing)
    }

    /// Shows the form for the last time and leaves it standing.
    private mutating func end(_ outcome: LineEditor.Outcome, _ erased: String = "") -> Step {
        var output = erased
        output += renderer.draw(editor.frame(prompt: prompt, size: size, isFinal: true))
        output += renderer.finish()
        return Step(output: output, outcome: outcome)
    }
}
