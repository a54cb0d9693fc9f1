// Losses that compare a target with some sampled candidates instead of all.

import CKernels
import NightjarRuntime

/// How the score p of a target and the scores n of K other candidates become a loss.
///
/// With several candidates the pairwise losses are averaged over them.
public enum CandidateLoss: Sendable, Equatable {
    /// (1 − σ(p)) + σ(n), as in Spotlight; not a log loss.
    case pointwise
    /// 1 − σ(p − n), as in Spotlight; not the log loss of the BPR paper.
    case bpr
    /// max(0, n − p + 1).
    case hinge
    /// max(0, n − p + 1) for the candidate with the highest score n, as in Spotlight.
    case adaptiveHinge
    /// −log σ(p − n): Bayesian personalised ranking as published.
    ///
    /// Source: S. Rendle et al., *BPR: Bayesian personalized ranking from implicit feedback*, 2009.
    case logBPR
    /// −(β·log σ(p) + Σ log(1 − σ(n))) / (K + 1): binary cross-entropy for β = 1, and gBCE for the β
    /// of ``gBCEExponent(negatives:items:calibration:)``.
    ///
    /// Source: A. Petrov and C. Macdonald, *gSASRec: reducing overconfidence in sequential
    /// recommendation trained with negative sampling*, RecSys 2023.
    case crossEntropy(exponent: Float)
    /// log Σ e^s − p over the target and the other candidates, which are left out where they are the
    /// target.
    ///
    /// With candidates drawn with probability q, of which K are drawn, and the correction log(K·q) of
    /// their scores, Σ e^s is on average that of all classes.
    ///
    /// Source: Y. Bengio and J.-S. Senécal, *Adaptive importance sampling to accelerate training of a
    /// neural probabilistic language model*, 2008.
    case sampledSoftmax

    /// The exponent β = α·(t·(1 − 1/α) + 1/α) of gBCE, where α = K / (items − 1) is the share of
    /// the catalogue that is sampled.
    ///
    /// - Parameters:
    ///   - negatives: K.
    ///   - items: size of the catalogue.
    ///   - calibration: t, from 0 (binary cross-entropy) to 1 (calibrated probabilities).
    /// - Returns: β.
    public static func gBCEExponent(negatives: Int, items: Int, calibration: Double) -> Double {
        guard items > 1, negatives > 0 else { return 1 }
        let share = min(1, Double(negatives) / Double(items - 1))
        return share * (calibration * (1 - 1 / share) + 1 / share)
    }

    /// The score at which a model that tells no items apart has no gradient: log(β / K) for
    /// cross-entropy, else 0.
    ///
    /// Biases that begin here spare the states from learning it in all items' common direction,
    /// where many negatives keep them for hundreds of steps. Source: T.-Y. Lin et al., *Focal loss
    /// for dense object detection*, ICCV 2017, section 4.1 (a prior in the last bias).
    ///
    /// - Parameter negatives: K.
    /// - Returns: the score.
    public func neutralScore(negatives: Int) -> Float {
        guard case .crossEntropy(let exponent) = self, negatives > 0, exponent > 0 else { return 0 }
        return Float(Math.log(Double(exponent) / Double(negatives)))
    }

    fileprivate var kernel: (kind: nj_candidate_loss, exponent: Float) {
        switch self {
        case .pointwise: (nj_loss_pointwise, 1)
        case .bpr: (nj_loss_bpr, 1)
        case .hinge: (nj_loss_hinge, 1)
        case .adaptiveHinge: (nj_loss_adaptive_hinge, 1)
        case .logBPR: (nj_loss_log_bpr, 1)
        case .crossEntropy(let exponent): (nj_loss_cross_entropy, exponent)
        case .sampledSoftmax: (nj_loss_sampled_softmax, 1)
        }
    }
}

/// What rows are compared with.
public struct Candidates: Sendable {
    /// Number of candidates C of a row, the target included.
    public let count: Int
    /// Classes, C for each row, the target first; a row whose target is padding, 0, is left out.
    public let ids: [Int32]
    /// What is taken from the score of each class where it is not the target, such as the logarithm
    /// of how often it is expected among the candidates; `nil` for nothing.
    public let corrections: Tensor?

    /// Takes candidates for rows.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)`` unless there are `count` for each row,
    ///   the target and at least one other.
    public init(
        count: Int, ids: [Int32], corrections: Tensor? = nil
    ) throws(TensorError) {
        guard count > 1, ids.count.isMultiple(of: count) else {
            throw .countMismatch(shape: [count], values: ids.count)
        }
        self.count = count
        self.ids = ids
        self.corrections = corrections
    }

    /// Those of some rows.
    package func of(_ rows: [Int]) throws(TensorError) -> Candidates {
        guard rows.count != ids.count / count else { return self }
        var chosen: [Int32] = []
        chosen.reserveCapacity(rows.count * count)
        for row in rows { chosen += ids[row * count..<(row + 1) * count] }
        return try Candidates(count: count, ids: chosen, corrections: corrections)
    }
}

extension Tape {
    /// A loss over a target and other candidates for each row, without the scores of all classes.
    ///
    /// Scores are those of ``ItemOutput``. The loss's gradient g by the scores is at hand with the
    /// loss; the backward pass gives g_j times the score's slopes to the states, to row v_j of the
    /// table, and g_j to its bias.
    ///
    /// - Parameters:
    ///   - states: shape `[R, ..]`, as wide as the items' states.
    ///   - items: the classes.
    ///   - candidates: those of each row.
    ///   - loss: how scores become a loss.
    ///   - scales: the weight of each row's loss in the total.
    ///   - layout: which row belongs to which example.
    /// - Returns: the losses of the examples, each the sum over its rows, and the total.
    /// - Throws: ``TensorError``.
    public func candidateLoss(
        _ states: Variable, _ items: ItemOutput, _ candidates: Candidates, _ loss: CandidateLoss,
        scales: [Float], layout: RowLayout
    ) throws(TensorError) -> BatchLoss {
        let (rows, count) = (layout.rowCount, candidates.count)
        guard states.value.count == rows * items.stateWidth else {
            throw .shapeMismatch(
                operation: "candidate loss", states.value.shape, items.table.value.shape)
        }
        guard scales.count == rows, candidates.ids.count == rows * count else {
            throw .countMismatch(shape: [rows, count], values: candidates.ids.count)
        }
        let limit = items.table.value.rowCount
        try items.check(candidates)
        if let corrections = candidates.corrections, corrections.count != limit {
            throw .shapeMismatch(operation: "candidate loss", corrections.shape, [limit])
        }
        let targets = (0..<rows).map { candidates.ids[$0 * count] }
        outputStates = OutputStates(
            rows: try states.value.reshaped([rows, items.stateWidth]),
            targets: targets.map { $0 > 0 ? $0 : -1 }, layout: layout)
        let comparison = try CandidateComparison(states.value, items, candidates, loss)
        let total = comparison.weigh(by: scales)
        let needsGradient = states.needsGradient || wants(items.table) || wants(items.bias)
        let variable = record(try Tensor([total], shape: []), needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let factor = upstream.withUnsafeValues { $0.first ?? 1 }
            if factor != 1 { comparison.scale(by: factor) }
            if states.needsGradient {
                try states.accumulate(
                    comparison.stateGradient().reshaped(states.value.shape))
            }
            if sink.keepsFactors {
                try comparison.deliverFactors(to: sink, layout)
            } else {
                try comparison.deliverSums(to: sink)
            }
        }
        return BatchLoss(
            perExample: try comparison.losses.summed(by: layout), total: variable)
    }
}

/// The scores of a batch's candidates, then their gradients.
private final class CandidateComparison {
    let losses: Tensor
    private let items: ItemOutput
    private let candidates: Candidates
    private let scored: ScoredCandidates
    /// Gradients of the losses by the scores, shape `[R, C]`.
    private let deltas: Tensor
    private let rows: Int

    init(
        _ states: Tensor, _ items: ItemOutput, _ candidates: Candidates, _ loss: CandidateLoss
    ) throws(TensorError) {
        let count = candidates.count
        self.items = items
        self.candidates = candidates
        rows = candidates.ids.count / count
        scored = try ScoredCandidates(candidates, items, states)
        losses = try Tensor(uninitialized: [rows])
        deltas = scored.scores
        let (losses, deltas, corrections) = (losses, deltas, candidates.corrections)
        let (kind, exponent) = loss.kernel
        candidates.forEachBlock { some, ids in
            let scores = deltas.pointer + some.lowerBound * count
            if let corrections {
                for row in 0..<some.count {
                    for place in row * count + 1..<(row + 1) * count {
                        scores[place] -= corrections.pointer[Int(ids[place])]
                    }
                }
            }
            nj_candidate_losses(
                kind, some.count, count, ids, exponent, scores, losses.pointer + some.lowerBound)
        }
        withExtendedLifetime(corrections) {}
    }

    /// Multiplies each row's gradients by its scale, leaves rows without a target out, and gives
    /// Σ scale·loss.
    func weigh(by scales: [Float]) -> Float {
        let count = candidates.count
        var total: Float = 0
        for row in 0..<rows {
            let isUsed = candidates.ids[row * count] > 0
            if !isUsed { losses.pointer[row] = 0 }
            total += isUsed ? scales[row] * losses.pointer[row] : 0
            let line = deltas.pointer + row * count
            for place in 0..<count {
                // Zero times not-a-number would not be zero.
                line[place] = isUsed && scales[row] != 0 ? line[place] * scales[row] : 0
            }
        }
        return total
    }

    func scale(by factor: Float) {
        nj_scale(deltas.count, factor, deltas.pointer, deltas.pointer)
    }

    func stateGradient() throws(TensorError) -> Tensor { try scored.stateGradient(deltas) }

    /// The classes that get a gradient: not padding, and not those whose gradient is zero.
    private var touched: [Int32] {
        candidates.ids.indices.map { place in
            let id = candidates.ids[place]
            return id > 0 && deltas.pointer[place] != 0 ? id : -1
        }
    }

    /// Delivers the sums over the batch for the rows that occur.
    func deliverSums(to sink: any GradientSink) throws(TensorError) {
        guard sink.wants(items.table) || sink.wants(items.bias) else { return }
        let groups = RowGroups(touched)
        let (rows, sums) = try scored.itemGradients(deltas, groups)
        try sink.take(.rows(groups.ids, rows), of: items.table)
        try sink.take(.rows(groups.ids, sums), of: items.bias)
    }

    /// Delivers each candidate's gradient by its class.
    ///
    /// A row stands for as many steps as it has candidates: first all targets, then all second
    /// candidates, and so on, which keeps the rows of an example evenly apart.
    func deliverFactors(to sink: any GradientSink, _ layout: RowLayout) throws(TensorError) {
        let (count, width) = (candidates.count, items.table.value.columnCount)
        let steps = RowLayout(
            examples: layout.examples, steps: layout.steps * count,
            isTimeMajor: layout.isTimeMajor)
        let touched = touched
        var ids = [Int32](repeating: -1, count: touched.count)
        let rowDeltas = try Tensor(repeating: 0, shape: [touched.count, width])
        let biasDeltas = try Tensor(repeating: 0, shape: [touched.count, 1])
        for row in 0..<rows {
            for place in 0..<count {
                // Time-major: [C, T, B]; otherwise [B, T, C].
                let target = layout.isTimeMajor ? place * rows + row : row * count + place
                let source = row * count + place
                ids[target] = touched[source]
                guard touched[source] >= 0 else { continue }
                let delta = deltas.pointer[source]
                biasDeltas.pointer[target] = delta
                scored.addSlope(
                    of: source, times: delta, to: rowDeltas.pointer + target * width)
            }
        }
        if sink.wants(items.table) {
            try sink.take(.gather(items.table, ids: ids, deltas: rowDeltas, steps))
        }
        if sink.wants(items.bias) {
            try sink.take(.gather(items.bias, ids: ids, deltas: biasDeltas, steps))
        }
    }
}
