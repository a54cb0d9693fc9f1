// TracIn: influence as the dot product of gradients along training.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// TracIn with checkpoints: which training examples changed the loss of a target, and how.
///
///     TracInCP(z, z′) = Σ_c η_c ∇ℓ(w_c, z)·∇ℓ(w_c, z′)
///
/// over checkpoints c with learning rates η_c. Gradients are exact and of all selected parameters,
/// embeddings included; they are never stored for the training set.
///
/// Source: G. Pruthi, F. Liu, S. Kale and M. Sundararajan, *Estimating training data influence by
/// tracing gradient descent*, NeurIPS 2020.
public struct TracIn: InfluenceMethod {
    /// Moments of training, in their order.
    public let snapshots: [Snapshot]
    /// Parameters whose gradients count.
    public let selection: ParameterSelection
    /// Bytes that a run may hold, results included.
    public let memoryBudget: Int
    /// What the model learned from.
    public let train: TileSource

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
        guard !snapshots.isEmpty else { throw .noCheckpoints }
        guard train.count > 0 else { throw .empty("training examples") }
        self.snapshots = snapshots
        self.train = train
        self.selection = selection
        self.memoryBudget = memoryBudget
    }

    /// TracIn, its parameters and its checkpoints.
    public var provenance: InfluenceProvenance {
        InfluenceProvenance(
            method: "TracIn", settings: ["parameters = \(selection)"],
            checkpoints: snapshots.map(\.name))
    }

    /// Training examples that go through the model together.
    static let tileSize = 256
    /// The same for pairs, when memory allows.
    static let pairTileSize = 1024

    // MARK: - Pairs

    /// What ``scores(_:progress:)`` will do and what it costs.
    ///
    /// - Throws: ``InfluenceError/overBudget(needed:budget:what:)`` when the result alone is too
    ///   large.
    public func plan(_ targets: TileSource) throws -> InfluencePlan {
        let model = try snapshots[0].model()
        let parameters = try selection.parameters(of: model)
        let probe = try train.factors(0..<1, of: model, parameters)
        let asked = targets.count > 0 ? try targets.factors(0..<1, of: model, parameters) : probe
        let shapes = zip(probe.groups, asked.groups).map { GroupShape($0, target: $1) }
        let tableFloats = probe.tables.reduce(0) { $0 + $1.deltas.count }
        let sharedFloats = probe.shared.reduce(0) { $0 + $1.parameter.value.count }
        let perTarget =
            shapes.reduce(0) { $0 + $1.targetBytes } + 4 * (tableFloats + sharedFloats)
        let result = 4 * train.count * targets.count
        // Activations of a tile, roughly: what a target holds once more, and partial sums. A large
        // tile arranges the targets' gradients less often; a small one leaves room for more targets.
        let needed = [Self.pairTileSize, Self.tileSize].map { size in
            let tile = min(size, train.count)
            return (tile: tile, working: tile * (perTarget / 4 + 64 * targets.count))
        }
        let wanted = perTarget * min(targets.count, 64)
        let (tile, working) =
            needed.first { memoryBudget - result - $0.working >= wanted } ?? needed[1]
        let room = memoryBudget - result - working
        guard room >= perTarget else {
            throw InfluenceError.overBudget(
                needed: result + working + perTarget, budget: memoryBudget,
                what: "a matrix of \(train.count) × \(targets.count) scores")
        }
        let block = max(1, min(targets.count, room / max(1, perTarget)))
        var plan = InfluencePlan(
            checkpoints: snapshots.count, trainCount: train.count, targetCount: targets.count,
            parameterCount: parameters.reduce(0) { $0 + $1.value.count }, tile: tile,
            targetBlock: block, bytes: result + working + block * perTarget, flops: 0)
        plan.groups = shapes.map(\.description)
        plan.groups += probe.tables.map {
            "\($0.table.name): rows of equal ids, \($0.deltas.columnCount) values a row"
        }
        plan.groups += probe.shared.map {
            "\($0.parameter.name): written out, \($0.parameter.value.count) values an example"
        }
        let pair = shapes.reduce(0) { $0 + $1.pairFlops } + 2 * Double(sharedFloats)
        let write = shapes.reduce(0) { $0 + $1.writeFlops }
        let pass = 6 * Double(parameters.reduce(0) { $0 + $1.value.count })
        let blocks = Double((targets.count + block - 1) / block)
        plan.flops =
            Double(snapshots.count)
            * (Double(train.count) * (Double(targets.count) * pair + blocks * (write + pass)))
        return plan
    }

    /// Scores of all pairs of training examples and targets.
    ///
    /// A run that is stopped returns the rows that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, what reading a checkpoint throws.
    public func scores(_ targets: TileSource, progress: ProgressHandler?) throws -> InfluenceMatrix
    {
        guard targets.count > 0 else { throw InfluenceError.empty("targets") }
        let plan = try plan(targets)
        let result = try Tensor(repeating: 0, shape: [train.count, targets.count])
        let blocks = targets.tiles(of: plan.targetBlock)
        let meter = ProgressMeter(progress)
        let work = Double(snapshots.count * train.count) * Double(targets.count)
        for (number, snapshot) in snapshots.enumerated() {
            let model = try snapshot.model()
            let parameters = try selection.parameters(of: model)
            for (blockNumber, block) in blocks.enumerated() {
                let factors = try targets.factors(block, of: model, parameters)
                let scorer = PairScorer(targets: try PreparedTargets(factors))
                for tile in train.tiles(of: plan.tile) {
                    if Interruption.isRequested {
                        let isLast =
                            number == snapshots.count - 1 && blockNumber == blocks.count - 1
                        return try partial(result, rows: isLast ? tile.lowerBound : 0)
                    }
                    let scores = try scorer.scores(train.factors(tile, of: model, parameters))
                    guard scores.isFinite else {
                        let owner = try ownerOfNotFinite(tile, block, targets, model, parameters)
                        throw InfluenceError.notFinite(checkpoint: snapshot.name, of: owner)
                    }
                    let rate = Float(snapshot.learningRate)
                    for (place, example) in tile.enumerated() {
                        let line = result.pointer + example * targets.count + block.lowerBound
                        let scored = scores.pointer + place * block.count
                        for column in 0..<block.count { line[column] += rate * scored[column] }
                    }
                    meter.count(
                        Double(tile.count * block.count), of: work, "pairs",
                        task: "tracin checkpoint \(number + 1)/\(snapshots.count)")
                }
            }
        }
        return InfluenceMatrix(scores: result, provenance: provenance, completeRows: train.count)
    }

    /// Whose gradient makes a score of a tile and a block of targets infinite or not a number.
    private func ownerOfNotFinite(
        _ tile: Range<Int>, _ block: Range<Int>, _ targets: TileSource, _ model: any NextItemModel,
        _ parameters: [Parameter]
    ) throws -> String {
        for (source, range, name) in [(train, tile, "example"), (targets, block, "target")] {
            let lengths = try SelfScorer.scores(source.factors(range, of: model, parameters))
            if let bad = lengths.firstIndex(where: { !$0.isFinite }) {
                return "\(name) \(range.lowerBound + bad + 1)"
            }
        }
        return "an example between \(tile.lowerBound + 1) and \(tile.upperBound)"
    }

    /// What a stopped run gives: the rows to which every checkpoint has contributed.
    private func partial(_ scores: Tensor, rows: Int) throws -> InfluenceMatrix {
        try scores.rows(rows..<train.count).fill(.nan)
        return InfluenceMatrix(scores: scores, provenance: provenance, completeRows: rows)
    }

    // MARK: - One score an example

    /// Scores of all training examples against sets of targets, each set made one target.
    ///
    /// Every training example goes through the model once, whatever the number of sets. A run that is
    /// stopped returns the contributions of the checkpoints that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, ``Interrupted`` when no checkpoint was
    ///   complete, what reading a checkpoint throws.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        guard !sets.isEmpty, sets.allSatisfy({ $0.count > 0 }) else {
            throw InfluenceError.empty("targets")
        }
        let passes = Double(sets.reduce(train.count) { $0 + $1.count })
        let meanings = sets.map { "influence on \(weighting.words(count: $0.count))" }
        return try sum(passes: passes, meanings, progress) { name, model, parameters, count in
            let scorers = try sets.map { targets in
                let scorer = try targets.gradientSum(
                    of: model, parameters,
                    weights: { weighting.weight(of: $0, among: targets.count) }, tile: 1024
                ) { tile in
                    try Interruption.check()
                    count(tile.count)
                }
                guard scorer.isFinite else {
                    throw InfluenceError.notFinite(checkpoint: name, of: "the targets together")
                }
                return scorer
            }
            return { factors in try scorers.map { try $0.scores(factors) } }
        }
    }

    /// ‖∇ℓ‖² of all training examples: how much each depends on itself.
    ///
    /// Mislabelled and unusual examples tend to have the largest values.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        let results = try sum(passes: Double(train.count), ["self-influence"], progress) {
            _, _, _, _ in { [try SelfScorer.scores($0)] }
        }
        return results[0]
    }

    /// Σ_c η_c·score_c for each meaning, where `prepare` gives the scoring of tiles at a checkpoint.
    ///
    /// A stopped run gives the checkpoints that were complete.
    private func sum(
        passes: Double, _ meanings: [String], _ progress: ProgressHandler?,
        _ prepare: (String, any NextItemModel, [Parameter], (Int) -> Void) throws ->
            (ExampleFactors) throws -> [[Float]]
    ) throws -> [InfluenceScores] {
        var results = meanings.map { _ in [Double](repeating: 0, count: train.count) }
        var used: [String] = []
        let meter = ProgressMeter(progress)
        let work = passes * Double(snapshots.count)
        do {
            for (number, snapshot) in snapshots.enumerated() {
                let task = "tracin checkpoint \(number + 1)/\(snapshots.count)"
                let model = try snapshot.model()
                let parameters = try selection.parameters(of: model)
                let count = { (examples: Int) in
                    meter.count(Double(examples), of: work, "ex", task: task)
                }
                let score = try prepare(snapshot.name, model, parameters, count)
                var contributions = meanings.map { _ in [Float]() }
                for tile in train.tiles(of: Self.tileSize) {
                    try Interruption.check()
                    let scores = try score(train.factors(tile, of: model, parameters))
                    for index in contributions.indices { contributions[index] += scores[index] }
                    count(tile.count)
                }
                for (index, scores) in contributions.enumerated() {
                    if let bad = scores.firstIndex(where: { !$0.isFinite }) {
                        throw InfluenceError.notFinite(
                            checkpoint: snapshot.name, of: "example \(bad + 1)")
                    }
                    for (example, value) in scores.enumerated() {
                        results[index][example] += snapshot.learningRate * Double(value)
                    }
                }
                used.append(snapshot.name)
            }
        } catch is Interrupted {
            guard !used.isEmpty else { throw Interrupted() }
        }
        return zip(results, meanings).map { values, meaning in
            InfluenceScores(
                values: values.map(Float.init), meaning: meaning,
                provenance: provenance.at(used), isPartial: used.count < snapshots.count)
        }
    }
}
