/// Hit: whether the top of the list holds any relevant item.
///
///     Hit@k = 1 if hits@k > 0, else 0
///
/// Trap: "hit rate" of several relevant items is sometimes their recall. Here one hit is enough, as
/// in trec_eval (there called success), RecBole and LensKit.
public struct Hit: RankingMetric {
    /// Number of list positions that count.
    public let cutoff: Int

    /// Creates hit at `cutoff`.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(at cutoff: Int) throws(MetricError) { self.cutoff = try checkedCutoff(cutoff) }

    /// Name and cut-off as printed in tables, such as `Hit@10`.
    public var description: String { metricName("Hit", cutoff: cutoff) }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "Hit", aliases: ["HR", "HitRate", "Success"],
        summary: "1 if any relevant item is among the first k, else 0",
        .atCutoff { cutoff throws(MetricError) in try Hit(at: cutoff) })

    /// 1 for a hit, else 0.
    public func score(_ example: RankedExample) -> Double { example.hits(at: cutoff) > 0 ? 1 : 0 }
}
