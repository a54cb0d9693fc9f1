extension PairedTest {
    /// The paired t-test: t = mean / (sd / √n), against Student's distribution with n − 1 degrees.
    ///
    /// Assumes that the mean difference is nearly normal, which a few hundred users give; with few
    /// units prefer ``wilcoxon(_:)`` or ``randomisation(_:resamples:seed:)``. When all differences
    /// are zero, t is 0 and p is 1; when all are equal otherwise, t is infinite and p is 0.
    ///
    /// Source: Student, *The probable error of a mean*, Biometrika 6(1), 1908.
    ///
    /// - Throws: ``StatisticsError/tooFew(_:needed:found:)`` for fewer than two units.
    public static func studentT(_ sample: Sample) throws(StatisticsError) -> TestResult {
        let units = try units(of: sample, atLeast: 2)
        let count = Double(units.count)
        let mean = units.reduce(0, +) / count
        let statistic = mean == 0 ? 0 : mean / (deviation(of: units) / count.squareRoot())
        return TestResult(
            test: "paired t-test", statistic: statistic,
            pValue: Distribution.studentTails(statistic, degrees: count - 1),
            unitCount: units.count)
    }
}
