// The history on disk, shared by all sessions of a user.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A plain file with one entry a line; line ends inside an entry are written as `\n`.
///
/// Entries are only ever appended, each with one write under a lock, so sessions that run side by
/// side lose nothing of each other. Of a long file only the end is read.
package struct HistoryFile {
    /// The most bytes that are read.
    private static let mostBytes = 1 << 20
    /// The most entries that are kept.
    private static let mostEntries = 10_000

    let path: String

    /// A history in the file at `path`, which need not be there.
    package init(path: String) { self.path = path }

    /// The user's own file: `nightjar/history` in `$XDG_STATE_HOME`, or in `~/.local/state`.
    static var ofUser: HistoryFile? {
        StateFolder.path.map { HistoryFile(path: $0 + "/history") }
    }

    /// The entries, oldest first; none when there is no file or it cannot be read.
    package func load() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        let start = max(0, size - Self.mostBytes)
        guard size > 0, lseek(descriptor, start, SEEK_SET) == start else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(size - start))
        var count = 0
        while count < bytes.count {
            let part = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { break }
            count += part
        }
        var lines = bytes[..<count].split(separator: UInt8(ascii: "\n"))
        // The first line of the part that was read may lack its beginning.
        if start > 0, !lines.isEmpty { lines.removeFirst() }
        return lines.suffix(Self.mostEntries).map { Self.decoded($0) }
    }

    /// Adds an entry.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    func append(_ entry: String) throws(FileError) {
        try StateFolder.makeParents(of: path)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
        defer { close(descriptor) }
        flock(descriptor, LOCK_EX)
        let line = Self.encoded(entry)
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { throw FileError("write", path, code: errno) }
    }

    private static func encoded(_ entry: String) -> [UInt8] {
        var line: [UInt8] = []
        for byte in entry.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): line += Array("\\\\".utf8)
            case UInt8(ascii: "\n"): line += Array("\\n".utf8)
            default: line.append(byte)
            }
        }
        return line + [UInt8(ascii: "\n")]
    }

    private static func decoded(_ line: ArraySlice<UInt8>) -> String {
        guard line.contains(UInt8(ascii: "\\")) else {
            return String(decoding: line, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in line {
            if isEscaped {
                bytes.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
