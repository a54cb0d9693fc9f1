// Methods whose scores are products of gradients.

import NightjarRuntime

/// A method that is a choice of moments, rates and a map between two gradients.
public protocol GradientMethod: InfluenceMethod {
    /// That choice, and the passes that follow from it.
    var scoring: GradientScoring { get }
}

extension GradientMethod {
    /// What the model learned from.
    public var train: TileSource { scoring.train }

    /// The method, its settings and its checkpoints.
    public var provenance: InfluenceProvenance { scoring.provenance }

    /// What ``scores(_:progress:)`` will do and what it costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)`` when the result alone is too
    ///   large.
    public func plan(_ targets: TileSource) throws -> InfluencePlan { try scoring.plan(targets) }

    /// Scores of all pairs of training examples and targets.
    ///
    /// A run that is stopped returns the rows that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, what reading a checkpoint throws.
    public func scores(
        _ targets: TileSource, progress: ProgressHandler?
    ) throws -> InfluenceMatrix {
        try scoring.scores(targets, progress: progress)
    }

    /// Scores of all training examples against sets of targets, each set made one target.
    ///
    /// A run that is stopped returns the contributions of the checkpoints that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, ``Interrupted`` when no checkpoint was
    ///   complete, what reading a checkpoint throws.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        try scoring.totals(sets, weighting: weighting, progress: progress)
    }

    /// The score of every training example against itself.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        try scoring.selfInfluence(progress: progress)
    }
}
