// The end of a process that does not stop at its time limit.

import Glibc

/// Ends the process where a native function does not see that the time is over.
enum Watchdog {
    /// Seconds that a script has to stop and clean up after its time is over.
    static let grace = 10.0

    /// Starts to watch; the process ends `grace` after `seconds` if it is still there.
    static func start(seconds: Double) {
        var thread = pthread_t()
        deadline = seconds + grace
        let code = pthread_create(&thread, nil, { _ in Watchdog.wait() }, nil)
        if code == 0 { pthread_detach(thread) }
    }

    // Written once, before the thread that reads it starts.
    nonisolated(unsafe) private static var deadline = 0.0

    private static func wait() -> UnsafeMutableRawPointer? {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        var rest = timespec(
            tv_sec: Int(deadline), tv_nsec: Int((deadline - deadline.rounded(.down)) * 1e9))
        // No signal reaches this thread, so nothing wakes it early.
        nanosleep(&rest, nil)
        let text = "nightjar: time is over and the script does not stop; ended it\n"
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        _exit(ScriptRunner.limitCode)
    }
}
