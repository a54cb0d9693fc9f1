// Tables of text with named or counted columns.

import NightjarRuntime

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
        var columns = Columns(
            file: file.path, names: hasHeader ? first : nil, fieldCount: first.count)
        try columns.place(.user, options.user, isNeeded: true)
        try columns.place(.item, options.item, isNeeded: true)
        try columns.place(.rating, options.rating, isNeeded: false)
        try columns.place(.timestamp, options.timestamp, isNeeded: false)
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

/// Column names that need no explanation.
enum UsualNames {
    private static let names: [(FieldRole, Set<String>)] = [
        (.user, ["user", "userid", "uid", "reviewerid", "customerid", "sessionid"]),
        (
            .item,
            ["item", "itemid", "iid", "movieid", "productid", "asin", "parentasin", "trackid"]
        ),
        (.rating, ["rating", "ratings", "score", "stars", "overall"]),
        (.timestamp, ["timestamp", "time", "unixreviewtime", "unixtime"]),
    ]

    /// The role of a column called `name`; case, `_`, `-` and spaces do not count.
    static func role(of name: String) -> FieldRole? {
        let plain = String(name.lowercased().filter { !"_- ".contains($0) })
        return names.first { $0.1.contains(plain) }?.0
    }
}

/// The columns of a table while roles are given to them.
private struct Columns {
    let file: String
    let names: [String]?
    private(set) var roles: [FieldRole]

    init(file: String, names: [String]?, fieldCount: Int) {
        self.file = file
        self.names = names
        roles = Array(repeating: .ignored, count: fieldCount)
    }

    /// Gives `role` to a column; a column that has one already is refused.
    mutating func place(
        _ role: FieldRole, _ choice: ColumnChoice, isNeeded: Bool
    ) throws(DataError) {
        let position: Int?
        var hint = ""
        switch choice {
        case .automatic:
            if let names {
                position = names.firstIndex { UsualNames.role(of: $0) == role }
            } else {
                // Without a header, columns come in the order user, item, rating, time.
                let usual = [FieldRole.user, .item, .rating, .timestamp].firstIndex(of: role)
                position = usual.flatMap { roles.indices ~= $0 ? $0 : nil }
            }
        case .named(let name):
            position = names?.firstIndex(of: name)
            hint = " called '\(name)'" + Suggestion.hint(for: name, in: names ?? [])
        case .position(let number):
            position = roles.indices ~= number - 1 ? number - 1 : nil
            hint = " at position \(number)"
        case .absent:
            position = nil
        }
        if let position, roles[position] == .ignored {
            roles[position] = role
            return
        }
        if let position {
            // Without a header, what is left for a role may be taken by another by choice.
            if choice == .automatic, names == nil, !isNeeded { return }
            hint = ": column \(position + 1) is the \(roles[position].rawValue) already"
        }
        let isAsked = choice != .automatic && choice != .absent
        guard !isNeeded, !isAsked else {
            throw .missingColumn(
                file: file, role: role.rawValue,
                columns: names ?? (1...max(1, roles.count)).map { String($0) }, hint: hint)
        }
    }
}
