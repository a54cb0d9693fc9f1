// Confidence intervals of means by resampling, whole clusters at a time.

import NightjarRuntime

/// The percentile bootstrap of a mean.
///
/// Each resample draws as many units as there are, with replacement, and takes the mean of all their
/// values. Units are clusters (users) where the sample has them, so that the examples of one user
/// stay together; a cluster enters as its sum and size, which makes a resample cost one draw for
/// each cluster, not for each example. On a sample of differences it is the paired bootstrap.
///
/// The same seed gives the same interval on any number of threads.
///
/// Source: B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13.
public struct Bootstrap: Sendable, Equatable {
    /// Number of resamples.
    public let resamples: Int
    /// Confidence level of intervals.
    public let level: Double
    /// Seed of the draws.
    public let seed: UInt64

    /// Creates a bootstrap.
    ///
    /// - Throws: ``StatisticsError/badOption(_:_:allowed:)`` for a number of resamples outside
    ///   1…10,000,000 and a level outside 0…1.
    public init(
        resamples: Int = 10_000, level: Double = 0.95, seed: UInt64 = 1
    ) throws(StatisticsError) {
        guard (1...10_000_000).contains(resamples) else {
            throw .badOption("resamples", Double(resamples), allowed: "1 to 10000000")
        }
        guard level > 0, level < 1 else {
            throw .badOption("level", level, allowed: "a number between 0 and 1, such as 0.95")
        }
        self.resamples = resamples
        self.level = level
        self.seed = seed
    }

    /// How intervals are made, such as `95 % percentile bootstrap, 10000 resamples of users`.
    public func description(of units: String) -> String {
        let digits = (level * 100).rounded() == level * 100 ? 0 : 1
        return "\(NumberText.fixed(level * 100, digits: digits)) % percentile bootstrap,"
            + " \(resamples) resamples of \(units)"
    }

    /// The interval of the mean of `sample`.
    ///
    /// - Throws: ``StatisticsError/tooFew(_:needed:found:)`` for fewer than two units, and
    ///   `Interrupted` when the user asks to stop.
    /// - Complexity: O(resamples × units).
    public func interval(of sample: Sample) throws -> Interval {
        let means = try means(of: sample).sorted()
        return Interval(
            lower: quantile((1 - level) / 2, of: means),
            upper: quantile((1 + level) / 2, of: means), level: level)
    }

    /// The mean of each resample of `sample`, in the order drawn.
    ///
    /// - Throws: ``StatisticsError/tooFew(_:needed:found:)`` for fewer than two units, and
    ///   `Interrupted` when the user asks to stop.
    public func means(of sample: Sample) throws -> [Double] {
        let units = sample.unitCount
        guard units >= 2 else {
            throw StatisticsError.tooFew(
                sample.isClustered ? "clusters" : "values", needed: 2, found: units)
        }
        let stream = RandomStream(seed: seed, "bootstrap")
        let sums = sample.sums
        let sizes = sample.isClustered ? sample.sizes.map(Double.init) : nil
        let between = Resampling.resamplesBetweenChecks(units: units)
        return try Resampling.run(resamples) { piece, means in
            var draws = IndexDraws(from: stream.split("piece \(piece)"), below: units)
            for place in means.indices {
                if place % between == 0 { try Interruption.check() }
                var sum = 0.0
                if let sizes {
                    var size = 0.0
                    for _ in 0..<units {
                        let unit = draws.next()
                        sum += sums[unit]
                        size += sizes[unit]
                    }
                    means[place] = sum / size
                } else {
                    for _ in 0..<units { sum += sums[draws.next()] }
                    means[place] = sum / Double(units)
                }
            }
        }
    }

    /// The quantile of sorted values, interpolated linearly between neighbours (numpy's default).
    func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
