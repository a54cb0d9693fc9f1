@testable import NightjarREPL

/// A person at the editor: types bytes and looks at the screen.
struct Typist {
    private var session: EditingSession
    private(set) var screen: ScreenModel
    /// What the forms ended with.
    private(set) var outcomes: [LineEditor.Outcome] = []
    /// Bytes that went to the screen with the last input.
    private(set) var lastOutput = ""

    static let up = "\u{1B}[A"
    static let down = "\u{1B}[B"
    static let right = "\u{1B}[C"
    static let left = "\u{1B}[D"

    init(
        history: [String] = [], language: EditorLanguage = EditorLanguage(), columns: Int = 80,
        rows: Int = 24, usesColour: Bool = false
    ) {
        screen = ScreenModel(columns: columns, rows: rows)
        session = EditingSession(
            LineEditor(history: History(history), language: language),
            size: ScreenSize(columns: columns, rows: rows), usesColour: usesColour)
        show(session.begin(prompt: "nj> ", size: session.size))
    }

    /// The screen with the cursor.
    var shown: String { screen.textWithCursor }

    /// The forms that were entered.
    var submitted: [String] {
        outcomes.compactMap { if case .submitted(let form) = $0 { form } else { nil } }
    }

    /// Types a piece of input; `^X` stands for a control key, `M-` for the meta key.
    mutating func type(_ keys: String...) {
        for key in keys { show(session.feed(Self.bytes(key))) }
    }

    /// Sends bytes as they are.
    mutating func send(_ bytes: [UInt8]) { show(session.feed(bytes)) }

    /// Sends text as the clipboard does.
    mutating func paste(_ text: String) {
        send(Array("\u{1B}[200~\(text)\u{1B}[201~".utf8))
    }

    /// Lets so much time go by that an escape is a key.
    mutating func wait() { show(session.flush()) }

    mutating func resize(columns: Int) {
        screen.resize(columns: columns)
        lastOutput = session.resize(to: ScreenSize(columns: columns, rows: screen.rows))
        screen.write(lastOutput)
    }

    private mutating func show(_ step: EditingSession.Step) {
        lastOutput = step.output
        screen.write(step.output)
        if step.outcome == .editing { return }
        outcomes.append(step.outcome)
        if case .submitted(let form) = step.outcome { _ = session.remember(form) }
        let next = session.begin(prompt: "nj> ", size: session.size)
        lastOutput += next.output
        show(next)
    }

    private static func bytes(_ key: String) -> [UInt8] {
        if key.hasPrefix("^"), key.utf8.count == 2, let letter = key.utf8.last {
            return [letter & 0x1F]
        }
        if key.hasPrefix("M-") { return [0x1B] + Array(key.dropFirst(2).utf8) }
        return Array(key.utf8)
    }
}
