// Titles, genres, ages: what files beside a log say of its users and items.

import NightjarRuntime

/// Attributes by original id, before they are joined to a log.
struct SideTable: Sendable {
    /// Names of the columns behind the id.
    let columns: [String]
    private(set) var rows: [String: [String]] = [:]

    init(columns: [String]) { self.columns = columns }

    /// Reads the file at `path`, one user or item a line, the id in the first field.
    ///
    /// Lines have `fieldCount` fields; `cells` makes one cell of them for each of `columns`.
    ///
    /// - Throws: ``DataError/damagedLine`` also for an empty or repeated id.
    static func read(
        _ file: SourceFile, _ dialect: Dialect, columns: [String], fieldCount: Int,
        headerLines: Int = 0, cells: ([String]) -> [String]
    ) throws -> SideTable {
        var table = SideTable(columns: columns)
        for (line, offset) in file.lineOffsets().enumerated().dropFirst(headerLines) {
            if line & 0xFFF == 0 { try Interruption.check() }
            guard let fields = file.fields(at: offset, dialect), fields.count == fieldCount else {
                throw file.damage(
                    at: offset, expected: "\(fieldCount) fields separated by \(dialect.name)")
            }
            let id = fields[0]
            guard !id.isEmpty, table.rows[id] == nil else {
                throw file.damage(
                    at: offset, expected: "an id that no line before has",
                    found: SourceFile.quoted(id))
            }
            table.rows[id] = cells(fields)
        }
        return table
    }

    /// The attributes of `ids`, in their order; ids that the table lacks get empty cells.
    ///
    /// Titles that end in a year give a column `year`, unless the table has its own.
    func joined(to ids: [String]) throws(DataError) -> AttributeTable {
        var cells: [String: [String]] = [:]
        for (position, name) in columns.enumerated() {
            cells[name] = ids.map { id in
                rows[id].flatMap { $0.indices ~= position ? $0[position] : nil } ?? ""
            }
        }
        if let titles = cells["title"], cells["year"] == nil {
            let years = titles.map(ReleaseYear.inTitle)
            if years.contains(where: { !$0.isEmpty }) { cells["year"] = years }
        }
        return try AttributeTable(ids: ids, columns: cells)
    }
}

/// The year in which a film came out, as text; empty when unknown.
enum ReleaseYear {
    /// The year of a title such as `Heat (1995)` or `Big Bang Theory, The (2007-)`.
    static func inTitle(_ title: String) -> String {
        guard let open = title.lastIndex(of: "(") else { return "" }
        let inside = title[open...].dropFirst()
        let year = inside.prefix(while: isDigit)
        let rest = inside.dropFirst(year.count)
        guard year.count == 4, rest.first == ")" || rest.first == "-" || rest.first == "–" else {
            return ""
        }
        return String(year)
    }

    /// The year of a date such as `01-Jan-1995`.
    static func inDate(_ date: String) -> String {
        let year = date.suffix(4)
        return year.count == 4 && year.allSatisfy(isDigit) ? String(year) : ""
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isNumber
    }
}
