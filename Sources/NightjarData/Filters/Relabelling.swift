// Dense numbers again, after a filter left gaps.

extension Interactions {
    /// The log without users and items that no row mentions, numbered from 1 without gaps.
    ///
    /// The order of the numbers and the attributes of those who stay are kept.
    public func relabelled() -> Interactions {
        let user = Relabelling(users, of: userTable)
        let item = Relabelling(items, of: itemTable)
        return Interactions(
            like: self, users: user.numbers, items: item.numbers, ratings: ratings,
            timestamps: timestamps, userTable: user.table, itemTable: item.table, planted: planted)
    }
}

/// One column with dense numbers, and the table cut to match.
private struct Relabelling {
    let numbers: [Int32]
    let table: AttributeTable

    init(_ column: [Int32], of table: AttributeTable) {
        var numberOf = [Int32](repeating: 0, count: table.count + 1)
        for old in column { numberOf[Int(old)] = 1 }
        let kept = (0..<table.count).filter { numberOf[$0 + 1] > 0 }
        for (new, old) in kept.enumerated() { numberOf[old + 1] = Int32(new + 1) }
        numbers = column.map { numberOf[Int($0)] }
        self.table = AttributeTable(rows: kept, of: table)
    }
}

extension AttributeTable {
    /// The given rows of another table, which exist.
    fileprivate init(rows: [Int], of table: AttributeTable) {
        ids = rows.map { table.ids[$0] }
        columns = table.columns.mapValues { cells in rows.map { cells[$0] } }
    }
}
