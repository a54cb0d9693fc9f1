import NightjarRuntime

/// How much better one arm is than another on the same examples.
///
/// Report this, not two intervals: two arms are judged on the same examples, so their errors move
/// together, and two overlapping intervals can hide a clear difference.
public struct PairedDifference: Sendable, Equatable {
    /// The mean difference.
    public let mean: Double
    /// Its bootstrap interval.
    public let interval: Interval
    /// Number of examples compared.
    public let count: Int
    /// Number of independent units: clusters, or examples when there are none.
    public let unitCount: Int
    /// Number of examples left out because one arm has no value.
    public let skipped: Int

    /// Compares `values` with `baseline`, example by example.
    ///
    /// - Parameters:
    ///   - values: one value for each example.
    ///   - baseline: the baseline's values for the same examples.
    ///   - clusters: what each example belongs to, such as its user.
    ///   - bootstrap: how the interval is made.
    /// - Throws: ``StatisticsError`` for columns that do not match or hold too little, and
    ///   `Interrupted` when the user asks to stop.
    public init(
        of values: [Double], minus baseline: [Double], clusters: [Int32]? = nil,
        bootstrap: Bootstrap
    ) throws {
        let sample = try Sample(values, minus: baseline, clusters: clusters)
        interval = try bootstrap.interval(of: sample)
        mean = sample.mean
        count = sample.count
        unitCount = sample.unitCount
        skipped = sample.skipped
    }
}

extension PairedDifference: CustomStringConvertible {
    /// The difference and its interval, such as `+0.0026 [0.0011, 0.0041]`.
    public var description: String {
        (mean >= 0 ? "+" : "") + NumberText.fixed(mean, digits: 4) + " \(interval)"
    }
}
