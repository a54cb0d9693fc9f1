// Representer points: a prediction as a sum over training examples.

import CKernels
import NightjarRuntime
import NightjarTensor

/// What each training example gives to the score of a target's item.
///
/// For a softmax head on the model's states
///
///     score(z, z′) = α_{z,y′} ⟨h, h′⟩,  α_z = −(1 / 2λn)·∂ℓ(z)/∂logits
///
/// A head W trained with λ‖W‖² to a point where its gradient vanishes is W = Σ_z α_z hᵀ, so a logit is
/// exactly the sum of these scores over all training examples. The model's states h are frozen and the
/// head is trained anew on them; each state ends in a 1 for the biases. A sequence is the sum over its
/// steps. How far the head is from its point of rest goes with the results.
///
/// Score > 0: the example raises the logit of the target's item.
///
/// Source: C.-K. Yeh, J. Kim, I. Yen and P. Ravikumar, *Representer point selection for explaining deep
/// neural networks*, NeurIPS 2018.
public struct RepresenterPoints: InfluenceMethod {
    /// What decides the head.
    public struct Options: Sendable {
        /// λ.
        public var l2 = 0.003
        /// ‖gradient‖ / ‖2λW‖ that is good enough.
        public var tolerance = 1e-3
        /// The most steps of training the head.
        public var iterations = 500

        /// The usual choices.
        public init() {}
    }

    /// The model whose states are used.
    public let snapshot: Snapshot
    /// What the model learned from.
    public let train: TileSource
    /// What decides the head.
    public let options: Options
    /// Bytes that a run may hold, results included.
    public let memoryBudget: Int
    private let head = Kept<SoftmaxHead>()

    /// Examples whose logits exist at a time.
    private static let tileSize = 256

    /// Prepares the method; the head is trained when the first score is asked for, and kept.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, options: Options = Options(),
        memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        guard train.count > 0 else { throw .empty("training examples") }
        self.snapshot = snapshot
        self.train = train
        self.options = options
        self.memoryBudget = memoryBudget
    }

    /// The method, its head and its checkpoint.
    public var provenance: InfluenceProvenance {
        InfluenceProvenance(
            method: "representer points",
            settings: ["l2 = \(options.l2)", "tolerance = \(options.tolerance)"],
            checkpoints: [snapshot.name], sign: .logit)
    }

    private func moment(_ progress: ProgressHandler?) throws -> Moment {
        Moment(
            snapshot: snapshot, model: try snapshot.model(), parameters: [], train: train,
            memoryBudget: memoryBudget, task: "representer", progress: progress)
    }

    private func head(at moment: Moment) throws -> SoftmaxHead {
        try head.value {
            let meter = ProgressMeter(moment.progress)
            let states = try moment.stateTable(train, 0..<train.count, constant: true) {
                meter.count(Double($0), of: Double(train.count), "ex", task: "representer states")
            }
            guard !states.targets.isEmpty else {
                throw InfluenceError.empty("items that training examples predict")
            }
            return try SoftmaxHead(
                states, classes: moment.model.classCount, l2: options.l2,
                tolerance: options.tolerance, iterations: options.iterations
            ) { step, residual in
                meter.report { seconds in
                    ProgressReport(
                        task: "representer head", done: Double(step),
                        total: Double(options.iterations), unit: "steps",
                        rate: Double(step) / max(1e-9, seconds), figures: [("residual", residual)])
                }
            }
        }
    }

    private func noted(_ head: SoftmaxHead) -> InfluenceProvenance {
        let residual = NumberText.powers(head.residual, digits: 1)
        return provenance.noting([
            "head after \(head.steps) steps, residual of stationarity = \(residual)"
        ])
    }

    /// The head and its states.
    ///
    /// - Throws: ``InfluenceError/noStates(checkpoint:)``, what reading the checkpoint throws.
    public func plan(_ targets: TileSource) throws -> InfluencePlan {
        let moment = try moment(nil)
        let probe = try moment.states(train, 0..<1)
        let width = probe.rows.columnCount + 1
        let rows = train.count * probe.layout.steps
        let classes = moment.model.classCount
        let pass = 2 * Double(rows) * Double(classes) * Double(width)
        var plan = InfluencePlan(
            checkpoints: 1, trainCount: train.count, targetCount: targets.count,
            parameterCount: classes * width, tile: min(Self.tileSize, train.count),
            targetBlock: max(1, targets.count),
            bytes: 8 * rows * width + 100 * classes * width + 4 * train.count * targets.count,
            flops: pass + 4 * Double(rows) * Double(targets.count) * Double(width))
        plan.groups = [
            "states of \(width - 1) values, and a 1, for each of at most \(rows) rows",
            "once: a head of \(classes) classes, at most \(options.iterations) steps of"
                + " \(Int(2 * pass / 1e9)) GFLOP",
        ]
        return plan
    }

    /// Scores of all pairs of training examples and targets.
    ///
    /// A run that is stopped returns the rows that are complete.
    ///
    /// - Throws: ``InfluenceError``, ``TensorError``, what reading a checkpoint throws.
    public func scores(
        _ targets: TileSource, progress: ProgressHandler?
    ) throws -> InfluenceMatrix {
        guard targets.count > 0 else { throw InfluenceError.empty("targets") }
        let needed = 4 * train.count * targets.count
        guard needed <= memoryBudget else {
            throw InfluenceError.overBudget(
                needed: needed, budget: memoryBudget,
                what: "a matrix of \(train.count) × \(targets.count) scores")
        }
        let moment = try moment(progress)
        let head = try head(at: moment)
        let asked = try moment.stateTable(targets, 0..<targets.count, constant: true)
        let columns = asked.owners
        let result = try Tensor(repeating: 0, shape: [train.count, targets.count])
        for tile in train.tiles(of: Self.tileSize) {
            if Interruption.isRequested {
                try result.rows(tile.lowerBound..<train.count).fill(.nan)
                return InfluenceMatrix(
                    scores: result, provenance: noted(head), completeRows: tile.lowerBound)
            }
            let rows = head.states.rows(of: tile)
            let alpha = try head.representers(rows)
            let products = try head.states.rows.rows(rows).linear(asked.rows)
            let classes = alpha.columnCount
            for example in tile {
                let line = result.pointer + example * targets.count
                for row in head.states.starts[example]..<head.states.starts[example + 1] {
                    let place = row - rows.lowerBound
                    let own = alpha.pointer + place * classes
                    let product = products.pointer + place * columns.count
                    for (index, column) in columns.enumerated() {
                        line[column] += own[Int(asked.targets[index])] * product[index]
                    }
                }
            }
            withExtendedLifetime((alpha, products, result)) {}
        }
        return InfluenceMatrix(
            scores: result, provenance: noted(head), completeRows: train.count)
    }

    /// Scores of all training examples against sets of targets, each set made one target.
    ///
    /// - Throws: as ``scores(_:progress:)``; ``Interrupted`` when the run is stopped.
    public func totals(
        _ sets: [TileSource], weighting: TargetWeighting, progress: ProgressHandler?
    ) throws -> [InfluenceScores] {
        guard !sets.isEmpty, sets.allSatisfy({ $0.count > 0 }) else {
            throw InfluenceError.empty("targets")
        }
        let moment = try moment(progress)
        let head = try head(at: moment)
        // Σ_s weight·α_{r,y_s}⟨h_r, h_s⟩ = ⟨α_r, G·h_r⟩ with the targets' states added up by item.
        let sums = try sets.map { targets in
            let asked = try moment.stateTable(targets, 0..<targets.count, constant: true)
            let sum = try Tensor(repeating: 0, shape: head.weight.shape)
            let width = sum.columnCount
            for (row, owner) in asked.owners.enumerated() {
                nj_axpy(
                    width, weighting.weight(of: owner, among: targets.count),
                    asked.rows.pointer + row * width,
                    sum.pointer + Int(asked.targets[row]) * width)
            }
            withExtendedLifetime(asked) {}
            return sum
        }
        var values = sets.map { _ in [Float](repeating: 0, count: train.count) }
        try forEachTile(head) { example, rows, alpha, _ in
            for (index, sum) in sums.enumerated() {
                let products = try head.states.rows.rows(rows).linear(sum)
                let scores = try products.rowDot(alpha).values
                for (place, owner) in example.enumerated() { values[index][owner] += scores[place] }
            }
        }
        return zip(values, sets).map { values, set in
            InfluenceScores(
                values: values, meaning: "influence on \(weighting.words(count: set.count))",
                provenance: noted(head), isPartial: false)
        }
    }

    /// What each training example gives to the score of its own item.
    ///
    /// - Throws: as ``totals(_:weighting:progress:)``.
    public func selfInfluence(progress: ProgressHandler?) throws -> InfluenceScores {
        let head = try head(at: moment(progress))
        let states = head.states
        var values = [Float](repeating: 0, count: train.count)
        try forEachTile(head) { _, rows, alpha, examples in
            let classes = alpha.columnCount
            let width = states.rows.columnCount
            for example in examples {
                let own = states.starts[example]..<states.starts[example + 1]
                for row in own {
                    for other in own {
                        let product = nj_dot(
                            width, states.rows.pointer + row * width,
                            states.rows.pointer + other * width)
                        let place = (row - rows.lowerBound) * classes
                        values[example] +=
                            product * alpha.pointer[place + Int(states.targets[other])]
                    }
                }
            }
        }
        return InfluenceScores(
            values: values, meaning: "self-influence", provenance: noted(head), isPartial: false)
    }

    /// Calls `body` with the owner of each row, the rows, their α and the examples, tile by tile.
    private func forEachTile(
        _ head: SoftmaxHead, _ body: ([Int], Range<Int>, Tensor, Range<Int>) throws -> Void
    ) throws {
        for tile in train.tiles(of: Self.tileSize) {
            try Interruption.check()
            let rows = head.states.rows(of: tile)
            guard !rows.isEmpty else { continue }
            let owners = tile.flatMap { example in
                [Int](
                    repeating: example,
                    count: head.states.starts[example + 1] - head.states.starts[example])
            }
            try body(owners, rows, head.representers(rows), tile)
        }
    }
}

extension StateTable {
    /// The rows of a range of examples.
    func rows(of examples: Range<Int>) -> Range<Int> {
        starts[examples.lowerBound]..<starts[examples.upperBound]
    }
}
