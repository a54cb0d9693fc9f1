/// Average precision, whose mean is MAP.
///
/// With relevant items at ranks r₁ < r₂ < … < rₙ, of which the first h are at k or above:
///
///     AP@k       = Σ j / rⱼ for j = 1 … h, divided by min(n, k)
///     AP(trec)@k = the same sum, divided by n
///
/// Trap: the divisor. min(n, k), as in RecBole, lets a perfect list of k reach 1; n, as in
/// trec_eval's `map_cut`, is the variant `MAP(trec)`. Without a cut-off the two are equal.
///
/// Source: C. Buckley and E. Voorhees, *Evaluating evaluation measure stability*, SIGIR 2000.
public struct AveragePrecision: RankingMetric {
    /// What the sum of precisions is divided by.
    public enum Divisor: Sendable {
        /// min(n, k), the number of relevant items that the list can hold.
        case reachable
        /// n, the number of relevant items.
        case relevant
    }

    /// Number of list positions that count; `nil` for the whole ranking.
    public let cutoff: Int?
    /// What the sum of precisions is divided by.
    public let divisor: Divisor

    /// Creates the metric, over the whole ranking unless a cut-off is given.
    ///
    /// - Throws: ``MetricError/badCutoff(_:)`` when `cutoff` is below 1.
    public init(at cutoff: Int? = nil, divisor: Divisor = .reachable) throws(MetricError) {
        self.cutoff = if let cutoff { try checkedCutoff(cutoff) } else { nil }
        self.divisor = divisor
    }

    /// Name and cut-off as printed in tables, such as `MAP@10`.
    public var description: String {
        metricName("MAP", variant: divisor == .relevant ? "trec" : nil, cutoff: cutoff)
    }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "MAP", aliases: ["AP"], variants: ["trec"],
        summary: "mean precision at the ranks of relevant items; (trec): divided by all of them",
        .upToCutoff { cutoff, variant throws(MetricError) in
            try AveragePrecision(at: cutoff, divisor: variant == nil ? .reachable : .relevant)
        })

    /// The average precision of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        let hits = cutoff.map(example.hits(at:)) ?? example.ranks.count
        let sum = example.ranks.prefix(hits).enumerated()
            .reduce(0) { $0 + Double($1.offset + 1) / $1.element }
        let relevant = example.ranks.count
        return sum / Double(divisor == .relevant ? relevant : min(relevant, cutoff ?? .max))
    }
}
