// The passes over training examples that all methods on gradients share.

import CKernels
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Scores that are products of gradients.
///
///     score(z, z′) = Σ_c η_c ⟨∇ℓ(w_c, z), P_c·∇ℓ(w_c, z′)⟩
///
/// over moments c of training. A method chooses the moments, their rates η and the map P; without one
/// examples and targets meet in factored form.
public struct GradientScoring: Sendable {
    /// How P is made at each moment.
    struct Map: Sendable {
        /// Whether P leaves apart the rows of tables: then a target keeps those alone that it touches.
        let keepsRows: Bool
        /// What P is and costs, for the plan: lines, bytes and operations for one target.
        let cost: @Sendable (GradientSpace) throws -> (lines: [String], bytes: Int, flops: Double)
        /// P.
        let make: @Sendable (Moment) throws -> any Preconditioner
    }

    let snapshots: [Snapshot]
    let train: TileSource
    let selection: ParameterSelection
    let memoryBudget: Int
    let provenance: InfluenceProvenance
    var scale = ProductScale.none
    var map: Map?

    /// What progress reports call the work.
    private var task: String { provenance.method.lowercased() }

    /// Training examples that go through the model together.
    static let tileSize = 256
    /// The same for pairs, when memory allows.
    static let pairTileSize = 1024
    /// Targets whose whole gradients exist at a time while they are mapped.
    private static let targetTile = 64

    /// Refuses a question about nothing.
    ///
    /// - Throws: ``InfluenceError/noCheckpoints``, ``InfluenceError/empty(_:)``.
    func check() throws(InfluenceError) {
        guard !snapshots.isEmpty else { throw .noCheckpoints }
        guard train.count > 0 else { throw .empty("training examples") }
    }

    /// A moment with its model.
    func moment(_ number: Int, _ progress: ProgressHandler?) throws -> Moment {
        let snapshot = snapshots[number]
        let model = try snapshot.model()
        return Moment(
            snapshot: snapshot, model: model, parameters: try selection.parameters(of: model),
            train: train, memoryBudget: memoryBudget,
            task: "\(task) checkpoint \(number + 1)/\(snapshots.count)", progress: progress)
    }

    // MARK: - Pairs

    /// What ``scores(_:progress:)`` will do and what it costs.
    func plan(_ targets: TileSource) throws -> InfluencePlan {
        let model = try snapshots[0].model()
        let parameters = try selection.parameters(of: model)
        let probe = try train.factors(0..<1, of: model, parameters)
        let asked = targets.count > 0 ? try targets.factors(0..<1, of: model, parameters) : probe
        let shapes = zip(probe.groups, asked.groups).map {
            GroupShape($0, target: $1, isMapped: map != nil)
        }
        let space = GradientSpace(probe)
        let mapped = try map?.cost(space)
        let tableFloats = asked.tables.reduce(0) {
            $0 + (map?.keepsRows == false ? $1.table.value.count : $1.deltas.count)
        }
        let sharedFloats = probe.shared.reduce(0) { $0 + $1.parameter.value.count }
        let perTarget =
            shapes.reduce(0) { $0 + $1.targetBytes } + 4 * (tableFloats + sharedFloats)
        let result = 4 * train.count * targets.count + (mapped?.bytes ?? 0)
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
        plan.groups += mapped?.lines ?? []
        plan.isEstimate = mapped != nil
        let pair = shapes.reduce(0) { $0 + $1.pairFlops } + 2 * Double(sharedFloats)
        let write = shapes.reduce(0) { $0 + $1.writeFlops }
        let pass = shapes.reduce(0) { $0 + $1.passFlops }
        let blocks = Double((targets.count + block - 1) / block)
        plan.flops =
            Double(snapshots.count)
            * (Double(train.count) * (Double(targets.count) * pair + blocks * (write + pass))
                + Double(targets.count) * (mapped?.flops ?? 0))
        return plan
    }

    /// Scores of all pairs of training examples and targets.
    func scores(_ targets: TileSource, progress: ProgressHandler?) throws -> InfluenceMatrix {
        guard targets.count > 0 else { throw InfluenceError.empty("targets") }
        let plan = try plan(targets)
        let result = try Tensor(repeating: 0, shape: [train.count, targets.count])
        let blocks = targets.tiles(of: plan.targetBlock)
        let meter = ProgressMeter(progress)
        let work = Double(snapshots.count * train.count) * Double(targets.count)
        var notes: [String] = []
        // What a stop in a later checkpoint leaves, if there is room for it.
        let keeps = plan.bytes + 4 * result.count <= memoryBudget
        var complete: InfluenceMatrix?
        for number in snapshots.indices {
            let moment = try moment(number, progress)
            let map = try map?.make(moment)
            for (blockNumber, block) in blocks.enumerated() {
                let prepared: PreparedTargets
                var squares: [Float] = []
                if let map {
                    prepared = try moment.prepare(targets, block, map, tile: Self.targetTile)
                } else {
                    let factors = try moment.factors(targets, block)
                    prepared = try PreparedTargets(factors)
                    if scale != .none { squares = try SelfScorer.scores(factors) }
                }
                let scorer = PairScorer(targets: prepared)
                for tile in train.tiles(of: plan.tile) {
                    if Interruption.isRequested {
                        let isLast =
                            number == snapshots.count - 1 && blockNumber == blocks.count - 1
                        if let complete, !isLast || tile.lowerBound == 0 { return complete }
                        return try partial(result, rows: isLast ? tile.lowerBound : 0)
                    }
                    let factors = try moment.factors(train, tile)
                    let scores = try scorer.scores(factors)
                    guard scores.isFinite else {
                        let owner = try moment.ownerOfNotFinite(tile, block, targets)
                        throw InfluenceError.notFinite(checkpoint: moment.snapshot.name, of: owner)
                    }
                    if scale != .none {
                        try scores.rescale(
                            scale, rows: SelfScorer.scores(factors), columns: squares)
                    }
                    let rate = Float(moment.snapshot.learningRate)
                    for (place, example) in tile.enumerated() {
                        let line = result.pointer + example * targets.count + block.lowerBound
                        nj_axpy(
                            block.count, rate, scores.pointer + place * block.count, line)
                    }
                    withExtendedLifetime(scores) {}
                    meter.count(
                        Double(tile.count * block.count), of: work, "pairs", task: moment.task)
                }
            }
            notes += map?.notes ?? []
            guard keeps, number < snapshots.count - 1 else { continue }
            let used = snapshots[...number].map(\.name)
            complete = InfluenceMatrix(
                scores: try result.copy(), provenance: provenance.at(used).noting(notes),
                completeRows: train.count, isPartial: true)
        }
        return InfluenceMatrix(
            scores: result, provenance: provenance.noting(notes), completeRows: train.count)
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
    func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        guard !sets.isEmpty, sets.allSatisfy({ $0.count > 0 }) else {
            throw InfluenceError.empty("targets")
        }
        let passes = Double(sets.reduce(train.count) { $0 + $1.count })
        let meanings = sets.map { "influence on \(weighting.words(count: $0.count))" }
        return try sum(passes: passes, meanings, progress) { moment, map, count in
            let gradients = try sets.map { targets in
                let sum = try targets.gradientSum(
                    of: moment.model, moment.parameters,
                    weights: { weighting.weight(of: $0, among: targets.count) }, tile: 1024
                ) { tile in
                    try Interruption.check()
                    count(tile.count)
                }
                guard sum.isFinite(moment.parameters) else {
                    throw InfluenceError.notFinite(
                        checkpoint: moment.snapshot.name, of: "the targets together")
                }
                return sum
            }
            let scorers: [TotalScorer]
            if let map {
                let space = try moment.space()
                let mapped = try map.apply(gradients.map { try space.vector($0) })
                scorers = try mapped.map { try space.scorer($0) }
            } else {
                scorers = try gradients.map {
                    try TotalScorer($0, parameters: moment.parameters)
                }
            }
            let squares = scorers.map { Float($0.squaredLength) }
            return { factors in
                let own = scale == .none ? [] : try SelfScorer.scores(factors)
                return try zip(scorers, squares).map { scorer, square in
                    let scores = try Tensor(scorer.scores(factors))
                    if scale != .none { scores.rescale(scale, rows: own, columns: [square]) }
                    return scores.values
                }
            }
        }
    }

    /// The score of every training example against itself.
    func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        let results = try sum(passes: Double(train.count), ["self-influence"], progress) {
            moment, map, _ in
            { factors in
                guard let map else {
                    return [try SelfScorer.scores(factors).map { scale.ofItself(squared: $0) }]
                }
                if let scores = try map.ownScores(factors) { return [scores] }
                let gradients = try WholeGradients(factors)
                let some = try (0..<factors.examples).map { try gradients.vector(of: $0) }
                let space = try moment.space()
                let mapped = try map.apply(some)
                return [try zip(some, mapped).map { Float(try $0.dot($1, in: space)) }]
            }
        }
        return results[0]
    }

    /// Σ_c η_c·score_c for each meaning, where `prepare` gives the scoring of tiles at a moment.
    ///
    /// A stopped run gives the moments that were complete.
    private func sum(
        passes: Double, _ meanings: [String], _ progress: ProgressHandler?,
        _ prepare: (Moment, (any Preconditioner)?, (Int) -> Void) throws ->
            (ExampleFactors) throws -> [[Float]]
    ) throws -> [InfluenceScores] {
        var results = meanings.map { _ in [Double](repeating: 0, count: train.count) }
        var used: [String] = []
        var notes: [String] = []
        let meter = ProgressMeter(progress)
        let work = passes * Double(snapshots.count)
        do {
            for number in snapshots.indices {
                let moment = try moment(number, progress)
                let snapshot = moment.snapshot
                let count = { (examples: Int) in
                    meter.count(Double(examples), of: work, "ex", task: moment.task)
                }
                let map = try map?.make(moment)
                let score = try prepare(moment, map, count)
                var contributions = meanings.map { _ in [Float]() }
                for tile in train.tiles(of: Self.tileSize) {
                    try Interruption.check()
                    let scores = try score(moment.factors(train, tile))
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
                notes += map?.notes ?? []
            }
        } catch is Interrupted {
            guard !used.isEmpty else { throw Interrupted() }
        }
        return zip(results, meanings).map { values, meaning in
            InfluenceScores(
                values: values.map(Float.init), meaning: meaning,
                provenance: provenance.at(used).noting(notes),
                isPartial: used.count < snapshots.count)
        }
    }
}
