// Grad-Dot and Grad-Cos: dot products of gradients at one moment.

import NightjarRuntime

/// The dot product of two gradients at one moment of training.
///
///     score(z, z′) = ⟨∇ℓ(w, z), ∇ℓ(w, z′)⟩
///
/// TracIn with one checkpoint and a rate of 1, and what influence functions become when curvature is
/// the identity.
///
/// Source: G. Charpiat, N. Girard, L. Felardos and Y. Tarabalka, *Input similarity from the neural
/// network perspective*, NeurIPS 2019.
public struct GradDot: GradientMethod {
    /// One moment at a rate of 1.
    public let scoring: GradientScoring

    /// Prepares the method for the examples that a model was trained on.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        scoring = GradientScoring(
            snapshots: [snapshot.atRate(1)], train: train, selection: selection,
            memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: "Grad-Dot", settings: ["parameters = \(selection)"],
                checkpoints: [snapshot.name]))
        try scoring.check()
    }
}

/// The cosine of two gradients at one moment of training.
///
///     score(z, z′) = ⟨∇ℓ(w, z), ∇ℓ(w, z′)⟩ / (‖∇ℓ(w, z)‖·‖∇ℓ(w, z′)‖)
///
/// so that examples with large gradients are not proponents of everything. A total is the cosine with
/// the gradient of the targets' joint loss, not a mean of cosines. An example whose gradient is 0 has
/// scores of 0, and any other a score of 1 with itself.
///
/// Source: as ``GradDot``.
public struct GradCos: GradientMethod {
    /// One moment, with both lengths divided out.
    public let scoring: GradientScoring

    /// Prepares the method for the examples that a model was trained on.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        scoring = GradientScoring(
            snapshots: [snapshot.atRate(1)], train: train, selection: selection,
            memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: "Grad-Cos", settings: ["parameters = \(selection)"],
                checkpoints: [snapshot.name]),
            scale: .lengths)
        try scoring.check()
    }
}
