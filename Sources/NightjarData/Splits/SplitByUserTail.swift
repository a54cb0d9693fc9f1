// Takes the last rows of every user.

extension Interactions {
    /// Divides the rows of each user: the last share is the test, the share before it validation.
    ///
    /// "Last" is in the order of the log, which is time only after ``sortedByTime()``. A user with n
    /// rows gives ⌊test·n⌋ rows to the test and ⌊valid·n⌋ before them to validation. Users with fewer
    /// than `minimumRows` rows are left out altogether.
    ///
    /// Other users' training rows may be later than a test row; the split says how many are.
    ///
    /// - Throws: ``SplitError`` for bad shares or when a side would be empty.
    public func splitByUserTail(
        valid: Double = 0.1, test: Double = 0.1, minimumRows: Int = 10
    ) throws(SplitError) -> Split {
        let shares = try Shares(valid: valid, test: test)
        let groups = rowsByUser()
        var roles = [Part.Role?](repeating: nil, count: count)
        var left = 0
        for user in 0..<userCount {
            let rows = groups[user + 1]
            if rows.isEmpty { continue }
            guard rows.count >= minimumRows else {
                left += 1
                continue
            }
            for (row, side) in zip(rows, shares.sides(of: rows.count)) { roles[Int(row)] = side }
        }
        let rule =
            "per user, the last rows in \(orderName) order: \(shares.words)"
            + (left > 0 ? "; \(left) users with fewer than \(minimumRows) rows left out" : "")
        return try Split(
            of: self, roles, rule: rule, hasValid: valid > 0, warnings: userOrderWarnings)
    }
}
