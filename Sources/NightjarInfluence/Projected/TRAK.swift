// TRAK: influence on a linear model of projected gradients.

import CKernels
import NightjarRuntime
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// TRAK, which sees the model as linear in the projected gradients of its output f.
///
///     score(z, z′) = (1/M Σ_m Q_m(z)) · (1/M Σ_m φ_m(z)ᵀ (Φ_mᵀΦ_m + λI)⁻¹ φ_m(z′))
///
/// over M checkpoints, best of runs with several seeds, with φ_m = P_m·∇f, where every checkpoint has
/// a random P_m of its own. Under a softmax, f is the margin
/// log(p/(1−p)) of the target's probability p, so ∇f = −∇ℓ/(1−p) and Q = 1−p. Other losses, and
/// sequences, of which one loss is a sum of many, have no such margin: there f = −ℓ and Q = 1.
///
/// Source: S. M. Park, K. Georgiev, A. Ilyas, G. Leclerc and A. Mądry, *TRAK: Attributing model behavior
/// at scale*, ICML 2023.
public struct TRAK: InfluenceMethod {
    /// The output of the model that is explained.
    public enum Output: String, Sendable, CaseIterable {
        /// log(p/(1−p)) with p = e^−ℓ; for single targets under a softmax.
        case margin
        /// −ℓ.
        case loss
    }

    private let targets: FeatureTargets
    private let output: Output
    private let damping: Double
    /// (ΦᵀΦ + λI)⁻¹ of each checkpoint.
    private let inverses: [Tensor]
    /// The mean of Q, and the factor of each example's features at each checkpoint.
    private let shares: [Float]
    private let factors: [[Float]]

    /// Prepares the linear models of all checkpoints.
    ///
    /// - Parameters:
    ///   - features: projected gradients of the training examples.
    ///   - output: what is explained; the margin where there is one unless given.
    ///   - damping: λ as a share of the mean of ΦᵀΦ's diagonal; 0 as in the paper, which wants more
    ///     examples than dimensions.
    ///   - memoryBudget: bytes that a run may hold.
    ///   - progress: receives reports at most five times a second.
    /// - Throws: ``InfluenceError``, `TensorError` for a matrix that cannot be inverted, `Interrupted`.
    public init(
        _ features: any GradientFeatures, output: Output? = nil, damping: Double = 0.01,
        memoryBudget: Int = 2 << 30, progress: ProgressHandler? = nil
    ) throws {
        guard damping >= 0, damping.isFinite else {
            throw InfluenceError.badOption("damping \(damping)", "choose a number from 0")
        }
        let targets = FeatureTargets(features: features, memoryBudget: memoryBudget)
        self.targets = targets
        self.damping = damping
        let recipe = features.recipe
        let hasMargin = try recipe.moment(0).isLogLikelihood(of: recipe.train)
        guard hasMargin || output != .margin else {
            throw InfluenceError.badOption(
                "output margin",
                "the loss of these examples is not that of one target under a softmax over all"
                    + " items; choose output loss")
        }
        let output = output ?? (hasMargin ? .margin : .loss)
        self.output = output
        let dimension = recipe.projection.dimension
        guard damping > 0 || recipe.train.count >= dimension else {
            throw Self.notInvertible(dimension, damping)
        }
        guard 16 * dimension * dimension <= memoryBudget else {
            throw InfluenceError.overBudget(
                needed: 16 * dimension * dimension, budget: memoryBudget,
                what: "the matrix of \(dimension) × \(dimension) of TRAK")
        }
        let meter = ProgressMeter(progress)
        var inverses: [Tensor] = []
        var factors: [[Float]] = []
        var shares = [Float](repeating: 0, count: recipe.train.count)
        for checkpoint in recipe.snapshots.indices {
            let scales = try features.losses(at: checkpoint).map(output.scale)
            let sum = try Tensor(repeating: 0, shape: [dimension, dimension])
            try targets.forEachTile(at: checkpoint) { rows, tile in
                let scaled = try tile.copy()
                for (place, example) in rows.enumerated() {
                    let row = scaled.pointer + place * dimension
                    nj_scale(dimension, scales[example].feature, row, row)
                }
                BLAS.multiplyInParallel(
                    Matrix(scaled).transposed, Matrix(scaled), into: Matrix(sum), adds: true)
                withExtendedLifetime((scaled, sum)) {}
                meter.count(
                    Double(rows.count), of: Double(recipe.train.count * recipe.snapshots.count),
                    "ex", task: "trak checkpoint \(checkpoint + 1)/\(recipe.snapshots.count)")
            }
            inverses.append(try Self.inverse(of: sum, damping: damping))
            factors.append(scales.map(\.feature))
            for (example, scale) in scales.enumerated() {
                shares[example] += scale.share / Float(recipe.snapshots.count)
            }
        }
        self.inverses = inverses
        self.factors = factors
        self.shares = shares
    }

    /// (A + λI)⁻¹ with λ the given share of the diagonal's mean.
    private static func inverse(of sum: Tensor, damping: Double) throws -> Tensor {
        let dimension = sum.rowCount
        let diagonal = (0..<dimension).map { Double(sum.pointer[$0 * dimension + $0]) }
        let added = Float(damping * diagonal.reduce(0, +) / Double(dimension))
        for place in 0..<dimension { sum.pointer[place * dimension + place] += added }
        guard let inverse = try? sum.inverse(), inverse.isFinite else {
            throw notInvertible(dimension, damping)
        }
        return inverse
    }

    private static func notInvertible(_ dimension: Int, _ damping: Double) -> InfluenceError {
        .badOption(
            "TRAK with \(dimension) dimensions of these examples and damping \(damping)",
            "their matrix has no inverse; choose a damping above 0, such as 0.01, or fewer dimensions"
        )
    }

    private var recipe: FeatureRecipe { targets.recipe }
    /// The training examples of the features.
    public var train: TileSource { recipe.train }

    /// TRAK, its output and damping, what gradients are projected by, its checkpoints.
    public var provenance: InfluenceProvenance {
        InfluenceProvenance(
            method: "TRAK",
            settings: ["output = \(output.rawValue)", "damping = \(damping)"] + recipe.settings,
            checkpoints: recipe.snapshots.map(\.name))
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
        try self.targets.scores(of: targets, provenance, scale: { output.scale($0).feature }) {
            result, queries in
            try add(to: result, progress, queries: queries)
        }
    }

    /// One score for each training example against each set of targets: on the mean or sum of f.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        try targets.totals(
            of: sets, weighting, provenance, output: output.rawValue,
            scale: { output.scale($0).feature }
        ) { result, queries in
            try add(to: result, progress, queries: queries)
        }
    }

    /// The score of every training example against itself: its leverage.
    ///
    /// - Throws: as ``scores(_:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        var values = [Float](repeating: 0, count: train.count)
        let dimension = recipe.projection.dimension
        let count = Float(recipe.snapshots.count)
        for checkpoint in recipe.snapshots.indices {
            try targets.forEachTile(at: checkpoint) { rows, tile in
                let solved = try Tensor(uninitialized: tile.shape)
                BLAS.multiplyInParallel(
                    Matrix(tile), Matrix(inverses[checkpoint]), into: Matrix(solved))
                for (place, example) in rows.enumerated() {
                    let factor = factors[checkpoint][example]
                    let product = nj_dot(
                        dimension, solved.pointer + place * dimension,
                        tile.pointer + place * dimension)
                    values[example] += factor * factor * product * shares[example] / count
                }
                withExtendedLifetime((tile, solved)) {}
            }
        }
        return InfluenceScores(
            values: values, meaning: "self-influence", provenance: provenance, isPartial: false)
    }

    /// Adds every checkpoint's part of the scores against some queries, given as ±∇f projected.
    private func add(
        to result: Tensor, _ progress: ProgressHandler?, queries: (Int) throws -> Tensor
    ) throws {
        let meter = ProgressMeter(progress)
        let count = Float(recipe.snapshots.count)
        for checkpoint in recipe.snapshots.indices {
            let queries = try queries(checkpoint)
            let solved = try Tensor(uninitialized: queries.shape)
            BLAS.multiplyInParallel(
                Matrix(queries), Matrix(inverses[checkpoint]), into: Matrix(solved))
            try targets.addProducts(solved, at: checkpoint, to: result) { example, _ in
                factors[checkpoint][example] * shares[example] / count
            }
            withExtendedLifetime(queries) {}
            meter.count(
                Double(train.count), of: Double(train.count * recipe.snapshots.count), "ex",
                task: "trak scores \(checkpoint + 1)/\(recipe.snapshots.count)")
        }
    }
}

extension TRAK.Output {
    /// What ∇ℓ is multiplied by to get −∇f, and Q, for an example of the given loss.
    ///
    /// Scores multiply two gradients, so that the sign of both does not matter.
    fileprivate func scale(_ loss: Float) -> (feature: Float, share: Float) {
        guard self == .margin else { return (1, 1) }
        // 1 − p; below the least, p was rounded to 1 and the gradient with it.
        let rest = max(-expm1(-loss), 1e-6)
        return (1 / rest, rest)
    }
}
