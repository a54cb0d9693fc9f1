extension PairedTest {
    /// Number of differences up to which the distribution is enumerated rather than approximated.
    private static let exactLimit = 50

    /// Wilcoxon's signed-rank test.
    ///
    /// Differences of zero are dropped; equal sizes share their mean rank. The statistic is the
    /// smaller of the rank sums of positive and negative differences. Up to 50 differences the
    /// p-value is exact, also with ties; beyond, it is the normal approximation with tie correction
    /// and without continuity correction. Without any difference p is 1.
    ///
    /// Trap: scipy takes its exact distribution only without ties, so its p-values differ slightly
    /// from these on small tied samples.
    ///
    /// Source: F. Wilcoxon, *Individual comparisons by ranking methods*, 1945.
    ///
    /// - Throws: ``StatisticsError/tooFew(_:needed:found:)`` for an empty sample, and `Interrupted`
    ///   when the user asks to stop.
    public static func wilcoxon(_ sample: Sample) throws -> TestResult {
        let differences = try units(of: sample, atLeast: 1).filter { $0 != 0 }
        let sizes = try AverageRanks(of: differences.map(\.magnitude))
        var positive = 0.0
        for (rank, difference) in zip(sizes.ranks, differences) where difference > 0 {
            positive += rank
        }
        let count = Double(differences.count)
        let total = count * (count + 1) / 2
        let statistic = min(positive, total - positive)
        let pValue: Double
        if differences.count <= exactLimit {
            pValue = exactTails(of: sizes.ranks, atMost: statistic)
        } else {
            let variance =
                count * (count + 1) * (2 * count + 1) / 24 - sizes.tieSum / 48
            pValue = Distribution.normalTails((statistic - total / 2) / variance.squareRoot())
        }
        return TestResult(
            test: "Wilcoxon signed-rank test", statistic: statistic, pValue: pValue,
            unitCount: differences.count)
    }

    /// Twice the share of sign patterns whose positive rank sum is at most `statistic`.
    ///
    /// Twice a rank is a whole number, mean ranks of ties too, so patterns are counted by their
    /// doubled sums. Counts stay below 2⁵⁰ and are exact.
    private static func exactTails(of ranks: [Double], atMost statistic: Double) -> Double {
        var patterns = [1.0]
        for rank in ranks {
            let step = Int(2 * rank)
            var next = patterns + [Double](repeating: 0, count: step)
            for (sum, ways) in patterns.enumerated() { next[sum + step] += ways }
            patterns = next
        }
        let limit = min(Int(2 * statistic), patterns.count - 1)
        let below = patterns[...limit].reduce(0, +)
        return min(1, 2 * below / patterns.reduce(0, +))
    }
}
