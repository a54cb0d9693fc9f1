// Files block by block, with the system's calls.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Reads and writes files.
package enum FileBytes {
    /// Calls `body` with the blocks of a file in their order.
    ///
    /// - Throws: `FileError`, `Interrupted`, what `body` throws.
    package static func forEachBlock(
        of path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("read", path, code: errno) }
        defer { close(descriptor) }
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { block in
            while let count = try read(descriptor, into: block, path) {
                try Interruption.check()
                try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
            }
        }
    }

    /// Writes all bytes.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String
    ) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                throw FileError("write", path, code: errno)
            }
        }
    }

    /// Reads what is there, at most what `room` holds; `nil` at the end of the file.
    static func read(
        _ descriptor: Int32, into room: UnsafeMutableRawBufferPointer, _ path: String
    ) throws(FileError) -> Int? {
        while true {
            let count = Glibc.read(descriptor, room.baseAddress, room.count)
            if count > 0 { return count }
            if count == 0 { return nil }
            guard errno == EINTR else { throw FileError("read", path, code: errno) }
        }
    }
}
