// The lists that a model would show.

import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime

/// The items with the highest scores for each example, best first; of equal scores the smaller number.
///
/// - Parameters:
///   - scorer: what scores items.
///   - examples: the histories; what they ask for does not matter.
///   - cutoff: items in a list.
///   - masking: items that are not recommended again.
///   - batchSize: examples that go through a model together.
///   - split: the examples in words for the protocol line; `nil` for the name of their data.
///   - progress: receives reports at most five times a second.
/// - Returns: the lists, shorter than `cutoff` where fewer items are left.
/// - Throws: ``TrainingError``, ``MetricError`` for a score that is not a number, and `Interrupted`.
public func recommend(
    _ scorer: any Scorer, for examples: Examples, cutoff: Int,
    masking: CandidateSet.Masking = .seen, batchSize: Int = 128, split: String? = nil,
    progress: ProgressHandler? = nil
) throws -> RecommendedLists {
    let candidates = try CandidateSet(masking: masking)
    let items = examples.log.itemCount
    let lists = try inBatches(
        of: examples, for: scorer, size: batchSize, task: "recommend", progress
    ) { numbers in
        var lists: [[Int32]] = []
        var isMasked = [Bool](repeating: false, count: items + 1)
        try scorer.forEachExample(of: Batch(examples, numbers)) { place, scores in
            let seen = try examples.masked(numbers.lowerBound + place, masking)
            for item in seen { isMasked[Int(item)] = true }
            var top = TopItems(cutoff)
            for item in 1...max(1, items) where item <= items && !isMasked[item] {
                try top.offer(item, scores[item])
            }
            for item in seen { isMasked[Int(item)] = false }
            lists.append(top.items)
        }
        return lists
    }
    return try RecommendedLists(
        lists, users: examples.users, itemCount: items, cutoff: cutoff,
        evaluation: EvaluationProtocol(
            split: split ?? examples.evaluationName, candidates: candidates, ties: .average))
}

/// The items with the highest scores among those offered in ascending order.
private struct TopItems {
    private let capacity: Int
    private var found: [(item: Int32, score: Float)] = []

    init(_ capacity: Int) { self.capacity = capacity }

    var items: [Int32] { found.map(\.item) }

    mutating func offer(_ item: Int, _ score: Float) throws(MetricError) {
        if score.isNaN { throw .notANumber(item: item) }
        if found.count == capacity {
            guard let last = found.last, score > last.score else { return }
            found.removeLast()
        }
        var place = found.count
        while place > 0, found[place - 1].score < score { place -= 1 }
        found.insert((Int32(item), score), at: place)
    }
}
