// What is said when the process dies, and when it does not go on.

import Foundation
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Tells what ran when the process is ended by a trap, or does not come back from something.
enum LastWords {
    /// The exit status after something that did not come back.
    static let hangStatus: Int32 = 86

    private static let capacity = 1 << 14
    /// What runs now; written before it starts, read by the signal handler.
    nonisolated(unsafe) private static let text = UnsafeMutablePointer<CChar>.allocate(
        capacity: capacity)
    nonisolated(unsafe) private static var length = 0
    nonisolated(unsafe) private static var number = 0
    nonisolated(unsafe) private static var isStoppable = false

    /// Where problems are told.
    nonisolated(unsafe) private static var output = STDERR_FILENO

    /// Keeps the standard error for problems; what scripts and shells say there goes nowhere.
    static func takeStandardError() {
        output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        dup2(nowhere, STDERR_FILENO)
        close(nowhere)
    }

    /// Notes what runs from now on.
    static func set(_ words: String, stoppable: Bool = false) {
        var words = words
        let count = words.withUTF8 { bytes in
            let count = min(bytes.count, capacity)
            bytes.withMemoryRebound(to: CChar.self) {
                text.update(from: $0.baseAddress ?? UnsafePointer(text), count: count)
            }
            return count
        }
        length = count
        isStoppable = stoppable
        number += 1
    }

    /// Notes that nothing runs.
    static func clear() { length = 0 }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Says what ran when one of the signals of a trap comes.
    static func speakAtDeath() {
        var stack = stack_t()
        stack.ss_size = 1 << 16
        stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
        sigaltstack(&stack, nil)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            LastWords.say("\nfuzz: the process dies in\n")
            signal(number, SIG_DFL)
            raise(number)
        }
        action.sa_flags = SA_ONSTACK
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            sigaction(number, &action, nil)
        }
    }

    /// Presses Ctrl-C when something takes long, and ends the process when that does not help.
    ///
    /// Time is that of the processor, as the machine may have more to do; what only waits gets ten
    /// times as much of the other kind.
    static func watch(pressingAfter press: Double, givingUpAfter patience: Double) {
        Thread.detachNewThread {
            var (pressed, seen, began, beganOutside) = (0, 0, 0.0, 0.0)
            while true {
                usleep(20_000)
                let watched = number
                if watched != seen {
                    seen = watched
                    began = seconds(CLOCK_PROCESS_CPUTIME_ID)
                    beganOutside = seconds(CLOCK_MONOTONIC)
                }
                guard length > 0 else { continue }
                let time = max(
                    seconds(CLOCK_PROCESS_CPUTIME_ID) - began,
                    (seconds(CLOCK_MONOTONIC) - beganOutside) / 10)
                if time > press, isStoppable, pressed != watched, watched == number {
                    pressed = watched
                    kill(getpid(), SIGINT)
                }
                if time > patience, watched == number {
                    say("\nfuzz: no way back from\n")
                    _exit(hangStatus)
                }
            }
        }
    }

    /// Ends the process because of something that went wrong in what runs.
    static func fail(_ problem: String) -> Never {
        fflush(nil)
        let title = "\nfuzz: \(problem) in"
        _ = title.withCString { write(output, $0, strlen($0)) }
        say("\n")
        _exit(1)
    }

    /// Async-signal-safe.
    private static func say(_ title: StaticString) {
        _ = write(output, title.utf8Start, title.utf8CodeUnitCount)
        _ = write(output, text, length)
        _ = write(output, "\n", 1)
    }
}
