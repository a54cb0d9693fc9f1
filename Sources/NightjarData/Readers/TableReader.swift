// Tables of text with named or counted columns.

/// Reads tables with one interaction a line: CSV, TSV and the like.
enum TableReader {
    static func read(_ source: LogSource, _ options: ReadingOptions) throws -> Interactions {
        let file = try source.rowsFile()
        let columns = try RowParser.columns(of: file, schema(of: file, options))
        return try source.log(of: columns, in: file)
    }

    /// Finds out where the columns of a table stand.
    ///
    /// - Throws: ``DataError/missingColumn(file:role:columns:hint:)`` when user or item, or a
    ///   column that was asked for, is not there.
    static func schema(
        of file: SourceFile, _ options: ReadingOptions
    ) throws(DataError) -> RowSchema {
        let dialect =
            if let separator = options.separator {
                try Dialect(asked: separator, for: file.path)
            } else { try recognisedDialect(of: file) }
        guard let first = file.fields(at: file.start, dialect) else {
            throw file.damage(
                at: file.start, expected: "fields separated by \(dialect.name), with quotes closed")
        }
        let hasHeader = options.hasHeader ?? looksLikeHeader(first, options)
        let columns = try ColumnRoles(
            file: file.path, names: hasHeader ? first : nil, fieldCount: first.count, options)
        return RowSchema(
            dialect: dialect, fields: columns.roles, userIds: .automatic, itemIds: .automatic,
            timeUnit: options.timeUnit, headerLines: hasHeader ? 1 : 0)
    }

    /// The first of `::`, tab, comma, `;`, `|` and space that cuts the first line.
    private static func recognisedDialect(of file: SourceFile) throws(DataError) -> Dialect {
        let candidates = ["::", "\t", ",", ";", "|", " "]
        for separator in candidates {
            let dialect = try Dialect(asked: separator, for: file.path)
            if let fields = file.fields(at: file.start, dialect), fields.count > 1 {
                return dialect
            }
        }
        throw file.damage(
            at: file.start,
            expected: "at least 2 fields separated by tabs, ',', ';', '|', '::'"
                + " or spaces")
    }

    private static func looksLikeHeader(_ fields: [String], _ options: ReadingOptions) -> Bool {
        let asked = [options.user, options.item, options.rating, options.timestamp]
        return fields.contains { field in
            asked.contains(.named(field)) || UsualNames.role(of: field) != nil
        }
    }
}
