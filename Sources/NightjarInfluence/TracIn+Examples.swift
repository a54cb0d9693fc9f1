// The questions that users ask, about examples of a data set.

import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor
import NightjarTraining

extension TracIn {
    /// Prepares TracIn for the examples that a model was trained on.
    ///
    /// - Parameters:
    ///   - snapshots: moments of training, usually checkpoints.
    ///   - train: the training examples or sequences.
    ///   - selection: the parameters whose gradients count.
    ///   - memoryBudget: bytes that a run may hold, results included.
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshots: [Snapshot], train: some TrainingSet, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        try self.init(
            snapshots: snapshots, train: TileSource(train), selection: selection,
            memoryBudget: memoryBudget)
    }

    /// What ``pairs(_:progress:)`` will do and what it costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)`` when the result alone is too
    ///   large.
    public func plan(_ targets: Examples) throws -> InfluencePlan {
        try plan(TileSource(targets))
    }

    /// Scores of all pairs of training examples and targets.
    ///
    /// A run that is stopped returns the rows that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, what reading a checkpoint throws.
    public func pairs(
        _ targets: Examples, progress: ProgressHandler? = nil
    ) throws -> InfluenceMatrix {
        try pairs(TileSource(targets), progress: progress)
    }

    /// One score for each training example against a set of targets made one.
    ///
    /// A run that is stopped returns the contributions of the checkpoints that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, ``Interrupted`` when no checkpoint was
    ///   complete, what reading a checkpoint throws.
    public func total(
        _ targets: Examples, weighting: TargetWeighting = .mean, progress: ProgressHandler? = nil
    ) throws -> InfluenceScores {
        try totals([targets], weighting: weighting, progress: progress)[0]
    }

    /// The same for several sets of targets in one pass over the training examples.
    ///
    /// - Throws: as ``total(_:weighting:progress:)``.
    public func totals(
        _ sets: [Examples], weighting: TargetWeighting = .mean, progress: ProgressHandler? = nil
    ) throws -> [InfluenceScores] {
        try totals(sets.map { TileSource($0) }, weighting: weighting, progress: progress)
    }

    /// The training examples that helped and hurt one prediction most.
    ///
    /// - Throws: ``InfluenceError/noSuchExample(_:count:)`` and what ``total(_:weighting:progress:)``
    ///   throws.
    public func explain(
        _ targets: Examples, index: Int, count: Int, train: some ExplainableSet,
        progress: ProgressHandler? = nil
    ) throws -> Explanation {
        guard index >= 0, index < targets.count else {
            throw InfluenceError.noSuchExample(index, count: targets.count)
        }
        let target = try targets.subset([index])
        let scores = try total(target, progress: progress)
        return try Explanation(scores, train: train, target: target, count: count)
    }
}

extension TileSource {
    /// Reads tiles of a set of examples.
    init(_ examples: some TrainingSet) {
        self.init(count: examples.count) { try examples.batch($0) }
    }
}
