// Forms from a person at a terminal.

import CTerminal
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Reads forms with the line editor; between forms the terminal is as it was.
public struct TerminalReader: LineReader {
    /// How long the rest of an escape sequence may take, in milliseconds.
    private static let escapeTime: Int32 = 40
    /// How often signals that another thread took are looked for, in milliseconds.
    private static let signalTime: Int32 = 500

    private let input: Int32
    private let output: Int32
    private var session: EditingSession
    private let file: HistoryFile?
    private let notice: (String) -> Void
    private var hasComplained = false

    /// Whether the process has a terminal that the editor can use.
    public static var isPossible: Bool {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
            && !["", "dumb", "emacs"].contains(terminal)
    }

    /// Creates a reader on the process's own terminal, with the user's history.
    ///
    /// `NO_COLOR` in the environment turns colours off.
    public init(_ language: PromptLanguage, notice: @escaping (String) -> Void) {
        self.init(
            language.editor, input: STDIN_FILENO, output: STDOUT_FILENO, file: .ofUser,
            notice: notice)
    }

    init(
        _ language: EditorLanguage, input: Int32, output: Int32, file: HistoryFile?,
        notice: @escaping (String) -> Void
    ) {
        self.input = input
        self.output = output
        self.file = file
        self.notice = notice
        let wantsNoColour = getenv("NO_COLOR").map { $0[0] != 0 } ?? false
        session = EditingSession(
            LineEditor(history: History(earlier: { file?.load() ?? [] }), language: language),
            size: ScreenSize(), usesColour: !wantsNoColour)
    }

    /// The editor leaves every form with a line end.
    public var endsLines: Bool { true }

    /// Lets the user edit a form and gives it whole.
    public mutating func readLine(prompt: String) -> InputLine {
        guard nj_terminal_enter(input, output) else { return .end }
        defer { nj_terminal_leave() }
        var step = session.begin(prompt: prompt, size: size)
        while true {
            put(step.output)
            switch step.outcome {
            case .submitted(let form):
                nj_terminal_leave()
                remember(form)
                return .text(form)
            case .interrupted: return .interrupted
            case .end: return .end
            case .suspended: step = suspend()
            case .editing, .cleared:
                guard let next = wait() else { return .end }
                step = next
            }
        }
    }

    /// Waits for input and acts on it; nothing when the terminal is gone.
    private mutating func wait() -> EditingSession.Step? {
        while true {
            if Interruption.isRequested {
                Interruption.clear()
                return session.interrupt()
            }
            let time = session.isWaiting ? Self.escapeTime : Self.signalTime
            switch Int(nj_terminal_wait(time)) {
            case NJ_TERMINAL_INPUT:
                guard let bytes = read() else { return nil }
                return session.feed(bytes)
            case NJ_TERMINAL_TIMEOUT where session.isWaiting: return session.flush()
            case NJ_TERMINAL_RESIZED:
                return EditingSession.Step(output: session.resize(to: size), outcome: .editing)
            case NJ_TERMINAL_WOKEN:
                return EditingSession.Step(output: session.redraw(), outcome: .editing)
            default: break
            }
        }
    }

    /// Everything that is there to read; nothing at the end.
    private func read() -> [UInt8]? {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        repeat {
            let count = block.withUnsafeMutableBytes {
                Glibc.read(input, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return bytes.isEmpty ? nil : bytes }
            bytes += block[..<count]
        } while isReady
        // While a form ran, the terminal made a line feed of the key Enter.
        for index in bytes.indices.prefix(Int(nj_terminal_typed_ahead()))
        where bytes[index] == UInt8(ascii: "\n") {
            bytes[index] = UInt8(ascii: "\r")
        }
        return bytes
    }

    /// Whether more can be read now.
    private var isReady: Bool {
        var ready = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, 0) > 0 && ready.revents & Int16(POLLIN) != 0
    }

    /// Stops the process as the shell's Ctrl-Z does, and goes on with the same form later.
    private mutating func suspend() -> EditingSession.Step {
        nj_terminal_leave()
        kill(0, SIGTSTP)
        guard nj_terminal_enter(input, output) else {
            return EditingSession.Step(output: "", outcome: .end)
        }
        return EditingSession.Step(output: session.redraw(), outcome: .editing)
    }

    /// Keeps a form in memory and on disk; one that begins with a space stays out of the file.
    private mutating func remember(_ form: String) {
        guard session.remember(form), !form.hasPrefix(" ") else { return }
        do throws(FileError) {
            try file?.append(form)
        } catch {
            if !hasComplained { notice("the history is not kept: \(error)") }
            hasComplained = true
        }
    }

    private var size: ScreenSize {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return ScreenSize()
        }
        return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    private func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = write(output, rest.baseAddress, rest.count)
                if written < 0, errno != EINTR, errno != EAGAIN { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, written)))
            }
        }
    }
}
