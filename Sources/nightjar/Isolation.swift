// A script in a process of its own.

import ArgumentParser
import CInterrupt
import Glibc
import NightjarREPL
import NightjarRuntime

/// Runs scripts in child processes.
enum Isolation {
    // MARK: The child

    /// Asks the system to hold this process, the child, to its limits and to its parent's life.
    static func harden(_ limits: LimitOptions.Limits, parent: Int32) {
        nj_die_with_parent(parent)
        // Whatever ends the process, the lines before it were written.
        StandardStreams.sendLines()
        limit(Int32(RLIMIT_CORE.rawValue), to: 0)
        if limits.memory > 0 {
            // Beyond what scripts are told: stacks and buffers of the libraries, one set a thread.
            let libraries = (512 + 64 * Workers.count) << 20
            limit(
                Int32(RLIMIT_DATA.rawValue),
                to: limits.memory.addingReportingOverflow(libraries).partialValue)
        }
        if limits.seconds > 0 {
            let seconds = (limits.seconds + Watchdog.grace) * Double(Workers.count)
            limit(Int32(RLIMIT_CPU.rawValue), to: Int(min(seconds, 1e9)) + 1)
        }
    }

    private static func limit(_ resource: __rlimit_resource_t, to value: Int) {
        var bounds = rlimit()
        guard getrlimit(resource, &bounds) == 0 else { return }
        bounds.rlim_cur = min(rlim_t(max(0, value)), bounds.rlim_max)
        setrlimit(resource, &bounds)
    }

    // MARK: The parent

    /// Runs a script in a child, tells in one line how it died if it did, and gives the exit code.
    ///
    /// - Throws: `ExitCode` when there is no child.
    static func run(
        _ file: String, _ arguments: [String], _ limits: LimitOptions.Limits
    ) throws -> Int32 {
        let words =
            ["nightjar", "run", "--as-child", "\(getpid())"] + limits.arguments + [file] + arguments
        guard let child = spawn(words) else {
            say("no process for '\(file)': \(String(cString: strerror(errno))); try again later")
            throw ExitCode(1)
        }
        forwardSignals(to: child)
        let deadline = limits.seconds > 0 ? limits.seconds + Watchdog.grace + 5 : .infinity
        let (status, isKilled) = wait(for: child, seconds: deadline)
        let signal = status & 0x7F
        if signal == 0 { return (status >> 8) & 0xFF }
        if isKilled {
            say("'\(file)' did not stop when its time was over and was killed; give it more time")
            return ScriptRunner.limitCode
        }
        say("'\(file)' died: \(String(cString: strsignal(signal))); \(advice(signal))")
        return 128 + signal
    }

    private static func spawn(_ words: [String]) -> pid_t? {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        // The report of a crash is for developers; users get the one line.
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        var child = pid_t()
        // Whoever started this process may have left signals blocked.
        var attributes = posix_spawnattr_t()
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let code = posix_spawn(
            &child, "/proc/self/exe", nil, &attributes, copies + [nil], environ)
        errno = code
        return code == 0 ? child : nil
    }

    /// What the user can do after a signal that no limit of the script explains.
    private static func advice(_ signal: Int32) -> String {
        switch signal {
        case SIGKILL: "most likely the system was short of memory: lower --memory"
        case SIGXCPU: "it took more processor time than --time allows: give it more"
        case SIGTERM, SIGHUP, SIGINT, SIGPIPE: "somebody ended it: run it again"
        default: "that is a defect of nightjar: please report it with the script"
        }
    }

    /// Waits until the child is gone, and kills it when that takes too long.
    private static func wait(
        for child: pid_t, seconds: Double
    ) -> (status: Int32, isKilled: Bool) {
        var (status, isKilled, waited): (Int32, Bool, Double) = (0, false, 0)
        var pause = 0.001
        while true {
            let found = waitpid(child, &status, WNOHANG)
            if found == child || (found < 0 && errno != EINTR) { return (status, isKilled) }
            if waited > seconds, !isKilled {
                isKilled = true
                kill(child, SIGKILL)
            }
            usleep(UInt32(pause * 1e6))
            waited += pause
            pause = min(0.05, pause * 1.5)
        }
    }

    // Written before the handlers that read it are set.
    nonisolated(unsafe) private static var receiver: pid_t = 0

    /// Passes on what other processes send to this one.
    ///
    /// Ctrl-C in a terminal reaches the child by itself.
    private static func forwardSignals(to child: pid_t) {
        receiver = child
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = { number, information, _ in
            guard let information, information.pointee.si_code <= 0 else { return }
            kill(Isolation.receiver, number)
        }
        action.sa_flags = SA_SIGINFO | SA_RESTART
        var passed = sigset_t()
        sigemptyset(&passed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            sigaction(number, &action, nil)
            sigaddset(&passed, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &passed, nil)
    }

    private static func say(_ text: String) {
        let line = "nightjar: \(text)\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
