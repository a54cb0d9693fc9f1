// From one row of scores to the ranks of the relevant items, without sorting the row.

/// Ranks relevant items by counting how many candidates score more.
///
/// Counting needs one pass over the row for each relevant item and no sorting, so its cost is that
/// of reading the scores. One counter serves one thread: it keeps scratch space between rows.
public struct RankCounter: Sendable {
    /// The items that compete.
    public let candidates: CandidateSet
    /// The rank of items with equal scores.
    public let ties: TieRule

    /// The last row in which an item was met, so that a history that repeats an item masks it once.
    private var lastRow: [UInt32] = []
    private var row: UInt32 = 0
    private var masked: [Float] = []

    /// Creates a counter for one candidate set and one tie rule.
    public init(candidates: CandidateSet, ties: TieRule) {
        self.candidates = candidates
        self.ties = ties
    }

    /// Ranks `targets` against all items.
    ///
    /// - Parameters:
    ///   - targets: the relevant items, distinct; they compete even if they are in `seen`.
    ///   - scores: one score for each class; class 0 is padding, class i is item i.
    ///   - seen: the user's history, in any order and with repetitions; 0 is padding, which is left out
    ///     with the items where it counts. Used when the candidate set masks seen items.
    /// - Returns: the ranks of the targets, ascending, and the number of candidates.
    /// - Throws: ``MetricError`` for a score that is not a number, for items that have no score, and
    ///   when the candidate set is a sampled one.
    /// - Complexity: O(classes × targets + seen).
    public mutating func ranking(
        of targets: [Int32], in scores: UnsafeBufferPointer<Float>,
        seen: UnsafeBufferPointer<Int32>
    ) throws(MetricError) -> RankedExample {
        guard !candidates.isSampled else {
            throw .wrongPool(declared: candidates.description, given: "all items")
        }
        try startRow(of: targets, classes: scores.count)
        masked.removeAll(keepingCapacity: true)
        if candidates.masking != .nothing {
            for item in seen where item != 0 {
                if try meet(item) { masked.append(scores[Int(item)]) }
            }
            if candidates.countsPadding, let padding = scores.first, seen.contains(0) {
                masked.append(padding)
            }
        }
        let first = candidates.countsPadding || scores.isEmpty ? 0 : 1
        let rivals = UnsafeBufferPointer(rebasing: scores[first...])
        var tallies: [(score: Float, tally: ScoreTally)] = []
        for target in targets {
            let score = scores[Int(target)]
            var tally = ScoreTally(of: rivals, against: score)
            guard tally.notNumbers == 0 else {
                throw .notANumber(item: scores[first...].firstIndex(where: \.isNaN) ?? 0)
            }
            masked.withUnsafeBufferPointer { tally.remove(ScoreTally(of: $0, against: score)) }
            tallies.append((score, tally))
        }
        return example(tallies, candidates: rivals.count - masked.count)
    }

    /// Ranks `targets` against sampled items.
    ///
    /// - Parameters:
    ///   - targets: the relevant items, distinct.
    ///   - scores: one score for each class; class 0 is padding, class i is item i.
    ///   - negatives: the sampled items, distinct and none of them a target.
    /// - Returns: the ranks of the targets, ascending, and the number of candidates.
    /// - Throws: ``MetricError`` for a score that is not a number, for items that have no score, and
    ///   when the number of negatives is not that of the candidate set.
    public mutating func ranking(
        of targets: [Int32], in scores: UnsafeBufferPointer<Float>,
        among negatives: UnsafeBufferPointer<Int32>
    ) throws(MetricError) -> RankedExample {
        guard candidates.pool == .sampled(negatives: negatives.count) else {
            throw .wrongPool(
                declared: candidates.description, given: "\(negatives.count) sampled items")
        }
        try startRow(of: targets, classes: scores.count)
        var rivals = targets.map { scores[Int($0)] }
        for item in negatives {
            guard try meet(item) else { throw .repeatedItem(Int(item)) }
            rivals.append(scores[Int(item)])
        }
        if let place = rivals.firstIndex(where: \.isNaN) {
            let items = targets + negatives
            throw .notANumber(item: Int(items[place]))
        }
        let tallies = rivals.withUnsafeBufferPointer { rivals in
            rivals.prefix(targets.count).map { ($0, ScoreTally(of: rivals, against: $0)) }
        }
        return example(tallies, candidates: rivals.count)
    }

    /// Marks the targets as met in a new row.
    private mutating func startRow(of targets: [Int32], classes: Int) throws(MetricError) {
        if lastRow.count != classes || row == .max {
            lastRow = [UInt32](repeating: 0, count: classes)
            row = 0
        }
        row += 1
        for target in targets {
            guard try meet(target) else { throw .repeatedItem(Int(target)) }
        }
    }

    /// Marks an item as met; false if it was met in this row before.
    private mutating func meet(_ item: Int32) throws(MetricError) -> Bool {
        guard item > 0, Int(item) < lastRow.count else {
            throw .itemOutOfRange(Int(item), classes: lastRow.count)
        }
        defer { lastRow[Int(item)] = row }
        return lastRow[Int(item)] != row
    }

    /// Turns counts into ranks; relevant items of equal score share out the places of their tie.
    private func example(
        _ tallies: [(score: Float, tally: ScoreTally)], candidates: Int
    ) -> RankedExample {
        let sorted = tallies.count > 1 ? tallies.sorted { $0.score > $1.score } : tallies
        var ranks: [Double] = []
        while ranks.count < sorted.count {
            let (score, tally) = sorted[ranks.count]
            let group = sorted[ranks.count...].prefix { $0.score == score }.count
            for position in 1...group {
                ranks.append(
                    ties.rank(
                        position: position, of: group, tied: tally.equal, greater: tally.greater))
            }
        }
        return RankedExample(ranks: ranks[...], gains: nil, candidates: candidates)
    }
}

/// How the scores of a row compare with one score.
struct ScoreTally: Equatable {
    private(set) var greater: Int
    private(set) var equal: Int
    private(set) var notNumbers: Int

    /// Counts over `scores` in one pass.
    ///
    /// The compiler turns this loop into vector code, which makes it ten times as fast: counters as
    /// wide as a score, `if` rather than `?:`, and three comparisons with the same two operands, of
    /// which only the last holds for what is not a number. A block is short enough that no counter
    /// overflows.
    init(of scores: UnsafeBufferPointer<Float>, against score: Float) {
        (greater, equal, notNumbers) = (0, 0, 0)
        var start = 0
        while start < scores.count {
            let end = min(start + (1 << 20), scores.count)
            var above: Int32 = 0
            var notBelow: Int32 = 0
            var notAtMost: Int32 = 0
            for other in UnsafeBufferPointer(rebasing: scores[start..<end]) {
                if other > score { above &+= 1 }
                if other >= score { notBelow &+= 1 }
                if !(other <= score) { notAtMost &+= 1 }
            }
            greater += Int(above)
            equal += Int(notBelow - above)
            notNumbers += Int(notAtMost - above)
            start = end
        }
    }

    /// Takes away the counts over a part of the row.
    mutating func remove(_ part: ScoreTally) {
        greater -= part.greater
        equal -= part.equal
    }
}
