// Influence functions with the curvature in Kronecker factors: K-FAC and EK-FAC.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Influence functions with an inverse of block-diagonal curvature in Kronecker factors.
///
///     score(z, z′) = ∇ℓ(z)ᵀ (B + λI)⁻¹ ∇ℓ(z′)
///
/// at one moment, with B the Fisher matrix E[ggᵀ] of each block of parameters. A layer's B is taken to
/// have the eigenvectors of A ⊗ S, its inputs' and its outputs' second moments:
///
///     (B + λI)⁻¹ M = Q_S [(Q_Sᵀ M Q_A) ⊘ (Λ + λ)] Q_Aᵀ
///
/// K-FAC has Λ_ij = λ_S,i·λ_A,j; EK-FAC corrects it to Λ_ij = E[(Q_Sᵀ g Q_A)²_ij], the exact second
/// moments in that basis. Each block's λ is a tenth of its mean Λ unless one is given.
///
/// A layer is what shares an output gradient: a recurrent layer's weights of inputs and of states, and
/// its biases, are one matrix. See ``KroneckerSums`` for tables and for parameters that are used in
/// several places, which have exact second moments in a one-sided basis in both forms.
///
/// Sources: J. Martens and R. Grosse, *Optimizing neural networks with Kronecker-factored approximate
/// curvature*, ICML 2015; T. George, C. Laurent, X. Bouthillier, N. Ballas and P. Vincent, *Fast
/// approximate natural gradient descent in a Kronecker-factored eigenbasis*, NeurIPS 2018; R. Grosse
/// et al., *Studying large language model generalization with influence functions*, 2023, whose sum
/// over the steps of a sequence and whose damping this has.
public struct KroneckerInfluence: GradientMethod {
    /// How B's eigenvalues are found.
    public enum Form: String, Sendable {
        /// Products of the factors' eigenvalues.
        case kfac = "K-FAC"
        /// Second moments of gradients in the factors' basis.
        case ekfac = "EK-FAC"
    }

    /// What decides B.
    public struct Options: Sendable {
        /// How B's eigenvalues are found.
        public var form = Form.ekfac
        /// λ of every block; a tenth of a block's mean eigenvalue when `nil`.
        public var damping: Double?
        /// Labels of the gradients that B is made of.
        public var labels = FisherLabels.sampled(1, seed: 1)
        /// Decides which examples are chosen.
        public var seed: UInt64 = 1
        /// Training examples that B is estimated from; all when `nil`.
        public var examples: Int?
        /// Sides longer than this keep a diagonal factor.
        public var sideLimit = 4096

        /// The usual choices.
        public init() {}
    }

    /// One moment at a rate of 1, with the inverse of curvature.
    public let scoring: GradientScoring

    /// Prepares the method for the examples that a model was trained on.
    ///
    /// Curvature is estimated when the first score is asked for, and kept.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, options: Options = Options(),
        selection: ParameterSelection = .all, memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        let kept = Kept<SpectralPreconditioner>()
        let damping = options.damping.map { "\($0)" } ?? "0.1 of the mean eigenvalue"
        scoring = GradientScoring(
            snapshots: [snapshot.atRate(1)], train: train, selection: selection,
            memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: options.form.rawValue,
                settings: [
                    "parameters = \(selection)", "damping = \(damping)",
                    "side_limit = \(options.sideLimit)",
                ]
                    + (options.examples.map {
                        ["curvature of \(min($0, train.count)) examples, seed = \(options.seed)"]
                    } ?? []),
                checkpoints: [snapshot.name]),
            map: GradientScoring.Map(
                keepsRows: true, cost: { Self.cost($0, options, examples: train.count) },
                make: { moment in try kept.value { try Self.inverse(at: moment, options) } }))
        try scoring.check()
    }

    /// (B + λI)⁻¹ at a moment.
    static func inverse(at moment: Moment, _ options: Options) throws -> SpectralPreconditioner {
        let space = try moment.space()
        let gradients = try FisherGradients(
            moment, labels: options.labels, seed: options.seed, examples: options.examples)
        let sums = try KroneckerSums(space, limit: options.sideLimit)
        let size = gradients.tileSize(bytes: space.writtenBytes)
        let corrects =
            options.form == .ekfac
            || space.blocks.contains { if case .shared = $0 { true } else { false } }
        let meter = ProgressMeter(moment.progress)
        let work = Double(gradients.count) * (corrects ? 2 : 1)
        let count = { (examples: Int) in
            meter.count(Double(examples), of: work, "ex", task: "\(moment.task), curvature")
        }
        try gradients.forEachTile(of: size, count: count) { try sums.add($0) }
        guard sums.isFinite else {
            throw InfluenceError.notFinite(
                checkpoint: moment.snapshot.name, of: "the examples of the curvature")
        }
        let factored = try sums.factored()
        var eigenvalues = factored.map(\.eigenvalues)
        if corrects {
            let bases = factored.map(\.basis)
            let moments = try space.blocks.map { block in
                try Tensor(repeating: 0, shape: [block.size.rows, block.size.columns])
            }
            try gradients.forEachTile(of: size, count: count) {
                try RotatedGradients($0, bases).addSquares(to: moments)
            }
            let share = 1 / Float(gradients.count)
            for (index, sum) in moments.enumerated()
            where options.form == .ekfac || eigenvalues[index] == nil {
                nj_scale(sum.count, share, sum.pointer, sum.pointer)
                eigenvalues[index] = sum
            }
        }
        return SpectralPreconditioner(
            blocks: try zip(factored, eigenvalues.compactMap(\.self)).map { block, values in
                SpectralPreconditioner.Block(
                    basis: block.basis, weights: try Self.inverted(values, options.damping))
            }, notes: [gradients.note])
    }

    /// 1 / (Λ + λ); 0 where that is 0 / 0, in a block without any gradient.
    private static func inverted(
        _ values: Tensor, _ damping: Double?
    ) throws(TensorError) -> Tensor {
        let mean = values.values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count))
        let added = damping ?? 0.1 * mean
        let result = try Tensor(uninitialized: values.shape)
        for place in 0..<values.count {
            let sum = Double(values.pointer[place]) + added
            result.pointer[place] = sum > 0 ? Float(1 / sum) : 0
        }
        withExtendedLifetime(values) {}
        return result
    }

    /// What B and its inverse take.
    private static func cost(
        _ space: GradientSpace, _ options: Options, examples: Int
    ) -> (lines: [String], bytes: Int, flops: Double) {
        var lines: [String] = []
        var (bytes, flops) = (0, 0.0)
        for block in space.blocks {
            let (rows, columns) = block.size
            let values = Double(rows * columns)
            var sides: [String] = []
            var turns = [(columns, "right")]
            if case .layer(_, let weights, _) = block {
                turns = [(rows, "left")] + (weights.isEmpty ? [] : turns)
            }
            for (side, name) in turns {
                guard side <= options.sideLimit else {
                    sides.append("\(name) side of \(side) diagonal, as it is over the limit")
                    continue
                }
                sides.append("\(name) side of \(side) turned")
                bytes += 8 * side * side
                flops += 4 * values * Double(side)
            }
            bytes += 8 * rows * columns
            lines.append(
                "\(options.form.rawValue) of \(block.name): \(sides.joined(separator: ", "))")
        }
        let passes = options.form == .ekfac ? "two passes" : "one pass"
        let count = min(options.examples ?? examples, examples)
        lines.append("curvature, once: \(passes) over \(count) examples, \(options.labels.words)")
        return (lines, bytes, flops)
    }
}

extension GradientSpace {
    /// Bytes of what is written out of one example besides its factors, with its squares.
    var writtenBytes: Int {
        blocks.reduce(0) { sum, block in
            guard case .shared(let parameter) = block else { return sum }
            return sum + 12 * parameter.value.count
        }
    }
}
