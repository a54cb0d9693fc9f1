// An evaluation's result, with everything that is needed to judge and to compare it.

import NightjarRuntime

/// The metrics of one model on one set of examples.
public struct MetricReport: Sendable {
    /// One metric of the report.
    public struct Row: Sendable {
        /// The metric's name, preceded by `sampled` when candidates were sampled.
        public let name: String
        /// Whether a greater value is better.
        public let higherIsBetter: Bool
        /// The value of each example, NaN where there is nothing to score.
        public let values: [Double]
        /// The mean over the examples that have a value; NaN when none has.
        public let mean: Double
        /// Their standard deviation; NaN for fewer than two.
        public let standardDeviation: Double
        /// The bootstrap interval of the mean; `nil` when not asked for, for fewer than two
        /// independent examples, and for infinite values.
        public let interval: Interval?
        /// Number of examples that have a value.
        public let count: Int
        /// Number of examples that have none, such as users with nothing to find.
        public let unscored: Int
    }

    /// What the numbers mean.
    public let evaluation: EvaluationProtocol
    /// The user of each example; `nil` when examples are independent.
    public let users: [Int32]?
    /// How intervals were made; `nil` when there are none.
    public let bootstrap: Bootstrap?
    /// The metrics, in the order asked for.
    public let rows: [Row]

    /// Scores `ranks` by each of `metrics`.
    ///
    /// - Parameters:
    ///   - metrics: what to measure.
    ///   - ranks: ranks of the relevant items of each example.
    ///   - users: the user of each example; intervals then keep a user's examples together.
    ///   - evaluation: how the ranks came about.
    ///   - bootstrap: how intervals are made; `nil` for none.
    /// - Throws: ``MetricError`` when there is not one user for each example, and `Interrupted` when
    ///   the user asks to stop.
    public init(
        _ metrics: [any RankingMetric], of ranks: RelevantRanks, users: [Int32]? = nil,
        evaluation: EvaluationProtocol, bootstrap: Bootstrap?
    ) throws {
        if let users, users.count != ranks.count {
            throw MetricError.lengths("examples", ranks.count, "users", users.count)
        }
        let label = evaluation.candidates.isSampled ? "sampled " : ""
        let rows = try metrics.map { metric in
            try Row(
                label + metric.description, higherIsBetter: metric.higherIsBetter,
                values: metric.perExample(ranks), users: users, bootstrap: bootstrap)
        }
        self.init(evaluation: evaluation, users: users, bootstrap: bootstrap, rows: rows)
    }

    init(evaluation: EvaluationProtocol, users: [Int32]?, bootstrap: Bootstrap?, rows: [Row]) {
        self.evaluation = evaluation
        self.users = users
        self.bootstrap = bootstrap
        self.rows = rows
    }

    /// The row of a metric by its printed name or an alias, in any case.
    public subscript(name: String) -> Row? {
        let printed = (try? Metric.parse(name))?.description ?? name
        let wanted = printed.lowercased()
        return rows.first { $0.name.lowercased() == wanted }
    }

    /// The row of a metric by its printed name or an alias, in any case.
    ///
    /// - Throws: ``MetricError/notInReport(_:known:)`` when the metric was not measured.
    public func row(_ name: String) throws(MetricError) -> Row {
        guard let row = self[name] else { throw .notInReport(name, known: rows.map(\.name)) }
        return row
    }

    /// How much better this report is than `baseline` in one metric, on the same examples.
    ///
    /// - Throws: ``MetricError`` when the metric is missing or the protocols or examples differ, and
    ///   `Interrupted` when the user asks to stop.
    public func difference(
        _ name: String, minus baseline: MetricReport, bootstrap: Bootstrap
    ) throws -> PairedDifference {
        try checkComparable(to: baseline)
        return try PairedDifference(
            of: row(name).values, minus: baseline.row(name).values, clusters: users,
            bootstrap: bootstrap)
    }

    /// Refuses a report whose numbers mean something else.
    func checkComparable(to other: MetricReport) throws(MetricError) {
        guard evaluation == other.evaluation else {
            throw .differentProtocols(evaluation.description, other.evaluation.description)
        }
        guard users == other.users else {
            throw .differentProtocols("\(evaluation), its users", "\(evaluation), other users")
        }
    }
}

extension MetricReport: CustomStringConvertible {
    /// The protocol, then a table with one line for each metric.
    public var description: String {
        var lines = [evaluation.description]
        if let bootstrap {
            let units = users == nil ? "examples" : "users"
            lines.append("intervals: \(bootstrap.description(of: units))")
        }
        var columns = [TextTable.Column("metric", .left), TextTable.Column("mean", .right)]
        columns.append(TextTable.Column("sd", .right))
        if bootstrap != nil { columns.append(TextTable.Column("interval", .right)) }
        columns += [TextTable.Column("n", .right), TextTable.Column("unscored", .right)]
        var table = TextTable(columns)
        for row in rows {
            var cells = [
                row.name, NumberText.fixed(row.mean, digits: 4),
                NumberText.fixed(row.standardDeviation, digits: 4),
            ]
            if bootstrap != nil { cells.append(row.interval?.description ?? "-") }
            table.add(cells + ["\(row.count)", "\(row.unscored)"])
        }
        return lines.joined(separator: "\n") + "\n" + table.description
    }
}

extension MetricReport.Row {
    /// Summarises the values of one metric.
    init(
        _ name: String, higherIsBetter: Bool, values: [Double], users: [Int32]?,
        bootstrap: Bootstrap?
    ) throws {
        self.name = name
        self.higherIsBetter = higherIsBetter
        self.values = values
        let scored = values.filter { !$0.isNaN }
        count = scored.count
        unscored = values.count - scored.count
        mean = scored.reduce(0, +) / Double(scored.count)
        standardDeviation = deviation(of: scored)
        if let bootstrap, mean.isFinite {
            let sample = try Sample(values, clusters: users)
            interval = sample.unitCount >= 2 ? try bootstrap.interval(of: sample) : nil
        } else {
            interval = nil
        }
    }
}
