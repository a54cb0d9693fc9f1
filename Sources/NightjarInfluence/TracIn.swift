// TracIn: influence as the dot product of gradients along training.

import NightjarRuntime

/// TracIn with checkpoints: which training examples changed the loss of a target, and how.
///
///     TracInCP(z, z′) = Σ_c η_c ∇ℓ(w_c, z)·∇ℓ(w_c, z′)
///
/// over checkpoints c with learning rates η_c. Gradients are exact and of all selected parameters,
/// embeddings included; they are never stored for the training set.
///
/// Source: G. Pruthi, F. Liu, S. Kale and M. Sundararajan, *Estimating training data influence by
/// tracing gradient descent*, NeurIPS 2020.
public struct TracIn: GradientMethod {
    /// The moments as they are, with nothing between two gradients.
    public let scoring: GradientScoring

    /// Prepares TracIn for the examples that a model was trained on.
    ///
    /// - Parameters:
    ///   - snapshots: moments of training, usually checkpoints.
    ///   - train: the training examples or sequences.
    ///   - selection: the parameters whose gradients count.
    ///   - memoryBudget: bytes that a run may hold, results included.
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshots: [Snapshot], train: TileSource, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        scoring = GradientScoring(
            snapshots: snapshots, train: train, selection: selection, memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: "TracIn", settings: ["parameters = \(selection)"],
                checkpoints: snapshots.map(\.name)))
        try scoring.check()
    }
}
