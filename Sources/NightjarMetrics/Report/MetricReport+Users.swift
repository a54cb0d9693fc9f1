// Reports in which every user counts once.

extension MetricReport {
    /// The report with one value for each user: the mean over those of their examples that have one.
    ///
    /// A mean over examples is that of the busiest users where users have very different numbers of
    /// them, as after a split by time. Users come in ascending order, and intervals are over users.
    ///
    /// - Throws: ``MetricError/noUsers`` when it is not known whose examples they are, and
    ///   `Interrupted` when the user asks to stop.
    public func byUser() throws -> MetricReport {
        guard let users else { throw MetricError.noUsers }
        let distinct = Set(users).sorted()
        let evaluation = EvaluationProtocol(
            split: evaluation.split + ", each user's mean", candidates: evaluation.candidates,
            ties: evaluation.ties)
        let rows = try rows.map { row in
            var sums: [Int32: (sum: Double, count: Double)] = [:]
            for (user, value) in zip(users, row.values) where !value.isNaN {
                let before = sums[user] ?? (0, 0)
                sums[user] = (before.sum + value, before.count + 1)
            }
            return try Row(
                row.name, higherIsBetter: row.higherIsBetter,
                values: distinct.map { user in sums[user].map { $0.sum / $0.count } ?? .nan },
                users: distinct, bootstrap: bootstrap)
        }
        return MetricReport(
            evaluation: evaluation, users: distinct, bootstrap: bootstrap, rows: rows)
    }
}
