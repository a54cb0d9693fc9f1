// What a recommender shows, whatever users wanted: measures beyond accuracy.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The first items of each example's ranking, best first.
///
/// Measures of the catalogue are of all lists together and have no value for a single example:
/// intervals of them would need new users for each resample, so none are given.
public struct RecommendedLists: Sendable {
    /// The list of each example: distinct items from 1, best first; shorter where fewer candidates are.
    public let lists: [[Int32]]
    /// The user of each example; `nil` when examples are independent.
    public let users: [Int32]?
    /// Number of items in the catalogue.
    public let itemCount: Int
    /// The most items of a list.
    public let cutoff: Int
    /// How the lists came about, as protocol lines say it.
    public let evaluation: EvaluationProtocol
    /// How often each item is in a list; place 0 is item 1.
    public let counts: [Int]

    /// Creates lists.
    ///
    /// - Throws: ``MetricError`` for a cut-off below 1, a list longer than it, an item outside the
    ///   catalogue or twice in a list, and when there is not one user for each list.
    public init(
        _ lists: [[Int32]], users: [Int32]? = nil, itemCount: Int, cutoff: Int,
        evaluation: EvaluationProtocol
    ) throws(MetricError) {
        _ = try checkedCutoff(cutoff)
        if let users, users.count != lists.count {
            throw .lengths("lists", lists.count, "users", users.count)
        }
        var counts = [Int](repeating: 0, count: max(0, itemCount))
        for list in lists {
            guard list.count <= cutoff else {
                throw .lengths("items", list.count, "places", cutoff)
            }
            for item in list {
                guard item >= 1, item <= itemCount else {
                    throw .itemOutOfRange(Int(item), classes: itemCount + 1)
                }
                counts[Int(item) - 1] += 1
            }
            if list.count > 1, Set(list).count < list.count {
                let repeated = Dictionary(grouping: list, by: { $0 }).first { $1.count > 1 }
                throw .repeatedItem(Int(repeated?.key ?? 0))
            }
        }
        self.lists = lists
        self.users = users
        self.itemCount = itemCount
        self.cutoff = cutoff
        self.evaluation = evaluation
        self.counts = counts
    }

    /// Items shown, over all lists.
    private var shown: Int { counts.reduce(0, +) }

    /// Catalogue coverage: the share of the items that are in at least one list.
    ///
    /// It grows with the number of lists: compare models on the same examples.
    ///
    /// Source: M. Ge, C. Delgado-Battenfeld and D. Jannach, *Beyond accuracy*, RecSys 2010.
    public var coverage: Double { Double(counts.count { $0 > 0 }) / Double(itemCount) }

    /// The Gini index of how often items are shown: 0 when all are as often, near 1 when one is.
    ///
    ///     G = Σⱼ (2j − n − 1) c₍ⱼ₎ / (n Σ c)     c₍₁₎ ≤ … ≤ c₍ₙ₎ the counts of all n items
    ///
    /// Items that are never shown count. With k items in each list it cannot exceed 1 − k/n.
    ///
    /// Source: D. Fleder and K. Hosanagar, *Blockbuster culture's next rise or fall*, Management
    /// Science 55(5), 2009.
    public var gini: Double {
        let total = Double(shown)
        let weighted = counts.sorted().enumerated().reduce(0.0) { sum, entry in
            sum + Double(2 * (entry.offset + 1) - itemCount - 1) * Double(entry.element)
        }
        return weighted / (Double(itemCount) * total)
    }

    /// The Shannon entropy in bits of which item is shown: log₂ n when all are as often, 0 when one is.
    ///
    ///     H = −Σᵢ pᵢ log₂ pᵢ     pᵢ = cᵢ / Σ c, and 0 log 0 = 0
    ///
    /// Source: G. Shani and A. Gunawardana, *Evaluating recommendation systems*, Recommender Systems
    /// Handbook, 2011.
    public var entropy: Double {
        let total = Double(shown)
        guard total > 0 else { return .nan }
        return counts.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }
}

extension RecommendedLists: CustomStringConvertible {
    /// One line with the measures of the catalogue.
    public var description: String {
        "Recommendations: \(lists.count) lists of \(cutoff); \(evaluation.split);"
            + " candidates: \(evaluation.candidates)"
    }
}
