// What every way of attributing predictions to training examples answers.

import NightjarData
import NightjarRuntime
import NightjarTraining

/// A way to say which training examples caused the loss of a target, prepared for one training set.
///
/// Every method has one sign: a score above 0 says that training on the example lowered the target's
/// loss (``SignConvention``). What a method is and where its figures come from goes with its results
/// as ``InfluenceProvenance``.
public protocol InfluenceMethod: Sendable {
    /// What the model learned from.
    var train: TileSource { get }
    /// The method, its settings and its checkpoints.
    var provenance: InfluenceProvenance { get }

    /// What ``scores(_:progress:)`` will do and what it costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)`` when the result alone is too
    ///   large.
    func plan(_ targets: TileSource) throws -> InfluencePlan

    /// Scores of all pairs of training examples and targets.
    ///
    /// A run that is stopped returns the rows that are complete.
    ///
    /// - Throws: ``InfluenceError``, `TensorError`, what reading a checkpoint throws.
    func scores(_ targets: TileSource, progress: ProgressHandler?) throws -> InfluenceMatrix

    /// Scores of all training examples against sets of targets, each set made one target.
    ///
    /// - Throws: as ``scores(_:progress:)``; `Interrupted` when a stopped run has nothing to give.
    func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores]

    /// The score of every training example against itself.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores

    /// The largest and the smallest scores against a target, at least `count` of each where there are
    /// as many.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    func extremes(
        of target: TileSource, count: Int, progress: ProgressHandler?
    ) throws -> [ScoredExample]
}

extension InfluenceMethod {
    /// ``scores(_:progress:)`` without reports.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func scores(_ targets: TileSource) throws -> InfluenceMatrix {
        try scores(targets, progress: nil)
    }

    /// ``selfInfluence(progress:)`` without reports.
    ///
    /// - Throws: as ``selfInfluence(progress:)``.
    public func selfInfluence() throws -> InfluenceScores { try selfInfluence(progress: nil) }

    /// The extremes of the scores of all training examples.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func extremes(
        of target: TileSource, count: Int, progress: ProgressHandler?
    ) throws -> [ScoredExample] {
        let found = try total(target, progress: progress)
        guard !found.isPartial else { throw Interrupted() }
        return found.extremes(count)
    }

    /// One score for each training example against a set of targets made one.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func total(
        _ targets: TileSource, weighting: TargetWeighting = .mean,
        progress: ProgressHandler? = nil
    ) throws -> InfluenceScores {
        try totals([targets], weighting: weighting, progress: progress)[0]
    }

    /// The training examples that helped and hurt one prediction most.
    ///
    /// - Throws: ``InfluenceError/noSuchExample(_:count:)`` and what
    ///   ``totals(_:weighting:progress:)`` throws.
    public func explain(
        _ targets: Examples, index: Int, count: Int, train: some ExplainableSet,
        progress: ProgressHandler? = nil
    ) throws -> Explanation {
        guard index >= 0, index < targets.count else {
            throw InfluenceError.noSuchExample(index, count: targets.count)
        }
        let target = try targets.subset([index])
        let scores = try extremes(of: TileSource(target), count: count, progress: progress)
        return try Explanation(
            scores, train: train, target: target, count: count, sign: provenance.sign)
    }
}
