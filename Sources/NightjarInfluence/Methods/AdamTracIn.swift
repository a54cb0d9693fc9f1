// TracIn along the steps that adaptive optimisers take.

import NightjarTensor

/// TracIn in the geometry of the optimiser that trained the model.
///
///     score(z, z′) = Σ_c η_c ⟨∇ℓ(w_c, z), D_c·∇ℓ(w_c, z′)⟩,  D_c = diag(1 / (√v̂_c + ε))
///
/// A step of Adam moves the parameters along D·g, not along g, so plain TracIn weighs parameters that
/// hardly move as much as those that move far. v̂ is the bias-corrected second moment that the
/// checkpoint has kept; Adagrad has the sum of squares in its place.
///
/// Source: the step's geometry as in M. Xia, S. Malladi, S. Gururangan, S. Arora and D. Chen, *LESS:
/// selecting influential data for targeted instruction tuning*, ICML 2024. There the example's own
/// gradient also enters both moments, and scores are cosines of projections; here v̂ stays as it was
/// and momentum is left out, so that scores are linear in the example's gradient and exact.
public struct AdamTracIn: GradientMethod {
    /// The moments with the optimiser's diagonal.
    public let scoring: GradientScoring

    /// Prepares the method for the examples that a model was trained on.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on, or a snapshot does not know
    ///   its optimiser's second moments.
    public init(
        snapshots: [Snapshot], train: TileSource, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws {
        scoring = GradientScoring(
            snapshots: snapshots, train: train, selection: selection, memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: "Adam-TracIn", settings: ["parameters = \(selection)"],
                checkpoints: snapshots.map(\.name)),
            map: GradientScoring.Map(keepsRows: true, cost: Self.cost, make: Self.diagonal))
        try scoring.check()
        // A missing state is told at once, not after the first checkpoints.
        for snapshot in snapshots {
            let model = try snapshot.model()
            for parameter in try selection.parameters(of: model).prefix(1) {
                _ = try snapshot.stepScale(of: parameter)
            }
        }
    }

    /// One multiplication a value, and a matrix as large as the parameters.
    private static func cost(
        _ space: GradientSpace
    ) -> (lines: [String], bytes: Int, flops: Double) {
        (
            ["P: 1 / (√v̂ + ε) of each of \(space.dimension) values"], 4 * space.dimension,
            Double(space.dimension)
        )
    }

    /// D at a moment.
    private static func diagonal(_ moment: Moment) throws -> any Preconditioner {
        var scales: [ObjectIdentifier: Tensor] = [:]
        for parameter in moment.parameters {
            scales[ObjectIdentifier(parameter)] = try moment.snapshot.stepScale(of: parameter)
        }
        let diagonal = try moment.space().diagonal(scales)
        return SpectralPreconditioner(
            blocks: diagonal.map { .init(basis: BlockBasis(), weights: $0) })
    }
}
