// Choosing rows: what every filter ends in.

extension Interactions {
    /// The log with only the given rows (from 0), in the given order; a row may come twice.
    ///
    /// Users and items keep their numbers; ``relabelled()`` closes the gaps.
    ///
    /// - Throws: ``FilterError/rowOutOfRange(row:count:)``.
    public func selecting(_ rows: [Int32]) throws(FilterError) -> Interactions {
        try checkRows(rows)
        return picking(rows)
    }

    /// The log without the given rows (from 0); row numbers after them move up.
    ///
    /// Histories rebuilt from the result do not contain the dropped interactions. To keep row
    /// numbers, use ``Split/without(rows:)``.
    ///
    /// - Throws: ``FilterError`` for a row that does not exist or when nothing is left.
    public func without(rows: [Int32]) throws(FilterError) -> Interactions {
        try checkRows(rows)
        var isKept = [Bool](repeating: true, count: count)
        for row in rows { isKept[Int(row)] = false }
        return try keeping("dropping rows") { isKept[$0] }
    }

    private func checkRows(_ rows: [Int32]) throws(FilterError) {
        if let bad = rows.first(where: { $0 < 0 || Int($0) >= count }) {
            throw .rowOutOfRange(row: Int(bad), count: count)
        }
    }

    /// The rows that `isKept` accepts, in their order; `filter` names the step in errors.
    func keeping(
        _ filter: String, where isKept: (Int) -> Bool
    ) throws(FilterError) -> Interactions {
        let rows = (0..<count).filter(isKept).map { Int32($0) }
        guard !rows.isEmpty else { throw .nothingLeft(filter: filter) }
        return rows.count == count ? self : picking(rows)
    }

    /// The given rows, which exist.
    func picking(_ rows: [Int32]) -> Interactions {
        func pick<Value>(_ column: [Value]) -> [Value] { rows.map { column[Int($0)] } }
        return Interactions(
            like: self, users: pick(users), items: pick(items), ratings: ratings.map(pick),
            timestamps: timestamps.map(pick), userTable: userTable, itemTable: itemTable,
            planted: planted.map { truth in
                PlantedTruth(
                    misclicks: pick(truth.misclicks), junk: pick(truth.junk),
                    duplicates: pick(truth.duplicates))
            })
    }

    /// A log of the same name from columns that are right by construction.
    init(
        like other: Interactions, users: [Int32], items: [Int32], ratings: [Float]?,
        timestamps: [Int64]?, userTable: AttributeTable, itemTable: AttributeTable,
        planted: PlantedTruth?
    ) {
        self.name = other.name
        self.users = users
        self.items = items
        self.ratings = ratings
        self.timestamps = timestamps
        self.userTable = userTable
        self.itemTable = itemTable
        self.planted = planted
    }
}
