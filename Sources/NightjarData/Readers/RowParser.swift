// From the bytes of a log with one interaction a line to columns, on all cores.

import NightjarRuntime
import Synchronization

/// Parses the lines of a file by a schema.
///
/// The file is cut at line ends into pieces of about a mebibyte; each piece fills columns of its
/// own, which are joined in order.
struct RowParser {
    private let file: SourceFile
    private var schema: RowSchema

    /// The columns of `file`.
    ///
    /// A column whose spelling is automatic is read as integers first, and as texts if one is not.
    ///
    /// - Throws: ``DataError`` for the first damaged line, also for a last one that was cut;
    ///   `Interrupted`.
    static func columns(of file: SourceFile, _ schema: RowSchema) throws -> RowColumns {
        var parser = RowParser(file: file, schema: schema)
        while true {
            do {
                let columns = try parser.parse()
                try CutLastLine(file: file, schema: parser.schema).check(columns)
                return columns
            } catch let failure as LineFailure {
                switch failure.field.map({ schema.fields[$0] }) {
                case .user where parser.schema.userIds == .automatic:
                    parser.schema.userIds = .texts
                case .item where parser.schema.itemIds == .automatic:
                    parser.schema.itemIds = .texts
                default:
                    throw parser.damage(failure)
                }
            }
        }
    }

    /// A line that does not follow the schema.
    private struct LineFailure: Error {
        /// Offset of the line in the file.
        var line: Int
        /// Position of the field that is wrong; `nil` when the number of fields is.
        var field: Int?
    }

    private func parse() throws -> RowColumns {
        let pieces = pieces()
        let parts = Mutex([RowColumns?](repeating: nil, count: pieces.count))
        try Workers.tryRun(pieces.count) { index in
            try Interruption.check()
            let part = try file.bytes.withUnsafeBufferPointer { try parse($0, pieces[index]) }
            parts.withLock { $0[index] = part }
        }
        let ordered = parts.withLock { parts in
            defer { parts = [] }
            return parts.compactMap { $0 }
        }
        var columns = RowColumns()
        columns.reserve(ordered.reduce(0) { $0 + $1.rowCount }, for: schema)
        for part in ordered { columns.append(part) }
        guard columns.rowCount > 0 else { throw DataError.emptyFile(file.path) }
        return columns
    }

    /// The rows of the file without header and without empty lines at the end, cut at line ends.
    private func pieces() -> [Range<Int>] {
        let bytes = file.bytes
        var start = file.start
        for _ in 0..<schema.headerLines { start = file.endOfLine(at: start) }
        var end = bytes.count
        while end > start, bytes[end - 1] == .newline || bytes[end - 1] == .carriageReturn {
            end -= 1
        }
        guard end > start else { return [] }
        end = file.endOfLine(at: end)
        var pieces: [Range<Int>] = []
        while start < end {
            let cut = min(end, file.endOfLine(at: min(start + 1 << 20, end - 1)))
            pieces.append(start..<cut)
            start = cut
        }
        return pieces
    }

    private func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>
    ) throws(LineFailure) -> RowColumns {
        var rows = RowColumns()
        rows.reserve(piece.count / 16, for: schema)
        guard var scanner = FieldScanner(bytes, at: piece.lowerBound, schema.dialect) else {
            return rows
        }
        while scanner.offset < piece.upperBound {
            let line = scanner.offset
            for (index, role) in schema.fields.enumerated() {
                if index > 0, !scanner.skipSeparator() {
                    // The line ends early, or the field before has something behind its value.
                    throw LineFailure(line: line, field: scanner.isAtLineEnd ? nil : index - 1)
                }
                guard rows.append(role, from: &scanner, schema) else {
                    throw LineFailure(line: line, field: index)
                }
            }
            guard scanner.skipLineEnd() else {
                let last = schema.fields.count - 1
                throw LineFailure(line: line, field: scanner.skipSeparator() ? nil : last)
            }
        }
        return rows
    }

    /// What is wrong with a line, in words.
    private func damage(_ failure: LineFailure) -> DataError {
        let fields = file.fields(at: failure.line, schema.dialect)
        guard let field = failure.field, let fields, fields.count == schema.fields.count else {
            let count = schema.fields.count
            return file.damage(
                at: failure.line, expected: "\(count) fields separated by \(schema.dialect.name)")
        }
        return file.damage(
            at: failure.line, expected: schema.expectation(of: schema.fields[field]),
            found: fields[field].isEmpty ? "nothing" : SourceFile.quoted(fields[field]))
    }
}

extension RowColumns {
    /// Number of rows.
    fileprivate var rowCount: Int { max(users.numbers.count, users.texts.count) }

    /// Reads one field into its column.
    @inline(__always)
    fileprivate mutating func append(
        _ role: FieldRole, from scanner: inout FieldScanner, _ schema: RowSchema
    ) -> Bool {
        switch role {
        case .user: return users.append(from: &scanner, schema.userIds)
        case .item: return items.append(from: &scanner, schema.itemIds)
        case .rating:
            let isQuoted = scanner.skipQuote()
            guard let rating = scanner.rating() else { return false }
            ratings.append(rating)
            return !isQuoted || scanner.skipQuote()
        case .timestamp:
            let isQuoted = scanner.skipQuote()
            guard let instant = scanner.instant(in: schema.timeUnit) else { return false }
            timestamps.append(instant)
            return !isQuoted || scanner.skipQuote()
        case .ignored:
            return scanner.text() != nil
        }
    }
}

extension IdColumn {
    /// Reads one id; `false` for none and for one of another spelling.
    @inline(__always)
    fileprivate mutating func append(
        from scanner: inout FieldScanner, _ spelling: IdSpelling
    ) -> Bool {
        if spelling == .texts {
            guard let text = scanner.text(), text.count > 0 else { return false }
            texts.append(text)
            return true
        }
        let isQuoted = scanner.skipQuote()
        guard let number = scanner.id() else { return false }
        numbers.append(number)
        return !isQuoted || scanner.skipQuote()
    }
}
