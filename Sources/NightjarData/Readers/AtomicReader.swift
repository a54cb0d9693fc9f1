// RecBole's atomic files.

/// Reads `.inter`, `.item` and `.user` files: tabs, and a header of `name:type`.
///
/// Types are `token`, `token_seq`, `float` and `float_seq`; the values of a sequence are separated
/// by spaces. Columns of the log other than user, item, rating and time are left out.
enum AtomicReader {
    static func read(_ source: LogSource, _ options: ReadingOptions) throws -> Interactions {
        let file = try source.rowsFile()
        let header = try header(of: file)
        let columnRoles = try ColumnRoles(
            file: file.path, names: header.map(\.name), fieldCount: header.count, options)
        let schema = RowSchema(
            dialect: .tabs, fields: columnRoles.roles, userIds: .automatic, itemIds: .automatic,
            timeUnit: options.timeUnit, headerLines: 1)
        let columns = try RowParser.columns(of: file, schema)
        let stem = Paths.stem(of: source.rowsPath)
        return try source.log(
            of: columns, in: file,
            users: source.sideFile("\(stem).user").map { try sideTable(in: $0) },
            items: source.sideFile("\(stem).item").map { try sideTable(in: $0) })
    }

    /// One column of a header.
    private struct Column {
        let name: String
        let isSequence: Bool
    }

    private static func header(of file: SourceFile) throws(DataError) -> [Column] {
        let fields = file.fields(at: file.start, .tabs) ?? []
        var columns: [Column] = []
        for field in fields {
            let parts = field.split(separator: ":", omittingEmptySubsequences: false)
            let types = ["token", "token_seq", "float", "float_seq"]
            guard parts.count == 2, !parts[0].isEmpty, types.contains(String(parts[1])),
                !columns.contains(where: { $0.name == parts[0] })
            else {
                throw file.damage(
                    at: file.start,
                    expected: "a header of different 'name:type' fields with types "
                        + types.joined(separator: ", "), found: SourceFile.quoted(field))
            }
            columns.append(Column(name: String(parts[0]), isSequence: parts[1].hasSuffix("_seq")))
        }
        return columns
    }

    private static func sideTable(in file: SourceFile) throws -> SideTable {
        let header = try header(of: file)
        let columns = header.dropFirst().map { commonNames[$0.name] ?? $0.name }
        return try SideTable.read(
            file, .tabs, columns: columns, fieldCount: header.count, headerLines: 1
        ) { fields in
            zip(zip(columns, header.dropFirst()), fields.dropFirst()).map { column, cell in
                // The words of a title are a sequence for RecBole, but one text for a reader.
                let isList = column.1.isSequence && column.0 != "title"
                return isList ? cell.split(separator: " ").joined(separator: "|") : cell
            }
        }
    }

    /// Names that RecBole's MovieLens files use for what other formats call differently.
    private static let commonNames = [
        "movie_title": "title", "release_year": "year", "class": "genres", "zip_code": "zip",
    ]
}
