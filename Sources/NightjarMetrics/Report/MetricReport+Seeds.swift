// One report from the runs of several seeds.

extension MetricReport {
    /// Averages each example's values over runs that differ in their seed only.
    ///
    /// Differences between averaged reports are paired by example, and their intervals say what
    /// other users might have shown. They say nothing of other seeds: print the mean of every run
    /// and the standard deviation of those means beside them.
    ///
    /// - Parameters:
    ///   - runs: reports on the same examples, under one protocol, with the same metrics.
    ///   - bootstrap: how intervals are made; `nil` for none.
    /// - Returns: a report whose examples are those of each run.
    /// - Throws: ``MetricError`` when protocols, examples or metrics differ,
    ///   ``StatisticsError/tooFew(_:needed:found:)`` without any run, and `Interrupted` when the user
    ///   asks to stop.
    public static func averaged(
        over runs: [MetricReport], bootstrap: Bootstrap?
    ) throws -> MetricReport {
        guard let first = runs.first else {
            throw StatisticsError.tooFew("runs", needed: 1, found: 0)
        }
        let rows = try first.rows.map { row in
            var sums = [Double](repeating: 0, count: row.values.count)
            for run in runs {
                try first.checkComparable(to: run)
                let values = try run.row(row.name).values
                guard values.count == sums.count else {
                    throw MetricError.lengths("values", sums.count, "values", values.count)
                }
                for (example, value) in values.enumerated() { sums[example] += value }
            }
            return try Row(
                row.name, higherIsBetter: row.higherIsBetter,
                values: sums.map { $0 / Double(runs.count) }, users: first.users,
                bootstrap: bootstrap)
        }
        return MetricReport(
            evaluation: first.evaluation, users: first.users, bootstrap: bootstrap, rows: rows)
    }
}
