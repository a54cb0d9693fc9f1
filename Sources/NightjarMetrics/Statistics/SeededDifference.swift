// How unlike two arms are that were trained with the same seeds.

/// The difference between two arms, of other users and other trainings than those at hand.
///
/// Values of one example averaged over seeds say what other users would show after the same
/// trainings. The noise of training is common to all users, so that it does not become smaller with
/// their number; here both count:
///
///     interval = d ± t · √(s²/m + u²)
///
/// with d the mean over m seeds and all examples, s the standard deviation of the seeds' differences,
/// u the standard error of d over users, and t of Student's distribution with Satterthwaite's degrees
/// of freedom, (s²/m + u²)² / ((s²/m)²/(m − 1) + u⁴/(n − 1)) for n users. With one seed only u is
/// known: the interval is then one of these two models.
///
/// Source: F. Satterthwaite, *An approximate distribution of estimates of variance components*,
/// Biometrics Bulletin 2(6), 1946.
public struct SeededDifference: Sendable, Equatable {
    /// Mean of the arm less mean of the other, over seeds and the examples that all have.
    public let difference: Double
    /// Its interval.
    public let interval: Interval
    /// The two-sided p-value of no difference.
    public let pValue: Double
    /// The difference of each seed.
    public let bySeed: [Double]

    /// Compares two arms.
    ///
    /// - Parameters:
    ///   - values: for each seed a value of the arm for each example; NaN for none.
    ///   - baselines: the same of the other arm, with the same seeds.
    ///   - clusters: what each example belongs to, such as its user.
    ///   - level: the confidence level.
    /// - Throws: ``StatisticsError`` for no seed, fewer than two examples or clusters, columns of
    ///   different length, infinite values, and a level outside 0…1.
    public init(
        of values: [[Double]], minus baselines: [[Double]], clusters: [Int32]? = nil,
        level: Double = 0.95
    ) throws(StatisticsError) {
        guard level > 0, level < 1 else {
            throw .badOption("level", level, allowed: "a number between 0 and 1, such as 0.95")
        }
        guard let first = values.first else { throw .tooFew("seeds", needed: 1, found: 0) }
        guard values.count == baselines.count else {
            throw .lengths("seeds", values.count, "seeds of the baseline", baselines.count)
        }
        let all = values + baselines
        if let other = all.first(where: { $0.count != first.count }) {
            throw .lengths("values", first.count, "values of another seed", other.count)
        }
        let seeds = Double(values.count)
        func mean(_ columns: [[Double]]) -> [Double] {
            first.indices.map { example in columns.reduce(0) { $0 + $1[example] } / seeds }
        }
        let sample = try Sample(mean(values), minus: mean(baselines), clusters: clusters)
        guard sample.unitCount >= 2 else {
            throw .tooFew(
                sample.isClustered ? "clusters" : "values", needed: 2, found: sample.unitCount)
        }
        // An example that lacks a value with one seed is left out of all.
        let isWhole = first.indices.map { example in all.allSatisfy { !$0[example].isNaN } }
        var bySeed: [Double] = []
        for (value, baseline) in zip(values, baselines) {
            let kept = zip(value, isWhole).map { $1 ? $0 : .nan }
            bySeed.append(try Sample(kept, minus: baseline).mean)
        }
        let ofSeeds = values.count > 1 ? deviation(of: bySeed) : 0
        let (seedShare, userShare) = (ofSeeds * ofSeeds / seeds, sample.meanVariance)
        let error = (seedShare + userShare).squareRoot()
        let units = Double(sample.unitCount)
        let spread =
            (values.count > 1 ? seedShare * seedShare / (seeds - 1) : 0)
            + userShare * userShare / (units - 1)
        let degrees = spread > 0 ? error * error * error * error / spread : units - 1
        let reach = Distribution.studentReach(level, degrees: degrees) * error
        difference = sample.mean
        interval = Interval(
            lower: sample.mean - reach, upper: sample.mean + reach, level: level)
        let statistic = sample.mean == 0 ? 0 : sample.mean / error
        pValue = Distribution.studentTails(statistic, degrees: degrees)
        self.bySeed = bySeed
    }
}
