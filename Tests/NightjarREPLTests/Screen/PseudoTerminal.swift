import Foundation
import Testing

/// A program at a terminal of its own, as a person sees it.
final class PseudoTerminal {
    private let descriptor: Int32
    private let process: pid_t
    private(set) var screen: ScreenModel
    private var hasEnded = false
    private(set) var status: Int32?

    /// The binary, which the package builds beside the tests.
    static let nightjar = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "nightjar").path

    /// Seconds to wait for what must come: only a limit, as machines may be busy.
    static let patience = 60.0

    enum Failure: Error {
        case system(String, Int32)
    }

    /// Starts a program, whose session and controlling terminal are new.
    init(
        _ command: [String] = [nightjar], environment: [String: String] = [:], columns: Int = 80,
        rows: Int = 24
    ) throws {
        screen = ScreenModel(columns: columns, rows: rows)
        // Linux's own way: the C library's functions for it are hidden from Swift.
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        guard descriptor >= 0, ioctl(descriptor, unlock, &isLocked) == 0,
            ioctl(descriptor, getNumber, &number) == 0
        else { throw Failure.system("open a terminal", errno) }
        let name = "/dev/pts/\(number)"
        self.descriptor = descriptor
        Self.setSize(descriptor, columns, rows)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens is its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift does not see
        let defaults: Int16 = 0x04  // POSIX_SPAWN_SETSIGDEF
        let mask: Int16 = 0x08  // POSIX_SPAWN_SETSIGMASK
        var signals = sigset_t()
        // The threads that run tests block signals.
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, newSession | defaults | mask)

        let all = ProcessInfo.processInfo.environment
            .merging(["TERM": "xterm-256color", "NIGHTJAR_PROGRESS": "0", "NO_COLOR": "1"]) { $1 }
            .merging(environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process = pid_t()
        let error = posix_spawn(
            &process, command[0], &actions, &attributes, &arguments, &variables)
        guard error == 0 else { throw Failure.system("start \(command[0])", error) }
        self.process = process
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(descriptor)
    }

    /// Presses keys.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Changes the size of the window.
    func resize(columns: Int) {
        screen.resize(columns: columns)
        Self.setSize(descriptor, columns, screen.rows)
    }

    /// Sends a signal to the program.
    func send(_ signal: Int32) { kill(process, signal) }

    /// Reads until the screen is as wanted; false when that does not come in time.
    func shows(
        within seconds: Double = PseudoTerminal.patience, _ isWanted: (ScreenModel) -> Bool
    ) -> Bool {
        let end = Date.now.addingTimeInterval(seconds)
        while !isWanted(screen) {
            if hasEnded || Date.now > end { return false }
            read()
        }
        return true
    }

    /// Expects that the screen soon contains a part.
    func expect(_ part: String, at location: SourceLocation = #_sourceLocation) {
        expect(anyOf: [part], at: location)
    }

    /// Expects that the screen soon contains one of several parts.
    func expect(anyOf parts: [String], at location: SourceLocation = #_sourceLocation) {
        let isShown = shows { screen in parts.contains { screen.text.contains($0) } }
        #expect(isShown, "\(screen.textWithCursor)", sourceLocation: location)
    }

    /// Expects that the screen soon ends with these rows, and the cursor behind them.
    func expectEnd(_ rows: String, at location: SourceLocation = #_sourceLocation) {
        let isShown = shows { $0.textWithCursor.hasSuffix(rows + "▏") }
        #expect(isShown, "\(screen.textWithCursor)", sourceLocation: location)
    }

    /// Waits for the end of the program and gives its exit status; 128 and more for a signal.
    func finish(within seconds: Double = PseudoTerminal.patience) -> Int32? {
        let end = Date.now.addingTimeInterval(seconds)
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if Date.now > end { return nil }
            read()
        }
        while !hasEnded { read() }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        self.status = code
        return code
    }

    /// Gives the terminal the settings that a shell would give it.
    func cook() {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        settings.c_lflag |= tcflag_t(ICANON | ECHO)
        tcsetattr(descriptor, TCSANOW, &settings)
    }

    /// Whether the terminal gives whole lines and shows what is typed.
    var isCooked: Bool {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        return settings.c_lflag & tcflag_t(ICANON) != 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    private func read() {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 50) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        // The other side is closed when the program is gone.
        guard count > 0 else {
            hasEnded = true
            return
        }
        screen.write(String(decoding: bytes[..<count], as: UTF8.self))
    }

    private static func setSize(_ descriptor: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }
}
