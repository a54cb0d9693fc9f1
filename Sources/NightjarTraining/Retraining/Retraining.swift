// Training again on parts of the data: the ground truth of attribution.

import FoundationEssentials
import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Synchronization

/// Trains a model anew on each of several subsets, with several seeds, and measures it on targets.
///
///     let retraining = try Retraining(
///         of: [(seed: 1, ModelTemplate(model))], on: train,
///         subsets: .random(50, share: 0.5, of: train.count, seed: 1),
///         FitOptions(epochs: 5), targets: test)
///     let found = try retraining.run()
///
/// Small models cannot keep several threads busy, so models are trained side by side, each on one
/// thread, and end as the same bytes as if they had been trained one after another.
public struct Retraining {
    /// A seed of the order of examples, and the model that begins with it.
    public typealias Start = (seed: UInt64, template: ModelTemplate)

    /// The models to begin with.
    public let starts: [Start]
    /// All training examples.
    public let examples: any TrainingSet
    /// What is learned from in turn.
    public let subsets: Subsets
    /// How models are trained; the seed is that of the start.
    public let options: FitOptions
    /// What trained models are measured on.
    public let targets: Examples
    /// What is measured besides the loss.
    public let metrics: [any RankingMetric]
    /// How targets are ranked.
    public let ranking: RankingOptions
    private let cache: RetrainingCache?
    private let registry: ModelRegistry
    private let common: [SHA256]

    /// Prepares retraining.
    ///
    /// - Parameters:
    ///   - starts: the models to begin with, at least one; figures are averaged over them.
    ///   - examples: all training examples.
    ///   - subsets: what to learn from in turn.
    ///   - options: how to train; always for all epochs, without validation and checkpoints.
    ///   - targets: what trained models are measured on.
    ///   - metrics: what is measured besides the loss.
    ///   - ranking: how targets are ranked.
    ///   - folder: where finished retrainings are kept, to be found again; `nil` for nowhere.
    ///   - registry: builds models that scripts define.
    /// - Throws: ``TrainingError``, `FileError` when the folder cannot be made.
    public init(
        of starts: [Start], on examples: any TrainingSet, subsets: Subsets, _ options: FitOptions,
        targets: Examples, metrics: [any RankingMetric] = [],
        ranking: RankingOptions = RankingOptions(), cache folder: String? = nil,
        registry: ModelRegistry = .builtIn
    ) throws {
        guard !starts.isEmpty else {
            throw TrainingError.badOption("seeds", "none", allowed: "at least one")
        }
        guard subsets.wholeCount == examples.count else {
            throw TrainingError.otherSet(subsets: subsets.wholeCount, examples: examples.count)
        }
        if let empty = subsets.all.firstIndex(where: { $0.count == 0 }) {
            throw TrainingError.emptySubset(number: empty + 1)
        }
        guard targets.count > 0 else { throw TrainingError.noExamples("target") }
        self.starts = starts
        self.examples = examples
        self.subsets = subsets
        self.options = FitOptions(
            epochs: options.epochs, batchSize: options.batchSize, rule: options.rule,
            learningRate: options.learningRate, schedule: options.schedule,
            clipNorm: options.clipNorm, shuffles: options.shuffles)
        self.targets = targets
        self.metrics = metrics
        self.ranking = ranking
        cache = try folder.map { try RetrainingCache(folder: $0) }
        self.registry = registry
        common =
            cache == nil
            ? [] : try Self.digests(starts, examples, self.options, targets, ranking)
        for start in starts {
            try self.options.check(examples, start.template.model(registry))
        }
    }

    /// Number of models to train.
    public var modelCount: Int { subsets.count * starts.count }

    /// Trains and measures all models.
    ///
    /// - Parameter progress: receives reports at most five times a second.
    /// - Returns: the figures; only those of finished models when the user asked to stop.
    /// - Throws: ``TrainingError``, ``MetricError``, `FileError`, `FileFormatError` for a damaged
    ///   file of the cache, or what a model throws.
    public func run(progress: ProgressHandler? = nil) throws -> RetrainingFigures {
        var found = RetrainingFigures(
            metrics, subsets: subsets, seeds: starts.map(\.seed), targets: targets)
        let figures = found.names
        var open: [Job] = []
        for subset in 0..<subsets.count {
            for start in 0..<starts.count {
                let job = Job(subset: subset, start: start)
                let known = try cache?.figures(figures, targets: targets.count, of: key(of: job))
                if let known {
                    found[subset, start] = known
                } else {
                    open.append(job)
                }
            }
        }
        let joint = JointProgress(
            open.map { Double(subsets.all[$0.subset].count * options.epochs) }, progress)
        let results = Results()
        do {
            try forEach(open) { number, job in
                let values = try train(job) { joint.tell(number, $0) }
                if let cache {
                    try cache.write(values, figures, note: note(on: job), of: key(of: job))
                }
                results.add(job, values)
                joint.tell(number)
            }
        } catch is Interrupted {
            // What is finished is the result.
        }
        joint.end()
        for (job, values) in results.all { found[job.subset, job.start] = values }
        return found
    }

    /// One model to train, by the places of its subset and its start.
    private struct Job: Sendable {
        let subset: Int
        let start: Int
    }

    /// Calls `body` for each job, side by side where models allow it.
    private func forEach(_ jobs: [Job], _ body: (Int, Job) throws -> Void) throws {
        if starts.allSatisfy(\.template.runsOnAnyThread) {
            try Workers.sideBySide(jobs.count) { try body($0, jobs[$0]) }
        } else {
            for (number, job) in jobs.enumerated() { try body(number, job) }
        }
    }

    /// Trains one model and measures it.
    private func train(_ job: Job, _ progress: @escaping ProgressHandler) throws -> [[Float]] {
        try Interruption.check()
        let (seed, template) = starts[job.start]
        var options = options
        options.seed = seed
        let model = try template.model(registry)
        let part = try examples.subset(subsets.all[job.subset].kept)
        let run = try fit(model, on: part, options, progress: progress)
        guard run.stop == .finished else { throw Interrupted() }
        var figures = [try losses(of: model, on: targets)]
        if !metrics.isEmpty {
            let report = try evaluate(model, on: targets, metrics, ranking: ranking)
            figures += report.rows.map { $0.values.map(Float.init) }
        }
        return figures
    }

    // MARK: - The cache

    private func note(on job: Job) -> String {
        let subset = subsets.all[job.subset]
        return "seed \(starts[job.start].seed), \(subset.count) of \(examples.count) examples of"
            + " \(DataIdentity(examples)), measured on \(DataIdentity(targets))"
    }

    /// What decides the figures of every subset, for each start.
    private static func digests(
        _ starts: [Start], _ examples: any TrainingSet, _ options: FitOptions, _ targets: Examples,
        _ ranking: RankingOptions
    ) throws -> [SHA256] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = [
            "nightjar retraining 1", Version.current, examples.digest, targets.digest,
            "\(targets.log.itemCount) items, \(options.epochs) epochs",
            "\(ranking.candidates), \(ranking.ties), \(ranking.seed)",
        ].joined(separator: "\n")
        return try starts.map { start in
            var options = options
            options.seed = start.seed
            var hash = SHA256()
            hash.update(data)
            hash.update(Array(try encoder.encode(TrainingRecipe(options))))
            try start.template.hash(into: &hash)
            return hash
        }
    }

    /// The name under which the cache knows a retraining.
    private func key(of job: Job) -> String {
        guard common.indices.contains(job.start) else { return "" }
        var hash = common[job.start]
        // However a subset was named, its bits are the same.
        var bits = [UInt8](repeating: 0, count: (subsets.wholeCount + 7) / 8)
        for example in subsets.all[job.subset].kept { bits[example / 8] |= 1 << UInt8(example % 8) }
        hash.update(bits)
        hash.update(metrics.map { "\($0)" }.joined(separator: "\n"))
        return hash.hexadecimal
    }

    /// Collects what threads find.
    private final class Results: Sendable {
        private let found = Mutex<[(job: Job, values: [[Float]])]>([])

        func add(_ job: Job, _ values: [[Float]]) { found.withLock { $0.append((job, values)) } }

        var all: [(job: Job, values: [[Float]])] { found.withLock { $0 } }
    }
}
