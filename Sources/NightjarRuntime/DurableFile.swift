// Files that are either written whole or not at all.

#if canImport(Glibc)
    import Glibc
#endif

/// What can go wrong with a file, with the path and the system's reason.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, such as `write` or `read`.
    public let action: String
    /// The path as the user gave it.
    public let path: String
    /// The system's error number.
    public let code: Int32

    /// Creates an error; `code` is an `errno` value.
    public init(_ action: String, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// One sentence for what happened and, where there is one, what to do.
    public var description: String {
        let reason = "cannot \(action) '\(path)': \(String(cString: strerror(code)))"
        switch code {
        case ENOSPC: return reason + ". Free some disk space or choose another folder."
        case EACCES, EROFS, EPERM: return reason + ". Choose a folder that you may write to."
        case ENOENT: return reason + ". Check the path."
        default: return reason
        }
    }
}

/// Writes a file under a temporary name, syncs it, and renames it into place.
///
/// A reader sees the old file or the new one, never a part; an error or a crash leaves the old file.
/// What a killed process has left beside it is removed by the next writer of the same file.
public struct DurableFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let temporaryPath: String
    private var buffer: [UInt8] = []
    private var isOpen = true

    /// Writes the file at `path` with what `body` appends.
    ///
    /// - Throws: ``FileError`` from the system, or what `body` throws; nothing is left behind then.
    public static func write(
        to path: String, _ body: (inout DurableFile) throws -> Void
    ) throws {
        var file = try DurableFile(path)
        try body(&file)
        try file.commit()
    }

    private init(_ path: String) throws(FileError) {
        self.path = path
        TemporaryName.removeAbandoned(for: path)
        temporaryPath = TemporaryName.path(for: path)
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
        // Tells processes that cannot see this one, as on another machine, that it lives.
        flock(descriptor, LOCK_SH | LOCK_NB)
    }

    deinit {
        if isOpen {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    /// Appends bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        if bytes.count >= 1 << 16 {
            try flush()
            try put(bytes)
        } else {
            buffer.append(contentsOf: bytes)
            if buffer.count >= 1 << 16 { try flush() }
        }
    }

    /// Appends text as UTF-8.
    public mutating func append(_ text: String) throws(FileError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    private mutating func flush() throws(FileError) {
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        var failure: FileError?
        pending.withUnsafeBytes { bytes in
            do throws(FileError) { try put(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = Glibc.write(descriptor, start, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError("write", path, code: errno)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    private mutating func commit() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw FileError("write", path, code: errno) }
        guard rename(temporaryPath, path) == 0 else {
            throw FileError("write", path, code: errno)
        }
        isOpen = false
        close(descriptor)
        syncFolder()
    }

    /// Makes the new name itself survive a power cut; folders that cannot be synced are left alone.
    private func syncFolder() {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }
}
