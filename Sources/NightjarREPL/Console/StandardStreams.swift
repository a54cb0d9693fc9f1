// The standard streams of the process, and what becomes of output that cannot be written.

import NightjarRuntime

// Glibc declares stdout as a variable, although nobody ever assigns it.
#if canImport(Glibc)
    @preconcurrency import Glibc
#endif

/// Writes to the standard output and remembers when that failed.
///
/// The user hears of the first failure at once, and the process does not end with status 0 then. A
/// long computation goes on: its checkpoints are worth more than what it prints.
public enum StandardStreams {
    // The thread that runs the session writes; the end of the process reads.
    nonisolated(unsafe) private static var hasLost = false

    /// Prepares the streams; called once, before the process opens any file.
    public static func prepare() {
        // A closed pipe is an error of the write, not the end of the process: plots are drawn by
        // programs at the end of pipes.
        signal(SIGPIPE, SIG_IGN)
        // A file that is opened must not get the number of a stream that was closed, or output would
        // go into it. What stands there instead cannot be used, as if it were closed still.
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
        on_exit({ status, _ in StandardStreams.end(status) }, nil)
    }

    /// Has every line of output sent on as soon as it is whole.
    public static func sendLines() { setvbuf(stdout, nil, _IOLBF, 0) }

    /// Writes output to the buffer of the C library, which scripts may share.
    static func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        if fwrite(bytes.baseAddress, 1, bytes.count, stdout) < bytes.count { throw failure(errno) }
    }

    /// Sends on what was written.
    static func flush() throws(FileError) {
        if fflush(stdout) != 0 { throw failure(errno) }
    }

    /// Writes a line about the run behind the output that came before it.
    static func notice(_ text: String) {
        if fflush(stdout) != 0 {
            // Whoever does not read the output may still want to know.
            if errno == EPIPE { clearerr(stdout) } else { _ = failure(errno) }
        }
        put(text + "\n", to: STDERR_FILENO)
    }

    /// Writes text without a buffer; a stream that takes nothing is left alone.
    static func put(_ text: String, to descriptor: Int32) {
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

    // MARK: Failures

    /// Notes that output was lost, and says so the first time.
    ///
    /// The process ends when nobody reads its output any more, with the status that a shell shows
    /// for the signal.
    private static func failure(_ code: Int32) -> FileError {
        if code == EPIPE { _exit(128 + SIGPIPE) }
        if !hasLost { say(": \(String(cString: strerror(code)))") }
        hasLost = true
        return FileError("write", "standard output", code: code)
    }

    private static func say(_ reason: String) {
        put(
            "nightjar: the output could not be written\(reason); send it elsewhere\n",
            to: STDERR_FILENO)
    }

    /// Ends a process that lost output with another status than 0, and one with work that goes on
    /// before the libraries that do it are taken apart.
    private static func end(_ status: Int32) {
        let code = fflush(stdout) == 0 ? 0 : errno
        if code == EPIPE { _exit(status == 0 ? 128 + SIGPIPE : status) }
        if code != 0 { _ = failure(code) }
        // A script may have written past the host, which does not know the reason then.
        if !hasLost, ferror(stdout) != 0 {
            say("")
            hasLost = true
        }
        guard hasLost || UnstoppableWork.goesOn else { return }
        fflush(nil)
        _exit(hasLost && status == 0 ? 1 : status)
    }
}
