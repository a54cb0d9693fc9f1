// Several arms of an experiment side by side, with what may be said about their differences.

import NightjarRuntime

/// Reports of several arms on the same examples, each compared with one of them.
public struct ArmComparison: Sendable {
    /// How one arm differs from the baseline in one metric.
    public struct Difference: Sendable {
        /// The arm.
        public let arm: String
        /// The metric's printed name.
        public let metric: String
        /// The mean difference and its interval.
        public let difference: PairedDifference
        /// The randomisation test's p-value, corrected by Holm over all differences of the comparison.
        public let correctedPValue: Double
    }

    /// The arms and their reports, in the order given.
    public let arms: [(name: String, report: MetricReport)]
    /// The arm that the others are compared with.
    public let baseline: String
    /// Every other arm's differences, arm by arm, metric by metric.
    public let differences: [Difference]
    private let bootstrap: Bootstrap

    /// Compares every arm with `baseline` in every metric of the baseline's report.
    ///
    /// - Parameters:
    ///   - arms: names and reports.
    ///   - baseline: the name of one of them.
    ///   - bootstrap: how intervals are made; the randomisation test takes its seed and number of
    ///     resamples.
    /// - Throws: ``MetricError`` when protocols or examples differ or a metric is missing,
    ///   ``StatisticsError`` when there are too few examples, and `Interrupted` when the user asks to
    ///   stop.
    public init(
        _ arms: [(name: String, report: MetricReport)], baseline: String, bootstrap: Bootstrap
    ) throws {
        guard let reference = arms.first(where: { $0.name == baseline })?.report else {
            throw MetricError.unknownArm(baseline, known: arms.map(\.name))
        }
        var found: [(arm: String, metric: String, difference: PairedDifference)] = []
        var pValues: [Double] = []
        for (arm, report) in arms where arm != baseline {
            for row in reference.rows {
                let difference = try report.difference(
                    row.name, minus: reference, bootstrap: bootstrap)
                let sample = try Sample(
                    report.row(row.name).values, minus: row.values, clusters: report.users)
                let test = try PairedTest.randomisation(
                    sample, resamples: bootstrap.resamples, seed: bootstrap.seed)
                found.append((arm, row.name, difference))
                pValues.append(test.pValue)
            }
        }
        self.arms = arms
        self.baseline = baseline
        self.bootstrap = bootstrap
        differences = zip(found, try Holm.adjusted(pValues)).map { found, corrected in
            Difference(
                arm: found.arm, metric: found.metric, difference: found.difference,
                correctedPValue: corrected)
        }
    }
}

extension ArmComparison: CustomStringConvertible {
    /// The protocol, the means of each arm, then the differences with intervals and p-values.
    public var description: String {
        guard let first = arms.first?.report else { return "no arms" }
        let metrics = first.rows.map(\.name)
        var means = TextTable(
            [TextTable.Column("arm", .left)] + metrics.map { TextTable.Column($0, .right) })
        for (name, report) in arms {
            means.add(
                [name]
                    + metrics.map { report[$0].map { NumberText.fixed($0.mean, digits: 4) } ?? "-" }
            )
        }
        var gains = TextTable([
            TextTable.Column("arm - \(baseline)", .left), TextTable.Column("metric", .left),
            TextTable.Column("difference", .right), TextTable.Column("p (Holm)", .right),
        ])
        for one in differences {
            gains.add([
                one.arm, one.metric, one.difference.description,
                NumberText.fixed(one.correctedPValue, digits: 4),
            ])
        }
        let units = first.users == nil ? "examples" : "users"
        return """
            \(first.evaluation)
            \(means)

            paired differences: \(bootstrap.description(of: units))
            \(gains)
            """
    }
}
