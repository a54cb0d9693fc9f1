// The terminal or the pipes of the process.

import NightjarRuntime

// Glibc declares stdout as a variable, although nobody ever assigns it.
#if canImport(Glibc)
    @preconcurrency import Glibc
#endif

/// Where a session writes, and who reads it.
public struct Console {
    /// Takes output: what scripts print, and values at the prompt.
    public var write: (UnsafeRawBufferPointer) -> Void
    /// Takes a line that is no output: an error, a warning, a hint.
    public var notice: (String) -> Void
    /// Takes reports of long computations.
    public var progress: ProgressHandler = { _ in }
    /// Sends on what was written so far, and takes progress away; called before waiting for input.
    public var flush: () -> Void = {}
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
        write: @escaping (UnsafeRawBufferPointer) -> Void, notice: @escaping (String) -> Void
    ) {
        self.write = write
        self.notice = notice
    }

    /// Writes text as output.
    public func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }
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
        // A closed pipe is an error of the write, not the end of the process: plots are drawn by
        // programs at the end of pipes.
        signal(SIGPIPE, SIG_IGN)
        let isOff = getenv("NIGHTJAR_PROGRESS").map { String(cString: $0) } == "0"
        let isTerminal = isatty(STDERR_FILENO) != 0
        let line = ProgressLine(
            isOff ? .off : isTerminal ? .inPlace : .lines, width: { columns(of: STDERR_FILENO) },
            seconds: monotonicSeconds,
            write: { put($0, to: STDERR_FILENO) })
        let ending = LineEnding()
        var console = Console(
            write: { bytes in
                line.clear()
                ending.note(bytes)
                if fwrite(bytes.baseAddress, 1, bytes.count, stdout) < bytes.count { endIfUnread() }
            },
            notice: { text in
                line.clear()
                fflush(stdout)
                put(text + "\n", to: STDERR_FILENO)
            })
        console.progress = line.report
        console.flush = {
            line.clear()
            if fflush(stdout) != 0 { endIfUnread() }
        }
        console.isLineOpen = { ending.isOpen }
        console.isInteractive = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
        console.width = { columns(of: STDOUT_FILENO) }
        return console
    }

    /// Ends the process when nobody reads its output any more, with the status that a shell shows
    /// for the signal.
    private static func endIfUnread() {
        if errno == EPIPE { _exit(128 + SIGPIPE) }
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

    /// Writes text without a buffer; a stream that takes nothing is left alone.
    private static func put(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let slice = UnsafeBufferPointer(rebasing: rest)
                let written = Glibc.write(descriptor, slice.baseAddress, slice.count)
                if written < 0 && errno != EINTR { return }
                rest = rest.dropFirst(max(0, written))
            }
        }
    }
}
