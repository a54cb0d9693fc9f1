// Lines and fields as text, where speed does not count: side files, headers, error messages.

extension SourceFile {
    /// Offset of the byte behind the first newline at or after `offset`.
    func endOfLine(at offset: Int) -> Int {
        var end = offset
        while end < bytes.count, bytes[end] != .newline { end += 1 }
        return min(end + 1, bytes.count)
    }

    /// Number of the line at `offset`, from 1.
    func lineNumber(at offset: Int) -> Int {
        bytes[..<offset].reduce(1) { $0 + ($1 == .newline ? 1 : 0) }
    }

    /// The line at `offset` as text, without its end.
    func line(at offset: Int) -> String {
        var end = endOfLine(at: offset) - 1
        if end > offset, bytes[end - 1] == .carriageReturn { end -= 1 }
        return text(FieldRange(start: offset, count: max(0, end - offset), hasDoubledQuotes: false))
    }

    /// The fields of the line at `offset` as text, or `nil` if it does not follow the dialect.
    func fields(at offset: Int, _ dialect: Dialect) -> [String]? {
        bytes.withUnsafeBufferPointer { bytes in
            guard var scanner = FieldScanner(bytes, at: offset, dialect) else { return nil }
            var fields: [String] = []
            repeat {
                guard let field = scanner.text() else { return nil }
                fields.append(text(field))
            } while scanner.skipSeparator()
            return scanner.isAtLineEnd ? fields : nil
        }
    }

    /// Offsets of the first `limit` lines, without empty ones at the end.
    func lineOffsets(limit: Int = .max) -> [Int] {
        var offsets: [Int] = []
        var start = self.start
        var end = bytes.count
        while end > start, bytes[end - 1] == .newline || bytes[end - 1] == .carriageReturn {
            end -= 1
        }
        while start < end, offsets.count < limit {
            offsets.append(start)
            start = endOfLine(at: start)
        }
        return offsets
    }

    /// The text of a field.
    func text(_ range: FieldRange) -> String {
        let text = Self.decoded(bytes[range.start..<range.start + range.count])
        return range.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
    }

    /// Bytes as text: UTF-8, or Latin-1 (as in MovieLens 100K and 1M) if they are no UTF-8.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// The error for the line at `offset`; `found` is the line itself unless given.
    func damage(at offset: Int, expected: String, found: String? = nil) -> DataError {
        let line = line(at: offset)
        return .damagedLine(
            file: path, line: lineNumber(at: offset), expected: expected,
            found: found ?? (line.isEmpty ? "an empty line" : Self.quoted(line)))
    }

    /// Text as an error message shows it: in quotes, short, without control characters.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(60) {
            shown +=
                scalar.value < 32 || (127..<160).contains(scalar.value)
                ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return "'\(shown)'" + (text.unicodeScalars.count > 60 ? "..." : "")
    }
}
