// The target side of scores from projected gradients.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Reads the features of targets and multiplies them with those of all training examples.
struct FeatureTargets {
    let features: any GradientFeatures
    let memoryBudget: Int

    var recipe: FeatureRecipe { features.recipe }
    var checkpoints: Int { recipe.snapshots.count }
    private var dimension: Int { recipe.projection.dimension }

    /// What scoring all pairs costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)``.
    func plan(_ targets: TileSource) throws -> InfluencePlan {
        let (train, tile) = (recipe.train.count, min(recipe.block, recipe.train.count))
        let result = 4 * Double(train) * Double(targets.count)
        let working =
            4 * (Double(dimension) + Double(tile)) * Double(targets.count)
            + 6 * Double(tile) * Double(dimension)
        guard result + working <= Double(memoryBudget) else {
            throw InfluenceError.overBudget(
                needed: Int(min(result + working, 1e18)), budget: memoryBudget,
                what: "a matrix of \(train) × \(targets.count) scores")
        }
        var plan = InfluencePlan(
            checkpoints: checkpoints, trainCount: train, targetCount: targets.count,
            parameterCount: dimension, tile: tile, targetBlock: max(1, targets.count),
            bytes: Int(result + working),
            flops: 2 * Double(checkpoints) * Double(train) * Double(targets.count)
                * Double(dimension))
        plan.groups = ["projected gradients: \(dimension) values an example, computed before"]
        return plan
    }

    /// The projected gradients and the losses of targets at a checkpoint.
    private func features(
        of targets: TileSource, at checkpoint: Int
    ) throws -> (features: Tensor, losses: [Float]) {
        try recipe.moment(checkpoint).features(of: targets, 0..<targets.count, named: "target")
    }

    /// One line of weighted sums for each set of targets, shape `[sets, dimension]`.
    private func sums(
        of sets: [TileSource], at checkpoint: Int,
        weight: (_ set: Int, _ target: Int, _ loss: Float) -> Float
    ) throws -> Tensor {
        let sums = try Tensor(repeating: 0, shape: [sets.count, dimension])
        let moment = try recipe.moment(checkpoint)
        for (number, targets) in sets.enumerated() {
            guard targets.count > 0 else { throw InfluenceError.empty("targets") }
            for tile in targets.tiles(of: FeatureRecipe.tile) {
                let found = try moment.features(of: targets, tile, named: "target")
                let weights = try Tensor(
                    zip(tile, found.losses).map { weight(number, $0, $1) }, shape: [1, tile.count])
                let sum = try sums.rows(number..<number + 1)
                BLAS.multiply(
                    Matrix(weights), Matrix(found.features), into: Matrix(sum), adds: true)
                withExtendedLifetime((weights, found.features, sum)) {}
            }
        }
        return sums
    }

    /// Adds to a matrix of scores what all checkpoints say of the queries at each.
    typealias Adding = (_ result: Tensor, _ queries: (_ checkpoint: Int) throws -> Tensor) throws ->
        Void

    /// Scores of all pairs of training examples and targets.
    ///
    /// - Parameters:
    ///   - targets: the targets.
    ///   - provenance: of the scores.
    ///   - scale: what the gradient of a target with some loss counts times.
    ///   - add: the method's own part.
    /// - Returns: the scores.
    /// - Throws: ``InfluenceError``, `Interrupted`, or what reading features throws.
    func scores(
        of targets: TileSource, _ provenance: InfluenceProvenance,
        scale: @escaping (_ loss: Float) -> Float = { _ in 1 }, _ add: Adding
    ) throws -> InfluenceMatrix {
        guard targets.count > 0 else { throw InfluenceError.empty("targets") }
        _ = try plan(targets)
        let result = try Tensor(repeating: 0, shape: [recipe.train.count, targets.count])
        try add(result) { checkpoint in
            let (features, losses) = try features(of: targets, at: checkpoint)
            for (target, loss) in losses.enumerated() {
                let row = features.pointer + target * dimension
                nj_scale(dimension, scale(loss), row, row)
            }
            return features
        }
        return InfluenceMatrix(
            scores: result, provenance: provenance, completeRows: recipe.train.count)
    }

    /// One score for each training example against each set of targets.
    ///
    /// - Throws: as ``scores(of:_:scale:_:)``, whose parameters these are.
    func totals(
        of sets: [TileSource], _ weighting: TargetWeighting, _ provenance: InfluenceProvenance,
        output: String = "loss", scale: @escaping (_ loss: Float) -> Float = { _ in 1 },
        _ add: Adding
    ) throws -> [InfluenceScores] {
        guard !sets.isEmpty else { throw InfluenceError.empty("targets") }
        let result = try Tensor(repeating: 0, shape: [recipe.train.count, sets.count])
        try add(result) { checkpoint in
            try sums(of: sets, at: checkpoint) { set, target, loss in
                weighting.weight(of: target, among: sets[set].count) * scale(loss)
            }
        }
        let values = result.values
        return sets.enumerated().map { set, targets in
            InfluenceScores(
                values: (0..<recipe.train.count).map { values[$0 * sets.count + set] },
                meaning: "influence on \(weighting.words(count: targets.count, of: output))",
                provenance: provenance, isPartial: false)
        }
    }

    /// Calls `body` with the features of each tile of training examples at a checkpoint.
    func forEachTile(
        at checkpoint: Int, _ body: (Range<Int>, Tensor) throws -> Void
    ) throws {
        for rows in recipe.train.tiles(of: recipe.block) {
            try Interruption.check()
            try body(rows, features.rows(rows, at: checkpoint))
        }
    }

    /// φ·qᵀ of all training examples and queries, shape `[train, queries]`, added to `result` with a
    /// weight for each training example.
    func addProducts(
        _ queries: Tensor, at checkpoint: Int, to result: Tensor,
        weight: (_ example: Int, _ features: UnsafePointer<Float>) -> Float
    ) throws {
        let columns = queries.rowCount
        try forEachTile(at: checkpoint) { rows, tile in
            let products = try Tensor(uninitialized: [rows.count, columns])
            BLAS.multiplyInParallel(
                Matrix(tile), Matrix(queries).transposed, into: Matrix(products))
            for (place, example) in rows.enumerated() {
                let scale = weight(example, tile.pointer + place * dimension)
                let line = result.pointer + example * columns
                let product = products.pointer + place * columns
                for column in 0..<columns { line[column] += scale * product[column] }
            }
            withExtendedLifetime((tile, queries, products)) {}
        }
    }
}
