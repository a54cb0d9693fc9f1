// What influence runs give.

import NightjarTensor

/// One score for each training example.
public struct InfluenceScores: Sendable {
    /// Scores in the order of the training examples.
    public let values: [Float]
    /// What was asked, in words.
    public let meaning: String
    /// How it was answered.
    public let provenance: InfluenceProvenance
    /// Whether the run was stopped before the last checkpoint.
    public let isPartial: Bool

    /// The numbers of the `count` largest scores, largest first; ties go to the earlier example.
    public func highest(_ count: Int) -> [Int] { ordered(count) { $0 > $1 } }

    /// The numbers of the `count` smallest scores, smallest first; ties go to the earlier example.
    public func lowest(_ count: Int) -> [Int] { ordered(count) { $0 < $1 } }

    /// The `count` largest and the `count` smallest scores, each example once.
    func extremes(_ count: Int) -> [ScoredExample] {
        Set(highest(count) + lowest(count)).sorted().map {
            ScoredExample(example: $0, score: values[$0])
        }
    }

    private func ordered(_ count: Int, _ precedes: (Float, Float) -> Bool) -> [Int] {
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            values[left] == values[right]
                ? left < right : precedes(values[left], values[right])
        }
        guard count > 0, count <= min(1024, values.count / 16) else {
            return Array(values.indices.sorted(by: isBefore).prefix(max(0, count)))
        }
        // Few of many: almost every example is behind the last of those found so far.
        var first: [Int] = []
        first.reserveCapacity(count + 1)
        for example in values.indices {
            if first.count == count {
                guard isBefore(example, first[count - 1]) else { continue }
                first.removeLast()
            }
            var place = 0..<first.count
            while !place.isEmpty {
                let middle = place.lowerBound + place.count / 2
                place =
                    isBefore(example, first[middle])
                    ? place.lowerBound..<middle : middle + 1..<place.upperBound
            }
            first.insert(example, at: place.lowerBound)
        }
        return first
    }
}

/// A training example with its score.
public struct ScoredExample: Sendable, Equatable {
    /// Its number among the training examples, from 0.
    public let example: Int
    /// Its influence score.
    public let score: Float
}

/// One score for each pair of a training example and a target.
public struct InfluenceMatrix: Sendable {
    /// Scores, shape `[train, targets]`; rows that were not reached hold not-a-number.
    public let scores: Tensor
    /// How they were computed.
    public let provenance: InfluenceProvenance
    /// Rows to which every checkpoint of the provenance has contributed.
    public let completeRows: Int
    /// Whether the run was stopped before its end.
    public let isPartial: Bool

    /// Creates a matrix; one that lacks rows is partial in any case.
    init(
        scores: Tensor, provenance: InfluenceProvenance, completeRows: Int, isPartial: Bool = false
    ) {
        self.scores = scores
        self.provenance = provenance
        self.completeRows = completeRows
        self.isPartial = isPartial || completeRows < scores.rowCount
    }
}
