// Where the prompt gets its lines.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// What reading a line gave.
public enum InputLine: Equatable, Sendable {
    /// A line without its end.
    case text(String)
    /// Ctrl-C: the user drops what was begun.
    case interrupted
    /// There are no more lines.
    case end
}

/// A source of lines for the prompt.
public protocol LineReader {
    /// Shows `prompt`, where a person types, and waits for a line.
    ///
    /// A reader with an editor gives whole forms, which may have several lines.
    mutating func readLine(prompt: String) -> InputLine
    /// Whether the screen is at the beginning of a line after Ctrl-C and Ctrl-D, too.
    var endsLines: Bool { get }
}

extension LineReader {
    /// A terminal without an editor leaves the line open.
    public var endsLines: Bool { false }
}

/// Lines as the terminal driver or a pipe gives them, without editing.
public struct PlainReader: LineReader {
    private let descriptor: Int32
    private let show: (String) -> Void
    private var buffer: [UInt8] = []
    private var isAtEnd = false

    /// Reads from an open file; `show` takes the prompts.
    public init(_ descriptor: Int32 = STDIN_FILENO, show: @escaping (String) -> Void) {
        self.descriptor = descriptor
        self.show = show
    }

    /// Shows `prompt` and waits for a line; a last line need not have an end.
    public mutating func readLine(prompt: String) -> InputLine {
        show(prompt)
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                return .text(take(end))
            }
            searched = buffer.count
            if isAtEnd { return buffer.isEmpty ? .end : .text(take(buffer.count)) }
            guard waitForInput() else {
                Interruption.clear()
                buffer = []
                return .interrupted
            }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                buffer += block[..<count]
            } else if count < 0, errno == EINTR {
                continue
            } else {
                isAtEnd = true
            }
        }
    }

    /// Waits until there is something to read; false when the user pressed Ctrl-C meanwhile.
    ///
    /// The flag is looked at ten times a second, because the signal may come just before the wait
    /// begins, or be handled on another thread, and would not end the wait then.
    private func waitForInput() -> Bool {
        var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            if Interruption.isRequested { return false }
            let ready = poll(&input, 1, 100)
            if ready > 0 || (ready < 0 && errno != EINTR) { return true }
        }
    }

    /// Takes the bytes before `end`, and the line's end behind them.
    private mutating func take(_ end: Int) -> String {
        var line = buffer[..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        let text = String(decoding: line, as: UTF8.self)
        buffer.removeFirst(min(buffer.count, end + 1))
        return text
    }
}
