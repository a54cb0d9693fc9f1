// Names of files that are not finished yet, and what becomes of those that never will be.

#if canImport(Glibc)
    import Glibc
#endif

/// The name under which a process writes a file before it is whole: `NAME.PROCESS.tmp`.
enum TemporaryName {
    private static let suffix = ".tmp"

    /// The path under which this process writes the file at `path`.
    static func path(for path: String) -> String { "\(path).\(getpid())\(suffix)" }

    /// Removes what killed processes have left of the file at `path`.
    ///
    /// A file is abandoned when its process is gone and nobody holds its lock. What cannot be looked
    /// at or removed stays: whoever writes finds out about the folder then.
    static func removeAbandoned(for path: String) {
        let end = path.lastIndex(of: "/")
        let folder = end.map { String(path[...$0]) } ?? "./"
        let prefix = (end.map { String(path[path.index(after: $0)...]) } ?? path) + "."
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(prefix), name.hasSuffix(suffix),
                let process = Int32(name.dropFirst(prefix.count).dropLast(suffix.count)),
                process > 0, kill(process, 0) != 0, errno == ESRCH
            else { continue }
            removeUnlocked(folder + name)
        }
    }

    private static func removeUnlocked(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
    }
}
