/// Precision: the share of the top of the list that is relevant.
///
///     Precision@k = hits@k / k
///
/// Trap: the divisor is k also when the list is shorter than k or fewer than k items are relevant,
/// as in trec_eval and RecBole; with one relevant item its greatest value is 1 / k.
public struct Precision: RankingMetric {
    /// Number of list positions that count.
    public let cutoff: Int

    /// Creates precision at `cutoff`.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(at cutoff: Int) throws(MetricError) { self.cutoff = try checkedCutoff(cutoff) }

    /// Name and cut-off as printed in tables, such as `Precision@10`.
    public var description: String { metricName("Precision", cutoff: cutoff) }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "Precision", aliases: ["P", "Prec"],
        summary: "share of the first k that are relevant",
        .atCutoff { cutoff throws(MetricError) in try Precision(at: cutoff) })

    /// The precision of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        Double(example.hits(at: cutoff)) / Double(cutoff)
    }
}
