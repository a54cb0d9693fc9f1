// A search in a store of runs.

import NightjarData
import NightjarRuntime

/// A search whose evaluations are runs of one experiment, which bears the search's name.
///
/// What was done is read from the store, so a search that was stopped or killed at any point goes on
/// with the proposals that it would have made. Only whole evaluations count: one that was cut off is
/// done again.
///
///     let search = try RecordedSearch("lstm on ml-1m", setup, store: store)
///     while let evaluation = search.next(of: 50) {
///         let run = try search.start(evaluation)
///         try search.finish(evaluation, run, value: objective(evaluation.setting))
///     }
public final class RecordedSearch {
    /// The search's name, and that of the experiment.
    public let name: String
    /// Where its runs are recorded.
    public let store: RunStore
    /// What was done, and what comes next.
    public private(set) var plan: SearchPlan
    /// The run of each trial's last evaluation.
    private var runs: [Int: String] = [:]
    private let digest: String

    /// The metric of a run that holds the objective's value.
    public static let valueMetric = "value"

    private enum Tag {
        static let setup = "search.setup"
        static let trial = "search.trial"
        static let rung = "search.rung"
        static let failure = "search.failure"
        static let refit = "search.refit"
    }

    /// Begins a search, or goes on with the one of this name in the store.
    ///
    /// - Throws: ``SearchError`` when the search in the store is another one, or under way in another
    ///   process; ``RunStoreError``.
    public init(_ name: String, _ setup: SearchSetup, store: RunStore) throws {
        try RunText.check(name: name, of: "search")
        self.name = name
        self.store = store
        plan = SearchPlan(setup)
        digest = SHA256(setup.canonicalText).hexadecimal
        try replay()
    }

    /// The setup.
    public var setup: SearchSetup { plan.setup }

    /// What to evaluate next; `nil` when as many trials as given are done and none is to go on.
    public func next(of count: Int) -> SearchPlan.Evaluation? { plan.next(of: count) }

    /// Id of the run of a trial's last evaluation.
    public func runID(ofTrial number: Int) -> String? { runs[number] }

    /// The budget of an evaluation, where budgets differ.
    public func budget(of evaluation: SearchPlan.Evaluation) -> Int? {
        setup.halving.map { $0.budgets[min(evaluation.rung, $0.budgets.count - 1)] }
    }

    /// A seed for the randomness of a trial, the same with every budget.
    public func seed(ofTrial number: Int) -> Int {
        var stream = RandomStream(seed: setup.seed, "trial seeds").split("trial \(number)")
        return stream.below(1 << 31)
    }

    /// A folder for what a trial or a refit leaves, such as checkpoints to go on from.
    ///
    /// Searches of other setups have other folders.
    public func folder(_ name: String) -> String {
        let plain = self.name.map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
        }
        return "\(store.folder)/search/\(String(plain.prefix(60)))-\(digest.prefix(8))/\(name)"
    }

    // MARK: - Recording

    /// Begins the run of an evaluation.
    ///
    /// - Parameters:
    ///   - evaluation: what ``next(of:)`` gave.
    ///   - description: the script and the tags that the run bears besides those of the search.
    /// - Returns: the run.
    /// - Throws: ``RunStoreError``, or `FileError`.
    public func start(
        _ evaluation: SearchPlan.Evaluation, _ description: RunDescription = RunDescription()
    ) throws -> Run {
        let budget = budget(of: evaluation).map { " with \($0)" } ?? ""
        return try start(
            "trial \(evaluation.trial)\(budget)", evaluation.setting, description,
            tags: [(Tag.trial, "\(evaluation.trial)"), (Tag.rung, "\(evaluation.rung)")])
    }

    /// Begins a run that repeats the best trial with another seed.
    ///
    /// - Throws: ``RunStoreError``, or `FileError`.
    public func startRefit(
        of trial: SearchPlan.Trial, seed: Int, _ description: RunDescription = RunDescription()
    ) throws -> Run {
        try start(
            "refit of trial \(trial.number), seed \(seed)", trial.setting, description,
            tags: [(Tag.trial, "\(trial.number)"), (Tag.refit, "\(seed)")])
    }

    private func start(
        _ runName: String, _ setting: [SearchValue], _ description: RunDescription,
        tags: [(key: String, value: String)]
    ) throws -> Run {
        var description = description
        description.experiment = name
        description.name = runName
        description.parameters = setup.space.named(setting).map { ($0.key, $0.value.description) }
        description.tags += [(Tag.setup, digest)] + tags
        return try store.start(description)
    }

    /// Ends the run of an evaluation that gave a value; one that is no finite number is a failure.
    ///
    /// - Throws: ``RunStoreError``.
    public func finish(
        _ evaluation: SearchPlan.Evaluation, _ run: Run, value: Double, step: Int
    ) throws {
        guard value.isFinite else {
            return try fail(
                evaluation, run, reason: "the value is \(value.isNaN ? "not a number" : "infinite")"
            )
        }
        try run.log([Self.valueMetric: value], step: step)
        try run.finish(.finished)
        take(evaluation, run.id, value)
    }

    /// Ends the run of an evaluation that failed; the search goes on.
    ///
    /// - Throws: ``RunStoreError``.
    public func fail(
        _ evaluation: SearchPlan.Evaluation, _ run: Run, reason: String
    ) throws {
        try run.set(tag: Tag.failure, to: reason.shortened(to: 1000))
        try run.finish(.failed)
        take(evaluation, run.id, nil)
    }

    private func take(_ evaluation: SearchPlan.Evaluation, _ run: String, _ value: Double?) {
        plan.record(value, for: evaluation)
        runs[evaluation.trial] = run
    }

    // MARK: - Going on

    /// Takes what the store has of the search, in the order in which it was done.
    private func replay() throws {
        for record in try store.runs(RunQuery(experiment: name, ascending: true)) {
            guard let found = record.tag(Tag.setup) else { continue }
            guard found == digest else {
                throw SearchError.otherSearch(name, store: store.folder)
            }
            if record.status == .running {
                throw SearchError.inUse(name, run: record.shortID)
            }
            guard record.tag(Tag.refit) == nil,
                let trial = record.tag(Tag.trial).flatMap({ Int($0) }),
                let rung = record.tag(Tag.rung).flatMap({ Int($0) })
            else { continue }
            // An error of the script may have ended the run as failed; a trial that failed says why.
            let hasFailed = record.status == .failed && record.tag(Tag.failure) != nil
            let value = record.status == .finished ? record.metric(Self.valueMetric) : nil
            guard hasFailed || value != nil else { continue }
            let setting = try setup.space.setting { record.parameter($0) }
            take(.init(trial: trial, rung: rung, setting: setting), record.id, value)
        }
    }
}
