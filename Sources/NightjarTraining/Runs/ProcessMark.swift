// How another process learns whether the one that records a run still lives.

import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that a process holds locked for as long as it lives.
///
/// The kernel lets go of the lock however the process ends, also by `kill -9`, and sees it across
/// containers, whose process numbers mean nothing to each other. Whether the process of a run lives:
///
/// - lock held: it lives, wherever it is;
/// - lock free, same boot of the same machine: it is dead;
/// - lock free, same host name, another boot: the machine was restarted, so it is dead;
/// - lock free, another host: not known, as locks do not cross every shared disk. The run stays
///   marked as running until somebody looks at it from there.
///
/// A run that was marked wrongly puts that right itself when it ends.
final class ProcessMark: Sendable {
    /// The name of this process in the store.
    let id: String
    private let path: String
    private let descriptor: Int32

    /// Makes and locks the file of this process in `folder`.
    ///
    /// - Throws: `FileError`.
    init(in folder: String) throws(FileError) {
        id = RunID.random()
        path = Self.path(of: id, in: folder)
        try Folders.make(folder)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw FileError("lock", path, code: code)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// What is known of a process from its row in the store.
    struct Owner {
        let id: String
        let host: String
        let bootID: String
    }

    /// Whether a process is certainly dead; then what it left is removed.
    static func isDead(_ owner: Owner, in folder: String) -> Bool {
        let path = path(of: owner.id, in: folder)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            defer { close(descriptor) }
            // Shared, so that two processes that look at once do not take each other for the owner.
            guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return false }
        } else if errno != ENOENT {
            return false
        }
        guard (owner.bootID == bootID && !bootID.isEmpty) || owner.host == host else {
            return false
        }
        unlink(path)
        return true
    }

    private static func path(of id: String, in folder: String) -> String { "\(folder)/\(id).lock" }

    /// The name of this machine.
    static let host: String = {
        var system = utsname()
        guard uname(&system) == 0 else { return "unknown" }
        return withUnsafeBytes(of: system.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }()

    /// What Linux calls this boot of the machine; the same in all its containers.
    static let bootID: String = {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "re") else { return "" }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 64)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return "" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).filter { $0.isHexDigit || $0 == "-" }
    }()
}
