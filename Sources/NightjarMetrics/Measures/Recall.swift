/// Recall: the share of the relevant items that the top of the list holds.
///
///     Recall@k = hits@k / n      n the number of relevant items
///
/// Two traps. Some programs divide by min(n, k), which lets short lists reach 1; this one does not,
/// as trec_eval and RecBole do not. With one relevant item an example, as in next-item prediction,
/// Recall@k equals Hit@k, and papers print either name.
public struct Recall: RankingMetric {
    /// Number of list positions that count.
    public let cutoff: Int

    /// Creates recall at `cutoff`.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(at cutoff: Int) throws(MetricError) { self.cutoff = try checkedCutoff(cutoff) }

    /// Name and cut-off as printed in tables, such as `Recall@10`.
    public var description: String { metricName("Recall", cutoff: cutoff) }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "Recall", aliases: ["R"],
        summary: "share of the relevant items that are among the first k",
        .atCutoff { cutoff throws(MetricError) in try Recall(at: cutoff) })

    /// The recall of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        Double(example.hits(at: cutoff)) / Double(example.ranks.count)
    }
}
