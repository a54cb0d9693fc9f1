// What is known of users and items besides their interactions.

/// One row for each user or item: its original id and named text columns.
public struct AttributeTable: Sendable {
    /// Original id of each row, as the source spells it.
    public let ids: [String]
    /// Text columns by name, such as `title`, `year`, `genres` or `occupation`.
    ///
    /// Each is as long as ``ids``; an empty text is an unknown value; several values in one cell are
    /// separated by `|`.
    public let columns: [String: [String]]

    /// Number of rows.
    public var count: Int { ids.count }

    /// Creates a table; columns of another length than `ids` are refused.
    ///
    /// - Throws: ``DataError/columnLengths(_:)``.
    public init(ids: [String], columns: [String: [String]] = [:]) throws(DataError) {
        for column in columns.values where column.count != ids.count {
            throw .columnLengths([ids.count, column.count])
        }
        self.ids = ids
        self.columns = columns
    }

    /// The cell of dense id `id` (from 1) in a column, or `nil` when there is none or it is empty.
    public func value(_ column: String, of id: Int) -> String? {
        guard let cells = columns[column], id >= 1, id <= cells.count else { return nil }
        let cell = cells[id - 1]
        return cell.isEmpty ? nil : cell
    }

    /// What to show for dense id `id`: its title, else its original id, else the number itself.
    public func label(of id: Int) -> String {
        if let title = value("title", of: id) { return title }
        return id >= 1 && id <= ids.count ? ids[id - 1] : "\(id)"
    }
}
