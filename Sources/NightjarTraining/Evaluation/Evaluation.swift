// From a model and examples to a report of metrics.

import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Measures how well a model ranks what users chose next.
///
///     let report = try evaluate(model, on: test, [ReciprocalRank(), Recall(at: 10)])
///
/// - Parameters:
///   - model: the model.
///   - examples: the histories and targets.
///   - metrics: what to measure.
///   - ranking: how targets are ranked.
///   - bootstrap: how intervals are made, by user; `nil` for none.
///   - split: the examples in words for the protocol line; `nil` for the name of their data.
///   - progress: receives reports at most five times a second.
/// - Returns: the metrics, with the value of every example.
/// - Throws: ``TrainingError``, ``MetricError`` for a score that is not a number, and `Interrupted`.
public func evaluate(
    _ model: any NextItemModel, on examples: Examples, _ metrics: [any RankingMetric],
    ranking: RankingOptions = RankingOptions(), bootstrap: Bootstrap? = nil, split: String? = nil,
    progress: ProgressHandler? = nil
) throws -> MetricReport {
    try evaluate(
        model.scorer(), on: examples, metrics, ranking: ranking, bootstrap: bootstrap,
        split: split, progress: progress)
}

/// Measures how well anything that scores items ranks what users chose next.
///
/// Parameters are those of ``evaluate(_:on:_:ranking:bootstrap:split:progress:)`` for models.
///
/// - Throws: ``TrainingError``, ``MetricError`` for a score that is not a number, and `Interrupted`.
public func evaluate(
    _ scorer: any Scorer, on examples: Examples, _ metrics: [any RankingMetric],
    ranking: RankingOptions = RankingOptions(), bootstrap: Bootstrap? = nil, split: String? = nil,
    progress: ProgressHandler? = nil
) throws -> MetricReport {
    let ranks = try rank(examples, with: scorer, ranking, progress: progress)
    // A model of more items than the data has ranks them all, which makes every rank worse.
    let (ranked, known) = (scorer.classCount - 1, examples.log.itemCount)
    let surplus =
        ranked > known && !ranking.candidates.isSampled
        ? ", ranked among \(ranked) items of which the data has \(known)" : ""
    return try MetricReport(
        metrics, of: ranks, users: examples.users,
        evaluation: EvaluationProtocol(
            split: (split ?? examples.evaluationName) + surplus,
            candidates: ranking.candidates, ties: ranking.ties),
        bootstrap: bootstrap)
}

/// The rank of each example's target among the scores of all items.
///
/// Scores are read while they are in the cache; what is held is one batch a thread.
///
/// - Throws: ``TrainingError``, ``MetricError`` for a score that is not a number, and `Interrupted`.
func rank(
    _ examples: Examples, with scorer: any Scorer, _ options: RankingOptions,
    progress: ProgressHandler? = nil
) throws -> RelevantRanks {
    let ranking = try BatchRanking(examples, scorer, options)
    let found = try inBatches(
        of: examples, for: scorer, size: options.batchSize, task: "evaluate", progress
    ) { try ranking.ranks(of: $0) }
    var ranks = RelevantRanks()
    for example in found { try ranks.append(example) }
    return ranks
}

/// What `body` makes of each batch of examples, in order; batches run on several threads if the scorer
/// allows.
///
/// - Throws: ``TrainingError``, `Interrupted`, and what `body` throws.
func inBatches<Element>(
    of examples: Examples, for scorer: any Scorer, size: Int, task: String,
    _ progress: ProgressHandler?, _ body: (Range<Int>) throws -> [Element]
) throws -> [Element] {
    guard examples.count > 0 else { throw TrainingError.noExamples("evaluation") }
    guard size >= 1 else {
        throw TrainingError.badOption(
            "evaluation batch size", "\(size)", allowed: "a number from 1")
    }
    guard examples.log.itemCount < scorer.classCount else {
        throw TrainingError.tooManyItems(
            data: examples.log.itemCount, model: scorer.classCount - 1)
    }
    let batches = (examples.count - 1) / size + 1
    // Threads meet between rounds, where progress is told on the caller's thread.
    let round = scorer.isConcurrent ? 32 : 1
    var parts = [[Element]](repeating: [], count: batches)
    let meter = ProgressMeter(progress)
    for first in stride(from: 0, to: batches, by: round) {
        let numbers = first..<min(first + round, batches)
        try parts.withUnsafeMutableBufferPointer { parts in
            // Each piece writes its own element.
            nonisolated(unsafe) let parts = parts
            try Workers.tryRun(numbers.count) { piece in
                try Interruption.check()
                let start = (first + piece) * size
                parts[first + piece] = try body(start..<min(start + size, examples.count))
            }
        }
        let last = min(numbers.upperBound * size, examples.count)
        meter.count(
            Double(last - first * size), of: Double(examples.count), "ex", task: task)
    }
    return parts.flatMap { $0 }
}

/// Ranks the targets of one batch at a time, on any thread.
private struct BatchRanking {
    let examples: Examples
    let scorer: any Scorer
    let options: RankingOptions
    let sampler: NegativeSampler?

    init(
        _ examples: Examples, _ scorer: any Scorer, _ options: RankingOptions
    ) throws(MetricError) {
        self.examples = examples
        self.scorer = scorer
        self.options = options
        if case .sampled(let count) = options.candidates.pool {
            sampler = try NegativeSampler(
                items: examples.log.itemCount, count: count, seed: options.seed)
        } else {
            sampler = nil
        }
    }

    func ranks(of numbers: Range<Int>) throws -> [RankedExample] {
        let first = numbers.lowerBound
        let batch = try Batch(examples, numbers)
        var counter = RankCounter(candidates: options.candidates, ties: options.ties)
        var ranks: [RankedExample] = []
        ranks.reserveCapacity(numbers.count)
        try scorer.forEachExample(of: batch) { place, scores in
            let target = batch.targets[place]
            let index = first + place
            var seen = try examples.masked(index, options.candidates.masking)
            let isPadded = seen.count < examples.historyLength
            if isPadded, options.candidates.countsPadding, options.candidates.masking == .history {
                seen.append(0)
            }
            let example = try seen.withUnsafeBufferPointer { seen in
                guard let sampler else {
                    return try counter.ranking(of: [target], in: scores, seen: seen)
                }
                let negatives = try sampler.negatives(
                    example: index, excluding: [target] + seen)
                return try negatives.withUnsafeBufferPointer {
                    try counter.ranking(of: [target], in: scores, among: $0)
                }
            }
            ranks.append(example)
        }
        return ranks
    }
}

extension Examples {
    /// The examples in words, for protocol lines.
    var evaluationName: String {
        "\(role.map { "\($0.rawValue) of " } ?? "")\(log.name), \(count) examples"
    }

    /// The items that a masking leaves out of the ranking of an example.
    ///
    /// - Throws: `ExamplesError`.
    func masked(
        _ index: Int, _ masking: CandidateSet.Masking
    ) throws(ExamplesError) -> ArraySlice<Int32> {
        switch masking {
        case .nothing: []
        case .history: ArraySlice(try history(of: index))
        case .seen: try itemsBefore(index)
        }
    }
}
