/// The area under the ROC curve of one example's ranking.
///
/// With n relevant items at ranks r₁ < r₂ < … < rₙ among N candidates:
///
///     AUC = Σⱼ ((N − rⱼ) − (n − j)) / (n (N − n))
///
/// the share of pairs of a relevant and another item in which the relevant one is ranked higher;
/// under ``TieRule/average`` a tied pair counts half. An item left out of the list is below all
/// others. An example in which every candidate is relevant has no such pair and gets NaN.
///
/// Trap: the mean here gives every example the same weight; RecBole's GAUC weighs an example by its
/// number of relevant items. For one relevant item an example, the two are equal.
///
/// Source: J. Hanley and B. McNeil, *The meaning and use of the area under a ROC curve*, 1982.
public struct RankAUC: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name as printed in tables.
    public var description: String { metricName("AUC") }

    /// What help and the parser know about it.
    public static let declaration = MetricDeclaration(
        "AUC",
        summary: "share of the other candidates ranked below a relevant item",
        .whole { RankAUC() })

    /// The AUC of an example with a relevant item.
    public func score(_ example: RankedExample) -> Double {
        let relevant = example.ranks.count
        let others = example.candidates - relevant
        guard others > 0 else { return .nan }
        var won = 0.0
        for (place, rank) in example.ranks.enumerated() where rank.isFinite {
            won += Double(example.candidates) - rank - Double(relevant - place - 1)
        }
        return won / (Double(relevant) * Double(others))
    }
}
