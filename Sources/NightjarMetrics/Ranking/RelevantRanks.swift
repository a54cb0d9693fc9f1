// The ranks of relevant items, example by example: all that a ranking metric needs to know.

/// One example as a metric sees it.
public struct RankedExample: Sendable, Equatable {
    /// Ranks of the relevant items, ascending; 1 is the top, infinity an item left out of the list.
    ///
    /// Ranks can be fractional, since ``TieRule/average`` gives expected ranks.
    public let ranks: ArraySlice<Double>
    /// How relevant each of them is; `nil` when all are equally so.
    public let gains: ArraySlice<Double>?
    /// Number of items that were ranked, the relevant ones included.
    public let candidates: Int

    /// How many relevant items are at rank `cutoff` or above.
    public func hits(at cutoff: Int) -> Int {
        let limit = Double(cutoff)
        return (ranks.firstIndex { $0 > limit } ?? ranks.endIndex) - ranks.startIndex
    }
}

/// The ranks of the relevant items of many examples.
///
/// Next-item prediction has one relevant item an example; recommendation to a user has a set.
/// Examples with nothing to find are kept, so that rows stay aligned with users.
public struct RelevantRanks: Sendable, Equatable {
    private var ranks: [Double] = []
    private var gains: [Double]?
    private var starts: [Int] = [0]
    private var candidates: [Int] = []

    /// Number of examples.
    public var count: Int { candidates.count }

    /// Creates an empty collection.
    public init() {}

    /// Creates one example for each element of `ranks`, with one relevant item each.
    ///
    /// - Throws: ``MetricError/badRank(_:example:)`` for a rank outside 1…`candidates`.
    public init(nextItem ranks: [Double], candidates: Int) throws(MetricError) {
        for rank in ranks { try append([rank], candidates: candidates) }
    }

    /// Creates one example for each element of `sets`, the ranks of its relevant items.
    ///
    /// - Throws: ``MetricError`` for ranks that cannot be.
    public init(_ sets: [[Double]], candidates: Int) throws(MetricError) {
        for ranks in sets { try append(ranks, candidates: candidates) }
    }

    /// Adds an example.
    ///
    /// - Parameters:
    ///   - ranks: ranks of its relevant items in any order, infinite for items left out of the list.
    ///   - gains: how relevant each of them is, above 0; `nil` when all are equally so.
    ///   - candidates: number of items that were ranked, the relevant ones included.
    /// - Throws: ``MetricError`` for ranks or gains that cannot be.
    public mutating func append(
        _ ranks: [Double], gains: [Double]? = nil, candidates: Int
    ) throws(MetricError) {
        let example = count
        if let gains {
            guard gains.count == ranks.count else {
                throw .lengths("ranks", ranks.count, "gains", gains.count)
            }
            if let bad = gains.first(where: { !($0 > 0 && $0.isFinite) }) {
                throw .badGain(bad, example: example)
            }
        }
        let limit = Double(candidates)
        if let bad = ranks.first(where: { !($0 >= 1 && ($0 <= limit || $0 == .infinity)) }) {
            throw .badRank(bad, example: example)
        }
        let order = ranks.indices.sorted { ranks[$0] < ranks[$1] }
        for (place, index) in order.enumerated() where ranks[index] < Double(place + 1) {
            throw .repeatedRank(ranks[index], example: example)
        }
        if gains != nil, self.gains == nil {
            self.gains = [Double](repeating: 1, count: self.ranks.count)
        }
        self.gains?.append(contentsOf: order.map { gains?[$0] ?? 1 })
        self.ranks.append(contentsOf: order.map { ranks[$0] })
        starts.append(self.ranks.count)
        self.candidates.append(candidates)
    }

    /// Adds an example as ``RankCounter`` returns it.
    ///
    /// - Throws: ``MetricError`` for ranks that cannot be.
    public mutating func append(_ example: RankedExample) throws(MetricError) {
        try append(
            Array(example.ranks), gains: example.gains.map(Array.init),
            candidates: example.candidates)
    }

    /// The example at `index`, from 0.
    public subscript(index: Int) -> RankedExample {
        let range = starts[index]..<starts[index + 1]
        return RankedExample(
            ranks: ranks[range], gains: gains?[range], candidates: candidates[index])
    }
}
