// Projected gradients of a training set, wherever they are kept.

import NightjarRuntime
import NightjarTensor

/// Projected gradients of all training examples at some checkpoints, computed once.
public protocol GradientFeatures: AnyObject, Sendable {
    /// What they were computed from.
    var recipe: FeatureRecipe { get }
    /// Projected gradients of some examples at a checkpoint, shape `[examples, dimension]`; the range
    /// begins at a multiple of the recipe's `block` and is not longer.
    func rows(_ range: Range<Int>, at checkpoint: Int) throws -> Tensor
    /// The loss of each example at a checkpoint.
    func losses(at checkpoint: Int) throws -> [Float]
}

/// Projected gradients in memory.
public final class MemoryFeatures: GradientFeatures {
    /// What they were computed from.
    public let recipe: FeatureRecipe
    private let features: [Tensor]
    private let losses: [[Float]]

    /// Computes the projected gradients of a training set.
    ///
    /// - Parameters:
    ///   - recipe: of what.
    ///   - memoryBudget: bytes that they may take.
    ///   - progress: receives reports at most five times a second.
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)``, `Interrupted`, or what computing
    ///   gradients throws.
    public init(
        _ recipe: FeatureRecipe, memoryBudget: Int = 2 << 30, progress: ProgressHandler? = nil
    ) throws {
        // In floating point, as the product of the sizes may not fit an integer.
        let needed =
            4 * Double(recipe.snapshots.count) * Double(recipe.train.count)
            * Double(recipe.projection.dimension)
        guard needed <= Double(memoryBudget) else {
            throw InfluenceError.overBudget(
                needed: Int(min(needed, 1e18)), budget: memoryBudget,
                what: "\(recipe.train.count) projected gradients at \(recipe.snapshots.count)"
                    + " checkpoints in memory")
        }
        self.recipe = recipe
        let meter = ProgressMeter(progress)
        let work = Double(recipe.train.count * recipe.snapshots.count)
        var features: [Tensor] = []
        var losses: [[Float]] = []
        for checkpoint in recipe.snapshots.indices {
            let task = "features checkpoint \(checkpoint + 1)/\(recipe.snapshots.count)"
            let found = try recipe.moment(checkpoint).features(
                of: recipe.train, 0..<recipe.train.count
            ) { meter.count(Double($0), of: work, "ex", task: task) }
            features.append(found.features)
            losses.append(found.losses)
        }
        self.features = features
        self.losses = losses
    }

    /// A view of some rows.
    ///
    /// - Throws: `TensorError` for rows that do not exist.
    public func rows(_ range: Range<Int>, at checkpoint: Int) throws -> Tensor {
        try features[checkpoint].rows(range)
    }

    /// The loss of each example at a checkpoint.
    public func losses(at checkpoint: Int) -> [Float] { losses[checkpoint] }
}
