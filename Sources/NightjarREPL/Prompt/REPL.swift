// The prompt: read a form, run it, show its values, again.

import LuaHost
import NightjarLua
import NightjarRuntime

/// A dialogue with a session.
public final class REPL {
    let session: Session
    let console: Console
    let help: Help
    let workspace: Workspace
    var settings = PromptSettings()
    private(set) var lastError: LuaError?
    private var reader: any LineReader
    private let journal: Journal?
    private let seconds: () -> Double
    /// Texts of the forms so far, which traces quote; form 1 is at 0.
    private var forms: [String] = []
    private var hasFailed = false
    private var hasFormFailed = false
    private var hasExplainedLocals = false

    /// How a dialogue goes on after a line.
    enum Step {
        case goOn
        case leave(Int32)
    }

    /// Begins a dialogue; nothing is read before ``run()``.
    ///
    /// Forms are kept in the journal, if there is one, before they run.
    ///
    /// - Throws: `LuaError` when the session is closed.
    public convenience init(
        _ session: Session, console: Console, reader: any LineReader, journal: Journal? = nil
    ) throws {
        try self.init(
            session, console: console, reader: reader, journal: journal, seconds: Clock.seconds)
    }

    init(
        _ session: Session, console: Console, reader: any LineReader, journal: Journal?,
        seconds: @escaping () -> Double
    ) throws {
        self.session = session
        self.console = console
        self.reader = reader
        self.journal = journal
        self.seconds = seconds
        session.state.notesLocals = true
        help = Help(session.state, width: console.width)
        try console.offerHelp(in: session.state)
        let listing = Listing()
        try session.state.globals.set(
            "who",
            to: LuaClosure("who") { _ in
                // A finalizer may call it when the dialogue is over.
                guard let repl = listing.repl else { return LuaResults() }
                repl.console.write(try repl.workspace.listing(repl.printer) + "\n")
                return LuaResults()
            })
        workspace = try Workspace(session.state)
        listing.repl = self
    }

    /// Leads the function `who` to the dialogue, which is made after it.
    private final class Listing {
        weak var repl: REPL?
    }

    /// Runs the dialogue to its end and gives the exit code of the process.
    ///
    /// What a person types may fail without consequence; input from a pipe in which something
    /// failed gives 1.
    public func run() -> Int32 {
        while true {
            switch read(PromptMark.form) {
            case .end: return hasFailed && !console.isInteractive ? 1 : 0
            case .interrupted: continue
            case .text(let line):
                let step = step(line)
                // Ctrl-C was meant for what ran, however late it came, and not for the next prompt.
                Interruption.clear()
                if case .leave(let code) = step { return code }
            }
        }
    }

    /// Waits for input; after Ctrl-C and at the end the screen goes on in a new line.
    private func read(_ prompt: String) -> InputLine {
        startLine()
        console.flush()
        let input = reader.readLine(prompt: prompt)
        if case .text = input { return input }
        if console.isInteractive, !reader.endsLines { console.write("\n") }
        return input
    }

    private func step(_ line: String) -> Step {
        guard !line.trimmed.isEmpty, let text = wholeForm(startingWith: line) else { return .goOn }
        var forms = (FormSequence.forms(of: text, in: session.state) ?? [text])[...]
        while let form = forms.popFirst() {
            hasFormFailed = false
            let step = PromptLine.isCommand(form) ? command(form.trimmed) : evaluate(form)
            if case .leave = step { return step }
            guard hasFormFailed, let next = forms.first else { continue }
            console.notice("stopped before: \(next.prefix { $0 != "\n" })")
            break
        }
        return .goOn
    }

    /// Reads on until the form is whole; nothing when the user drops it.
    private func wholeForm(startingWith line: String) -> String? {
        var form = line
        while PromptLine.isIncomplete(form, in: session.state) {
            switch read(PromptMark.more) {
            case .text(let text): form += "\n" + text
            case .end: return form  // running it tells what is missing
            case .interrupted: return nil
            }
        }
        return form
    }

    // MARK: Running

    /// Runs a form and shows its values, and its time if `isTimed` or the settings ask for it.
    func evaluate(_ form: String, isTimed: Bool = false) -> Step {
        forms.append(form)
        let source = "repl:\(forms.count)"
        journal?.write(session.state.statement(form), number: forms.count)
        if let hint = PromptLine.hint(for: form, in: session.state) {
            console.notice(hint)
            return .goOn
        }
        let start = seconds()
        defer { tellTime(seconds() - start, isTimed) }
        do {
            // Ctrl-C since the form was read concerns this form.
            session.state.heedEarlierRequests()
            let values = try session.state.evaluate(form, name: "=\(source)")
            if !values.isEmpty { startLine() }
            console.show(values, of: form, with: printer)
            try remember(values)
            explainLocals(form)
        } catch let error as LuaError {
            if case .exit(let code) = error.kind { return .leave(Int32(truncatingIfNeeded: code)) }
            fail(error, form, source)
        } catch {
            fail("\(error)")
        }
        return .goOn
    }

    private func tellTime(_ time: Double, _ isAsked: Bool) {
        let isTold =
            switch settings.time {
            case .always: true
            case .never: isAsked
            case .auto: isAsked || (console.isInteractive && !hasFormFailed && time > 0.1)
            }
        if isTold { console.notice(Clock.text(time)) }
    }

    var printer: ValuePrinter {
        ValuePrinter(
            session.state, width: console.width(), elements: settings.elements,
            levels: settings.depth)
    }

    /// Keeps the first value as `_`, the one before as `_2`, and the one before that as `_3`.
    private func remember(_ values: [LuaValue]) throws {
        guard let value = values.first, !value.isNil else { return }
        let globals = try session.state.globals
        try globals.set("_3", to: globals.get("_2"))
        try globals.set("_2", to: globals.get("_"))
        try globals.set("_", to: value)
    }

    private func fail(_ error: LuaError, _ form: String, _ source: String) {
        lastError = error
        // The terminal shows ^C where the cursor was.
        if console.isInteractive, error.kind == .interrupted { console.write("\n") }
        fail(errorText.brief(error, of: form, source: source))
        if !error.partial.isNil {
            console.notice("what was done so far is in _")
            try? remember([error.partial])
        }
    }

    /// Shows a message, and notes for the exit code that something failed.
    func fail(_ message: String) {
        hasFailed = true
        hasFormFailed = true
        startLine()
        console.notice(message)
    }

    /// Goes on in a new line of the screen behind what a script wrote without a line end.
    private func startLine() {
        // Without the editor, what was written last may be the prompt, behind which the user typed.
        if reader.endsLines, console.isLineOpen() { console.write("\n") }
    }

    var errorText: ErrorText {
        let forms = forms
        return ErrorText(libraryFolders: session.configuration.libraryFolders) { source in
            guard source.hasPrefix("repl:"), let number = Int(source.dropFirst(5)),
                forms.indices.contains(number - 1)
            else { return nil }
            return forms[number - 1]
        }
    }

    /// Says once that a local variable ends with the form in which it stands.
    private func explainLocals(_ form: String) {
        guard !hasExplainedLocals, form.hasPrefix("local "), !form.contains("\n") else { return }
        hasExplainedLocals = true
        console.notice("a local variable ends with its line; leave out 'local' to keep it")
    }
}
