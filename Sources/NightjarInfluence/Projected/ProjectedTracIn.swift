// TracIn and gradient similarity from projected gradients.

import CKernels
import NightjarRuntime
import NightjarTensor

/// TracIn, or the cosine of gradients, with projected gradients that were computed before.
///
///     dot:     Σ_c η_c φ_c(z)·φ_c(z′)          as TracInCP, with the error of ``GradientProjection``
///     cosine:  mean over c of the cosine of φ_c(z) and φ_c(z′)
///
/// Against a set of targets, φ(z′) is that of the set's loss. An explanation of one prediction takes
/// the extremes of the projected scores and compares their exact ones.
public struct ProjectedTracIn: InfluenceMethod {
    /// How projected gradients are compared.
    public enum Similarity: String, Sendable, CaseIterable {
        /// Dot products with learning rates: TracIn.
        case dot
        /// The cosine of the angle: the length of a gradient does not count.
        case cosine
    }

    private let targets: FeatureTargets
    private let similarity: Similarity
    private let exact: Int

    /// Prepares scores from projected gradients.
    ///
    /// - Parameters:
    ///   - features: projected gradients of the training examples.
    ///   - similarity: how gradients are compared.
    ///   - exact: candidates of an explanation whose exact TracIn scores are computed; 0 for none, as
    ///     always with cosines.
    ///   - memoryBudget: bytes that a run may hold.
    public init(
        _ features: any GradientFeatures, similarity: Similarity = .dot, exact: Int = 400,
        memoryBudget: Int = 2 << 30
    ) {
        targets = FeatureTargets(features: features, memoryBudget: memoryBudget)
        self.similarity = similarity
        self.exact = similarity == .dot ? max(0, exact) : 0
    }

    private var recipe: FeatureRecipe { targets.recipe }
    /// The training examples of the features.
    public var train: TileSource { recipe.train }

    /// Projected TracIn or Grad-Cos, what it is projected by, its checkpoints.
    public var provenance: InfluenceProvenance {
        InfluenceProvenance(
            method: similarity == .dot ? "projected TracIn" : "projected Grad-Cos",
            settings: recipe.settings, checkpoints: recipe.snapshots.map(\.name))
    }

    /// What scoring all pairs costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)``.
    public func plan(_ targets: TileSource) throws -> InfluencePlan {
        try self.targets.plan(targets)
    }

    /// Scores of all pairs of training examples and targets.
    ///
    /// - Throws: ``InfluenceError``, `Interrupted`, or what reading features throws.
    public func scores(
        _ targets: TileSource, progress: ProgressHandler?
    ) throws -> InfluenceMatrix {
        try self.targets.scores(of: targets, provenance) { result, queries in
            try add(to: result, progress, queries: queries)
        }
    }

    /// One score for each training example against each set of targets.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        try targets.totals(of: sets, weighting, provenance) { result, queries in
            try add(to: result, progress, queries: queries)
        }
    }

    /// ‖φ‖² of every training example with learning rates; 1 for cosines.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        var values = [Double](repeating: 0, count: train.count)
        let dimension = recipe.projection.dimension
        for (checkpoint, snapshot) in recipe.snapshots.enumerated() {
            let rate = similarity == .cosine ? 1 : snapshot.learningRate
            try targets.forEachTile(at: checkpoint) { rows, tile in
                for (place, example) in rows.enumerated() {
                    let own = tile.pointer + place * dimension
                    values[example] += rate * Double(nj_dot(dimension, own, own))
                }
                withExtendedLifetime(tile) {}
            }
        }
        return InfluenceScores(
            values: similarity == .cosine
                ? values.map { $0 > 0 ? 1 : 0 } : values.map { Float($0) },
            meaning: "self-influence", provenance: provenance, isPartial: false)
    }

    /// The extremes of projected scores with their exact ones.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func extremes(
        of target: TileSource, count: Int, progress: ProgressHandler?
    ) throws -> [ScoredExample] {
        let near = try total(target, progress: progress)
            .extremes(exact > 0 ? max(count, (exact + 1) / 2) : count)
        guard exact > 0 else { return near }
        let tracin = try TracIn(
            snapshots: recipe.snapshots, train: train.choosing(near.map(\.example)),
            selection: recipe.selection, memoryBudget: targets.memoryBudget)
        let scores = try tracin.total(target).values
        return zip(near, scores).map { ScoredExample(example: $0.example, score: $1) }
    }

    /// Adds every checkpoint's part of the scores against some queries.
    private func add(
        to result: Tensor, _ progress: ProgressHandler?, queries: (Int) throws -> Tensor
    ) throws {
        let meter = ProgressMeter(progress)
        let dimension = recipe.projection.dimension
        for (checkpoint, snapshot) in recipe.snapshots.enumerated() {
            let queries = try queries(checkpoint)
            switch similarity {
            case .dot:
                let rate = Float(snapshot.learningRate)
                try targets.addProducts(queries, at: checkpoint, to: result) { _, _ in rate }
            case .cosine:
                let share = 1 / Float(recipe.snapshots.count)
                for row in 0..<queries.rowCount {
                    let query = queries.pointer + row * dimension
                    let length = nj_dot(dimension, query, query).squareRoot()
                    if length > 0 { nj_scale(dimension, 1 / length, query, query) }
                }
                try targets.addProducts(queries, at: checkpoint, to: result) { _, features in
                    let length = nj_dot(dimension, features, features).squareRoot()
                    return length > 0 ? share / length : 0
                }
            }
            meter.count(
                Double(train.count), of: Double(train.count * recipe.snapshots.count), "ex",
                task: "scores checkpoint \(checkpoint + 1)/\(recipe.snapshots.count)")
        }
    }
}
