/// The mean rank of the relevant items; lower is better.
///
///     MeanRank = (1 / n) Σ rⱼ
///
/// Trap: it grows with the number of candidates, so catalogues of different size do not compare. An
/// item left out of the list makes it infinite.
public struct MeanRank: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name as printed in tables.
    public var description: String { metricName("MeanRank") }

    /// A low rank is a good one.
    public var higherIsBetter: Bool { false }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "MeanRank", aliases: ["MR"],
        summary: "mean rank of the relevant items, lower is better",
        .whole { MeanRank() })

    /// The mean rank of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        example.ranks.reduce(0, +) / Double(example.ranks.count)
    }
}
