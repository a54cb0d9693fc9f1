// The prompt: read a form, run it, show its values, again.

import LuaHost
import NightjarLua

/// A dialogue with a session.
public final class REPL {
    private let session: Session
    private let console: Console
    private var reader: any LineReader
    private let help: Help
    /// Texts of the forms so far, which traces quote; form 1 is at 0.
    private var forms: [String] = []
    private var lastError: LuaError?
    private var hasFailed = false
    private var hasExplainedLocals = false

    /// How a dialogue goes on after a line.
    private enum Step {
        case goOn
        case leave(Int32)
    }

    /// Begins a dialogue; nothing is read before ``run()``.
    ///
    /// - Throws: `LuaError` when the session is closed.
    public init(_ session: Session, console: Console, reader: any LineReader) throws {
        self.session = session
        self.console = console
        self.reader = reader
        help = Help(session.state)
        try help.register { console.write($0 + "\n") }
    }

    /// Runs the dialogue to its end and gives the exit code of the process.
    ///
    /// What a person types may fail without consequence; input from a pipe in which something
    /// failed gives 1.
    public func run() -> Int32 {
        while true {
            console.flush()
            let line: String
            switch reader.readLine(prompt: "nj> ") {
            case .end:
                if console.isInteractive { console.write("\n") }
                return hasFailed && !console.isInteractive ? 1 : 0
            case .interrupted:
                if console.isInteractive { console.write("\n") }
                continue
            case .text(let text): line = text
            }
            if case .leave(let code) = step(line) { return code }
        }
    }

    private func step(_ line: String) -> Step {
        let text = line.trimmed
        if text.isEmpty { return .goOn }
        if text.hasPrefix("?") {
            console.write(help.text(about: String(text.dropFirst()).trimmed) + "\n")
            return .goOn
        }
        if text.hasPrefix(":"), !text.hasPrefix("::") { return command(text) }
        guard let form = wholeForm(startingWith: line) else { return .goOn }
        return evaluate(form)
    }

    /// Reads on until the form is whole; nothing when the user drops it.
    private func wholeForm(startingWith line: String) -> String? {
        var form = line
        while session.state.isIncomplete(form) {
            console.flush()
            switch reader.readLine(prompt: "... ") {
            case .text(let text): form += "\n" + text
            case .end: return form  // running it tells what is missing
            case .interrupted:
                if console.isInteractive { console.write("\n") }
                return nil
            }
        }
        return form
    }

    // MARK: Running

    private func evaluate(_ form: String) -> Step {
        forms.append(form)
        let source = "repl:\(forms.count)"
        do {
            let values = try session.state.evaluate(form, name: "=\(source)")
            console.show(values, of: form, in: session.state)
            try remember(values)
            explainLocals(form)
        } catch let error as LuaError {
            if case .exit(let code) = error.kind { return .leave(Int32(truncatingIfNeeded: code)) }
            fail(error, form, source)
        } catch {
            console.notice("\(error)")
            hasFailed = true
        }
        return .goOn
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
        hasFailed = true
        lastError = error
        console.notice(errorText.brief(error, of: form, source: source))
        if !error.partial.isNil {
            console.notice("what was done so far is in _")
            try? remember([error.partial])
        }
    }

    private var errorText: ErrorText {
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

    // MARK: Commands

    private func command(_ text: String) -> Step {
        switch text {
        case ":quit", ":q": return .leave(0)
        case ":trace":
            console.write((lastError.map(errorText.trace) ?? "there was no error yet") + "\n")
        case ":help": console.write(Help.introduction + "\n")
        default:
            console.notice("there is no command \(text); :help lists them")
            hasFailed = true
        }
        return .goOn
    }
}

extension String {
    /// The text without white space at both ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
