// What was run, on disk before it runs.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A Lua script with every form of a session, which tells after a crash what was done, and can be
/// run to do it again.
public final class Journal {
    /// Sessions whose journals are kept.
    static let mostFiles = 50

    /// The script.
    public let path: String
    private let notice: (String) -> Void
    private var hasFailed = false

    /// A journal in the user's folder, named by the time and process; nothing without a home.
    ///
    /// The file appears with the first form. The oldest journals go.
    public static func ofUser(notice: @escaping (String) -> Void) -> Journal? {
        guard let folder = StateFolder.path.map({ $0 + "/journal" }) else { return nil }
        removeOldest(in: folder)
        return Journal(path: "\(folder)/\(stamp())-\(getpid()).lua", notice: notice)
    }

    /// Leaves room for one more journal in a folder; names sort by time.
    static func removeOldest(in folder: String) {
        let names = FilePaths.entries(of: folder).map(\.name).filter { $0.hasSuffix(".lua") }
        for name in names.sorted().dropLast(mostFiles - 1) { unlink("\(folder)/\(name)") }
    }

    /// A journal in a file of its own; `notice` hears once if it cannot be written.
    init(path: String, notice: @escaping (String) -> Void) {
        self.path = path
        self.notice = notice
    }

    /// Adds a form that is about to run.
    func write(_ form: String, number: Int) {
        guard !hasFailed else { return }
        do throws(FileError) {
            try append("-- \(number)\n\(form)\n")
        } catch {
            hasFailed = true
            notice("no journal is kept: \(error)")
        }
    }

    private func append(_ text: String) throws(FileError) {
        try StateFolder.makeParents(of: path)
        // Opened anew each time, so that a journal that was moved away is begun again.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw FileError("write", path, code: errno) }
    }

    /// The time in a form that sorts.
    private static func stamp() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H-%M-%S", &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
