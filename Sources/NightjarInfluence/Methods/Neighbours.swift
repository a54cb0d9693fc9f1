// Nearest neighbours: the baseline that asks what looks alike, not what caused what.

import CKernels
import NightjarRuntime
import NightjarTensor

/// How alike a training example and a target are to the model.
///
///     score(z, z′) = similarity(v(z), v(z′))
///
/// with v the state before the output layer, for a sequence the mean over the steps that predict an
/// item, or the gradient of the loss. A baseline: it knows nothing of what training did, and a
/// negative score says "unlike" rather than "harmful".
///
/// Sources: G. Charpiat et al., NeurIPS 2019, for gradients; K. Hanawa, S. Yokoi, S. Hara and K. Inui,
/// *Evaluation of similarity-based explanations*, ICLR 2021, for both.
public struct Neighbours: InfluenceMethod {
    /// What is compared.
    public enum Space: String, Sendable, CaseIterable {
        /// The state before the output layer.
        case state
        /// The gradient of the loss by the selected parameters.
        case gradient
    }

    /// How it is compared.
    public enum Similarity: String, Sendable, CaseIterable {
        /// ⟨v, v′⟩ / (‖v‖·‖v′‖); 0 where one is 0.
        case cosine
        /// ⟨v, v′⟩.
        case dot
        /// 1 / (1 + ‖v − v′‖), above 0.
        case euclidean
    }

    /// What is compared.
    public let space: Space
    /// How it is compared.
    public let similarity: Similarity
    /// What the model learned from.
    public let train: TileSource
    private let scoring: GradientScoring
    private let states = Kept<Tensor>()

    /// Targets that meet all training examples at a time for a total.
    private static let blockSize = 256

    /// Prepares the method.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, space: Space = .state,
        similarity: Similarity = .cosine, selection: ParameterSelection = .all,
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        self.space = space
        self.similarity = similarity
        self.train = train
        let parameters = space == .gradient ? ["parameters = \(selection)"] : []
        scoring = GradientScoring(
            snapshots: [snapshot.atRate(1)], train: train, selection: selection,
            memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: "nearest neighbours",
                settings: ["space = \(space.rawValue)", "similarity = \(similarity.rawValue)"]
                    + parameters,
                checkpoints: [snapshot.name], sign: .likeness),
            scale: similarity == .cosine ? .lengths : similarity == .dot ? .none : .distance)
        try scoring.check()
    }

    /// What is compared and how, and the checkpoint.
    public var provenance: InfluenceProvenance { scoring.provenance }

    /// What comparing all pairs takes.
    ///
    /// - Throws: ``InfluenceError``, what reading the checkpoint throws.
    public func plan(_ targets: TileSource) throws -> InfluencePlan {
        guard space == .state else { return try scoring.plan(targets) }
        let moment = try scoring.moment(0, nil)
        let width = try moment.states(train, 0..<1).rows.columnCount
        var plan = InfluencePlan(
            checkpoints: 1, trainCount: train.count, targetCount: targets.count,
            parameterCount: 0, tile: min(GradientScoring.pairTileSize, train.count),
            targetBlock: max(1, targets.count),
            bytes: 4 * (train.count + targets.count) * width + 4 * train.count * targets.count,
            flops: 2 * Double(train.count) * Double(targets.count) * Double(width))
        plan.groups = ["states of \(width) values, one for each example"]
        return plan
    }

    /// How alike all pairs of training examples and targets are.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, what reading a checkpoint throws.
    public func scores(
        _ targets: TileSource, progress: ProgressHandler?
    ) throws -> InfluenceMatrix {
        guard space == .state else { return try scoring.scores(targets, progress: progress) }
        guard targets.count > 0 else { throw InfluenceError.empty("targets") }
        let needed = 4 * train.count * targets.count
        guard needed <= scoring.memoryBudget else {
            throw InfluenceError.overBudget(
                needed: needed, budget: scoring.memoryBudget,
                what: "a matrix of \(train.count) × \(targets.count) scores")
        }
        let moment = try scoring.moment(0, progress)
        let own = try trainingStates(moment)
        let other = try Self.means(moment.stateTable(targets, 0..<targets.count, constant: false))
        let scores = try own.linear(other)
        try scores.rescale(scoring.scale, rows: Self.squares(own), columns: Self.squares(other))
        return InfluenceMatrix(
            scores: scores, provenance: provenance, completeRows: train.count)
    }

    /// The weighted sum of the similarities with the targets of each set.
    ///
    /// - Throws: as ``scores(_:progress:)``; ``Interrupted`` when the run is stopped.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        guard !sets.isEmpty, sets.allSatisfy({ $0.count > 0 }) else {
            throw InfluenceError.empty("targets")
        }
        return try sets.map { targets in
            var sums = [Double](repeating: 0, count: train.count)
            for block in targets.tiles(of: Self.blockSize) {
                try Interruption.check()
                let found = try scores(targets.choosing(Array(block)), progress: progress)
                guard !found.isPartial else { throw Interrupted() }
                let weights = block.map { Double(weighting.weight(of: $0, among: targets.count)) }
                found.scores.withUnsafeValues { scores in
                    for example in sums.indices {
                        for (column, weight) in weights.enumerated() {
                            sums[example] += weight * Double(scores[example * block.count + column])
                        }
                    }
                }
            }
            return InfluenceScores(
                values: sums.map(Float.init),
                meaning: "similarity, as for \(weighting.words(count: targets.count))",
                provenance: provenance, isPartial: false)
        }
    }

    /// How alike each training example is to itself: 1, or ‖v‖² for dot products.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        guard space == .state else { return try scoring.selfInfluence(progress: progress) }
        let squares = try Self.squares(trainingStates(scoring.moment(0, progress)))
        let values = squares.map { scoring.scale.ofItself(squared: $0) }
        return InfluenceScores(
            values: values, meaning: "self-influence", provenance: provenance, isPartial: false)
    }

    private func trainingStates(_ moment: Moment) throws -> Tensor {
        try states.value {
            let meter = ProgressMeter(moment.progress)
            return try Self.means(
                moment.stateTable(train, 0..<train.count, constant: false) {
                    meter.count(Double($0), of: Double(train.count), "ex", task: "states")
                })
        }
    }

    /// The mean row of each example; zeros for one that predicts nothing.
    private static func means(_ table: StateTable) throws(TensorError) -> Tensor {
        let width = table.rows.columnCount
        let result = try Tensor(repeating: 0, shape: [table.examples, width])
        for example in 0..<table.examples {
            let own = table.starts[example]..<table.starts[example + 1]
            for row in own {
                nj_axpy(
                    width, 1 / Float(own.count), table.rows.pointer + row * width,
                    result.pointer + example * width)
            }
        }
        withExtendedLifetime(table) {}
        return result
    }

    private static func squares(_ rows: Tensor) throws(TensorError) -> [Float] {
        try rows.rowDot(rows).values
    }
}
