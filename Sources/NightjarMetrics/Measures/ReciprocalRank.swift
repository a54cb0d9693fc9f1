/// The reciprocal rank, whose mean is MRR.
///
///     RR      = 1 / r₁                    r₁ the rank of the first relevant item
///     RR@k    = 1 / r₁ if r₁ ≤ k, else 0
///     RR(all) = (1 / n) Σ 1 / rⱼ          over all n relevant items
///
/// Two traps. With and without a cut-off differ, and papers print both as "MRR". With several
/// relevant items, the first one counts in trec_eval, RecBole and LensKit; Spotlight averages over
/// all of them, which is the variant `MRR(all)`. For one relevant item the two are equal.
///
/// Source: E. Voorhees, *The TREC-8 question answering track report*, 1999.
public struct ReciprocalRank: RankingMetric {
    /// Which relevant items count.
    public enum Scope: Sendable {
        /// The one that is ranked first.
        case first
        /// All of them, averaged.
        case all
    }

    /// Number of list positions that count; `nil` for the whole ranking.
    public let cutoff: Int?
    /// Which relevant items count.
    public let scope: Scope

    /// Creates the metric over the whole ranking, with the first relevant item counted.
    public init() { (cutoff, scope) = (nil, .first) }

    /// Creates the metric, over the whole ranking unless a cut-off is given.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(at cutoff: Int? = nil, scope: Scope = .first) throws(MetricError) {
        self.cutoff = if let cutoff { try checkedCutoff(cutoff) } else { nil }
        self.scope = scope
    }

    /// Name and cut-off as printed in tables, such as `MRR@20`.
    public var description: String {
        metricName("MRR", variant: scope == .all ? "all" : nil, cutoff: cutoff)
    }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "MRR", aliases: ["RR", "RecipRank"], variants: ["all"],
        summary: "1 / rank of the first relevant item; (all): averaged over all relevant items",
        .upToCutoff { cutoff, variant throws(MetricError) in
            try ReciprocalRank(at: cutoff, scope: variant == nil ? .first : .all)
        })

    /// The reciprocal rank of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        let counted = example.ranks.prefix(cutoff.map(example.hits(at:)) ?? example.ranks.count)
        switch scope {
        case .first: return counted.first.map { 1 / $0 } ?? 0
        case .all: return counted.reduce(0) { $0 + 1 / $1 } / Double(example.ranks.count)
        }
    }
}
