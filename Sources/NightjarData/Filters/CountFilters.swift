// Filters by the number of rows that users and items have.

extension Interactions {
    /// The largest part of the log in which every user and every item has enough rows.
    ///
    /// Dropping a user takes rows from items and the other way round, so this goes on until nothing
    /// changes. Rows are counted, not distinct pairs. With `users: k, items: k` this is the
    /// "k-core" of papers.
    ///
    /// - Parameters:
    ///   - users: Rows that a user needs; 0 or 1 asks nothing of users.
    ///   - items: Rows that an item needs; 0 or 1 asks nothing of items.
    /// - Returns: The rows that stay, with their users' and items' numbers.
    /// - Throws: ``FilterError`` for a negative minimum or when nothing is left.
    /// - Complexity: O(rows + users + items), however many rounds a naive loop would need.
    public func kCore(users: Int, items: Int) throws(FilterError) -> Interactions {
        let filter = "the \(users)/\(items)-core"
        try checkMinima(users, items)
        var peeling = CorePeeling(self, users: users, items: items)
        peeling.run()
        return try keeping(filter) { peeling.isKept[$0] }
    }

    /// The rows whose user and whose item have enough rows, counted once on the whole log.
    ///
    /// Not iterated: afterwards a user or an item may have fewer rows than asked for. This is the
    /// rule by which Spotlight's Amazon data was cut (10 and 10).
    ///
    /// - Throws: ``FilterError`` for a negative minimum or when nothing is left.
    public func withMinimumCounts(users: Int, items: Int) throws(FilterError) -> Interactions {
        let filter = "the minimum counts \(users)/\(items)"
        try checkMinima(users, items)
        let byUser = rowsByUser()
        let byItem = rowsByItem()
        return try keeping(filter) { row in
            byUser[Int(self.users[row])].count >= users
                && byItem[Int(self.items[row])].count >= items
        }
    }

    private func checkMinima(_ users: Int, _ items: Int) throws(FilterError) {
        if let bad = [users, items].first(where: { $0 < 0 }) { throw .negativeMinimum(bad) }
    }
}

/// Peels a log down to its core, one user or item at a time.
///
/// Users and items are nodes of one graph, rows its edges: node `u` is user `u`, node
/// `userCount + i` is item `i`.
private struct CorePeeling {
    private(set) var isKept: [Bool]
    private let log: Interactions
    private let minima: (user: Int, item: Int)
    private let groups: (user: RowGroups, item: RowGroups)
    private var rowsLeft: [Int]
    private var doomed: [Int] = []

    init(_ log: Interactions, users: Int, items: Int) {
        self.log = log
        minima = (users, items)
        groups = (log.rowsByUser(), log.rowsByItem())
        isKept = [Bool](repeating: true, count: log.count)
        rowsLeft = [0]
        for user in 0..<log.userCount { rowsLeft.append(groups.user[user + 1].count) }
        for item in 0..<log.itemCount { rowsLeft.append(groups.item[item + 1].count) }
        for node in 1..<rowsLeft.count where rowsLeft[node] < minimum(node) { doomed.append(node) }
    }

    private func isUser(_ node: Int) -> Bool { node <= log.userCount }

    private func minimum(_ node: Int) -> Int { isUser(node) ? minima.user : minima.item }

    mutating func run() {
        while let node = doomed.popLast() {
            let rows = isUser(node) ? groups.user[node] : groups.item[node - log.userCount]
            for row in rows.lazy.map(Int.init) where isKept[row] {
                isKept[row] = false
                take(Int(log.users[row]))
                take(log.userCount + Int(log.items[row]))
            }
        }
    }

    /// Takes one row from a node, and dooms it in the moment in which it falls below its minimum.
    private mutating func take(_ node: Int) {
        rowsLeft[node] -= 1
        if rowsLeft[node] == minimum(node) - 1 { doomed.append(node) }
    }
}
