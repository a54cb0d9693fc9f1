// A file open for reading at any position.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A regular file open for reading.
///
/// Parts are read when asked for. A part that is mapped must be read through ``MappedTensor``: a plain
/// read of it ends the process with a signal when another program has cut the file short.
final class InputFile: Sendable {
    let path: String
    /// Length in bytes when it was opened.
    let size: Int
    private let descriptor: Int32

    private static let bytesBetweenChecks = 32 << 20

    init(_ path: String) throws(FileError) {
        // Not waiting matters for named pipes only, which are then refused.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("read", path, code: errno) }
        var status = stat()
        var problem = fstat(descriptor, &status) == 0 ? 0 : errno
        if problem == 0, status.st_mode & S_IFMT != S_IFREG {
            problem = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
        }
        guard problem == 0 else {
            close(descriptor)
            throw FileError("read", path, code: problem)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the bytes from `position` on.
    ///
    /// - Throws: ``FileError`` from the system, ``FileFormatError`` when the file has become shorter
    ///   since it was opened, or `Interrupted` when the user asks to stop.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws {
        var done = 0
        while done < buffer.count {
            try Interruption.check()
            let end = min(buffer.count, done + Self.bytesBetweenChecks)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<end])
            let count = pread(descriptor, part.baseAddress, part.count, off_t(position + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError("read", path, code: errno)
            }
            if count == 0 { throw becameShorter() }
            done += count
        }
    }

    /// Whether the file still has the bytes that it had when it was opened.
    var hasItsSize: Bool { sizeNow >= size }

    private var sizeNow: Int {
        var status = stat()
        fstat(descriptor, &status)
        return Int(status.st_size)
    }

    /// What to throw when it does not.
    func becameShorter() -> FileFormatError {
        FileFormatError(path, .wrongLength(expectedBytes: size, fileBytes: sizeNow))
    }

    /// Maps the bytes from `position`, where a page begins; the caller unmaps them.
    func map(_ position: Int, count: Int) throws(FileError) -> UnsafeMutableRawPointer {
        let mapping = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, off_t(position))
        guard let mapping, mapping != MAP_FAILED else {
            throw FileError("map", path, code: errno)
        }
        return mapping
    }

    /// The `count` bytes from `position` on; the caller has checked that the file has them.
    func bytes(at position: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            try read(into: target, at: position)
            filled = count
        }
    }
}
