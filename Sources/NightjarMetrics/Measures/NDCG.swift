#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Normalised discounted cumulative gain.
///
/// With relevant items of gains gⱼ (1 each when relevance is binary) at ranks r₁ < r₂ < … < rₙ:
///
///     DCG@k  = Σ gⱼ / log₂(rⱼ + 1)   over the rⱼ ≤ k
///     IDCG@k = the greatest DCG@k possible: gains in descending order at ranks 1 … min(n, k)
///     nDCG@k = DCG@k / IDCG@k
///
/// Three traps. The discount is log₂(r + 1), as in trec_eval; LensKit for Java uses max(1, log₂ r),
/// which weighs ranks 1 and 2 alike and is the variant `nDCG(LensKit)`: on LensKit's own lists the
/// two differ by up to 0.094. Gains are linear, not 2ᵍ − 1. And IDCG@k runs over min(n, k) items,
/// not over k.
///
/// Source: K. Järvelin and J. Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, ACM
/// TOIS 20(4), 2002.
public struct NDCG: RankingMetric {
    /// How the weight of a list position falls.
    public enum Discount: Sendable {
        /// 1 / log₂(r + 1), as in trec_eval.
        case logarithmic
        /// 1 / max(1, log₂ r), as in LensKit for Java.
        case lensKit
    }

    /// Number of list positions that count; `nil` for the whole ranking.
    public let cutoff: Int?
    /// How the weight of a list position falls.
    public let discount: Discount

    /// Creates the metric, over the whole ranking unless a cut-off is given.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(
        at cutoff: Int? = nil, discount: Discount = .logarithmic
    ) throws(MetricError) {
        self.cutoff = if let cutoff { try checkedCutoff(cutoff) } else { nil }
        self.discount = discount
    }

    /// Name and cut-off as printed in tables, such as `nDCG@10`.
    public var description: String {
        metricName("nDCG", variant: discount == .lensKit ? "LensKit" : nil, cutoff: cutoff)
    }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "nDCG", variants: ["LensKit"],
        summary: "gain of relevant items, discounted by log2(rank + 1), over the best possible",
        .upToCutoff { cutoff, variant throws(MetricError) in
            try NDCG(at: cutoff, discount: variant == nil ? .logarithmic : .lensKit)
        })

    /// The nDCG of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        let hits = cutoff.map(example.hits(at:)) ?? example.ranks.count
        let reachable = min(example.ranks.count, cutoff ?? .max)
        var gained = 0.0
        var ideal = 0.0
        if let gains = example.gains {
            for (rank, gain) in zip(example.ranks.prefix(hits), gains) {
                gained += gain * weight(rank)
            }
            for (place, gain) in gains.sorted(by: >).prefix(reachable).enumerated() {
                ideal += gain * weight(Double(place + 1))
            }
        } else {
            for rank in example.ranks.prefix(hits) { gained += weight(rank) }
            for place in 0..<reachable { ideal += weight(Double(place + 1)) }
        }
        return gained / ideal
    }

    private func weight(_ rank: Double) -> Double {
        switch discount {
        case .logarithmic: 1 / log2(rank + 1)
        case .lensKit: 1 / max(1, log2(rank))
        }
    }
}
