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
    let name = examples.role.map { "\($0.rawValue) of " } ?? ""
    return try MetricReport(
        metrics, of: ranks, users: examples.users,
        evaluation: EvaluationProtocol(
            split: split ?? "\(name)\(examples.log.name), \(examples.count) examples",
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
    guard examples.count > 0 else { throw TrainingError.noExamples("evaluation") }
    guard options.batchSize >= 1 else {
        throw TrainingError.badOption(
            "evaluation batch size", "\(options.batchSize)", allowed: "a number from 1")
    }
    guard examples.log.itemCount < scorer.classCount else {
        throw TrainingError.tooManyItems(
            data: examples.log.itemCount, model: scorer.classCount - 1)
    }
    let ranking = try BatchRanking(examples, scorer, options)
    let batches = (examples.count - 1) / options.batchSize + 1
    // Threads meet between rounds, where progress is told on the caller's thread.
    let round = scorer.isConcurrent ? 32 : 1
    var parts = [[RankedExample]](repeating: [], count: batches)
    let meter = ProgressMeter(progress)
    for first in stride(from: 0, to: batches, by: round) {
        let numbers = first..<min(first + round, batches)
        try parts.withUnsafeMutableBufferPointer { parts in
            // Each piece writes its own element.
            nonisolated(unsafe) let parts = parts
            try Workers.tryRun(numbers.count) { piece in
                try Interruption.check()
                parts[first + piece] = try ranking.ranks(batch: first + piece)
            }
        }
        let last = min(numbers.upperBound * options.batchSize, examples.count)
        meter.count(
            Double(last - first * options.batchSize), of: Double(examples.count), "ex",
            task: "evaluate")
    }
    var ranks = RelevantRanks()
    for part in parts { for example in part { try ranks.append(example) } }
    return ranks
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

    func ranks(batch number: Int) throws -> [RankedExample] {
        let first = number * options.batchSize
        let last = min(first + options.batchSize, examples.count)
        let batch = try Batch(examples, first..<last)
        var counter = RankCounter(candidates: options.candidates, ties: options.ties)
        var ranks: [RankedExample] = []
        ranks.reserveCapacity(last - first)
        try scorer.forEachExample(of: batch) { place, scores in
            let target = batch.targets[place]
            let seen: ArraySlice<Int32> =
                switch options.candidates.masking {
                case .nothing: []
                case .history: ArraySlice(try examples.history(of: first + place))
                case .seen: try examples.itemsBefore(first + place)
                }
            let example = try seen.withUnsafeBufferPointer { seen in
                guard let sampler else {
                    return try counter.ranking(of: [target], in: scores, seen: seen)
                }
                let negatives = try sampler.negatives(
                    example: first + place, excluding: [target] + seen)
                return try negatives.withUnsafeBufferPointer {
                    try counter.ranking(of: [target], in: scores, among: $0)
                }
            }
            ranks.append(example)
        }
        return ranks
    }
}
