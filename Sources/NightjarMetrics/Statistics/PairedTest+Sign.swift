extension PairedTest {
    /// The sign test of whether positive and negative differences are equally likely.
    ///
    /// Differences of zero are dropped; the statistic is the number of positive ones, and the
    /// p-value is that of the binomial distribution, exactly. It asks nothing of the differences'
    /// sizes, so it is safe and weak.
    ///
    /// - Throws: ``StatisticsError/tooFew(_:needed:found:)`` for an empty sample.
    public static func sign(_ sample: Sample) throws(StatisticsError) -> TestResult {
        let differences = try units(of: sample, atLeast: 1).filter { $0 != 0 }
        let positive = differences.count { $0 > 0 }
        return TestResult(
            test: "sign test", statistic: Double(positive),
            pValue: Distribution.fairCoinTails(heads: positive, of: differences.count),
            unitCount: differences.count)
    }
}
