// The bytes of a text file, whole in memory.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A text file without its byte order mark, every line of which ends in a newline.
///
/// The file is read, not mapped: a mapped file that another program cuts short ends the process.
struct SourceFile: Sendable {
    let path: String
    /// The text; the last byte is a newline, also when the file has none there.
    let bytes: [UInt8]

    /// Reads a file of text.
    ///
    /// - Throws: ``FileError`` from the system, ``DataError/notText(file:reason:)`` for what no
    ///   reader could read, ``DataError/emptyFile(_:)``, `Interrupted`.
    init(_ path: String) throws {
        self.path = path
        bytes = try Self.contents(path)
        try check()
    }

    /// Wraps bytes that are already in memory, for tests.
    init(path: String, bytes: [UInt8]) throws {
        self.path = path
        self.bytes = bytes + [.newline]
        try check()
    }

    /// Number of bytes before the text: 3 for a byte order mark, else 0.
    var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    private func check() throws(DataError) {
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            throw .notText(file: path, reason: "is compressed. Unpack it first")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .notText(file: path, reason: "is UTF-16 text. Save it as UTF-8")
        }
        if let zero = firstZero() {
            let line = bytes[..<zero].reduce(1) { $0 + ($1 == .newline ? 1 : 0) }
            throw .damagedLine(
                file: path, line: line, expected: "text", found: "a zero byte, as in binary files")
        }
        if bytes[start...].allSatisfy({ $0 == .newline || $0 == .carriageReturn }) {
            throw .emptyFile(path)
        }
    }

    private func firstZero() -> Int? {
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress, let zero = memchr(base, 0, all.count) else {
                return nil
            }
            return UnsafeRawPointer(zero) - base
        }
    }

    /// The bytes of a regular file and a final newline.
    private static func contents(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("read", path, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("read", path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DataError.notAFile(path) }
        let size = Int(status.st_size)
        // Room for the newline, wanted or not; a file that grows meanwhile is read to `size`.
        return try [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            while count < size {
                try Interruption.check()
                let room = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[
                        count..<min(size, count + 1 << 24)])
                guard let taken = try FileBytes.read(descriptor, into: room, path) else { break }
                count += taken
            }
            buffer[count] = .newline
            count += 1
        }
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let quote = UInt8(ascii: "\"")
    static let digitZero = UInt8(ascii: "0")
}
