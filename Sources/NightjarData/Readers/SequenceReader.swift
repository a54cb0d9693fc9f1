// Logs that keep the order of each user's items and nothing else.

import NightjarRuntime

/// Reads sequences (`user item item …`) and pairs (`user item`), with integer ids.
enum SequenceReader {
    /// Reads one user a line.
    ///
    /// Titles of a `movies.dat` beside it ride along, as do users of `users.dat`.
    static func readSequences(_ source: LogSource) throws -> Interactions {
        let file = try source.rowsFile()
        var columns = RowColumns()
        var seen: Set<Int32> = []
        for (line, offset) in file.lineOffsets().enumerated() {
            if line & 0xFF == 0 { try Interruption.check() }
            let user = try appendItems(at: offset, of: file, to: &columns)
            guard seen.insert(user).inserted else {
                throw file.damage(
                    at: offset, expected: "a user that no line before has", found: "'\(user)' again"
                )
            }
        }
        return try log(of: columns, in: file, source)
    }

    /// Reads one interaction a line.
    static func readPairs(_ source: LogSource) throws -> Interactions {
        let file = try source.rowsFile()
        let schema = RowSchema(dialect: .spaces, fields: [.user, .item])
        return try log(of: RowParser.columns(of: file, schema), in: file, source)
    }

    private static func log(
        of columns: RowColumns, in file: SourceFile, _ source: LogSource
    ) throws -> Interactions {
        try source.log(
            of: columns, in: file, users: MovieLensReader.usersDat(beside: source),
            items: MovieLensReader.moviesDat(beside: source))
    }

    /// Appends the items of the line at `offset` and returns its user.
    private static func appendItems(
        at offset: Int, of file: SourceFile, to columns: inout RowColumns
    ) throws(DataError) -> Int32 {
        var user: Int32?
        file.bytes.withUnsafeBufferPointer { bytes in
            guard var scanner = FieldScanner(bytes, at: offset, .spaces),
                let owner = scanner.id()
            else { return }
            while scanner.skipSeparator(), !scanner.isAtLineEnd {
                guard let item = scanner.id() else { return }
                columns.users.numbers.append(owner)
                columns.items.numbers.append(item)
                user = owner
            }
            if !scanner.isAtLineEnd { user = nil }
        }
        guard let user else {
            throw file.damage(
                at: offset,
                expected:
                    "a user and at least one item, as integers 0 ... \(Int32.max) separated by"
                    + " single spaces")
        }
        return user
    }
}
