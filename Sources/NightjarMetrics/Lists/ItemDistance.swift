// How different two items are.

/// A distance between items, from 0 for equal ones.
public enum ItemDistance: Sendable {
    /// 1 − |A ∩ B| / |A ∪ B| of the sets of words of two items, such as their genres; 0 between two
    /// items without words. Place 0 is item 1.
    case jaccard([Set<String>])
    /// 1 − cosine of the vectors of two items, from 0 to 2; 1 when one of them is zero. Place 0 is item
    /// 1.
    case cosine([[Float]])

    /// Number of items that have a place.
    var itemCount: Int {
        switch self {
        case .jaccard(let words): words.count
        case .cosine(let vectors): vectors.count
        }
    }

    /// The distance of two items.
    func callAsFunction(_ one: Int32, _ other: Int32) -> Double {
        let (a, b) = (Int(one) - 1, Int(other) - 1)
        switch self {
        case .jaccard(let words):
            let union = words[a].union(words[b]).count
            guard union > 0 else { return 0 }
            return 1 - Double(words[a].intersection(words[b]).count) / Double(union)
        case .cosine(let vectors):
            let (dot, left, right) = zip(vectors[a], vectors[b]).reduce((0.0, 0.0, 0.0)) {
                let (x, y) = (Double($1.0), Double($1.1))
                return ($0.0 + x * y, $0.1 + x * x, $0.2 + y * y)
            }
            guard left > 0, right > 0 else { return 1 }
            return 1 - dot / (left * right).squareRoot()
        }
    }
}
