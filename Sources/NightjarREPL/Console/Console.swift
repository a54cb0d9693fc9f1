// The terminal or the pipes of the process.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Where a session writes, and who reads it.
public struct Console {
    /// Takes output: what scripts print, and values at the prompt.
    public var output: (UnsafeRawBufferPointer) throws(FileError) -> Void
    /// Takes a line that is no output: an error, a warning, a hint.
    public var notice: (String) -> Void
    /// Takes reports of long computations.
    public var progress: ProgressHandler = { _ in }
    /// Sends on what was written so far, and takes progress away.
    public var flushOutput: () throws(FileError) -> Void = {}
    /// Whether a person types the input and reads the output.
    public var isInteractive = false
    /// Whether what was written last lacks its line end.
    public var isLineOpen: () -> Bool = { false }
    /// Columns of the terminal.
    public var width: () -> Int = { Console.usualWidth }

    /// The width where there is no terminal.
    public static let usualWidth = 80

    /// Creates a console of closures.
    public init(
        output: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void,
        notice: @escaping (String) -> Void
    ) {
        self.output = output
        self.notice = notice
    }

    /// Writes text as output; what takes it remembers by itself that it could not.
    public func write(_ text: String) {
        var text = text
        text.withUTF8 { try? output(UnsafeRawBufferPointer($0)) }
    }

    /// Sends on what was written so far, as before waiting for input.
    public func flush() { try? flushOutput() }
}

/// Remembers whether the last line that was written has its end.
private final class LineEnding {
    private(set) var isOpen = false

    func note(_ bytes: UnsafeRawBufferPointer) {
        if let last = bytes.last { isOpen = last != UInt8(ascii: "\n") }
    }
}

extension Console {
    /// The process's own streams.
    ///
    /// `NIGHTJAR_PROGRESS=0` in the environment turns progress off.
    public static func standard() -> Console {
        let isOff = getenv("NIGHTJAR_PROGRESS").map { String(cString: $0) } == "0"
        let isTerminal = isatty(STDERR_FILENO) != 0
        let line = ProgressLine(
            isOff ? .off : isTerminal ? .inPlace : .lines, width: { columns(of: STDERR_FILENO) },
            seconds: monotonicSeconds,
            write: { StandardStreams.put($0, to: STDERR_FILENO) })
        let ending = LineEnding()
        var console = Console(
            output: { (bytes) throws(FileError) in
                line.clear()
                ending.note(bytes)
                try StandardStreams.write(bytes)
            },
            notice: { text in
                line.clear()
                StandardStreams.notice(text)
            })
        console.progress = line.report
        console.flushOutput = { () throws(FileError) in
            line.clear()
            try StandardStreams.flush()
        }
        console.isLineOpen = { ending.isOpen }
        console.isInteractive = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
        console.width = { columns(of: STDOUT_FILENO) }
        return console
    }

    private static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return usualWidth
        }
        return Int(size.ws_col)
    }

    private static func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
