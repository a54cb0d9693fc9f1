// What a sequence model minimises.

import NightjarTensor

/// A loss by its name in options and checkpoints.
public enum SequenceLoss: String, Sendable, CaseIterable {
    /// Cross-entropy of the softmax over all items.
    case softmax
    /// (1 − σ(p)) + σ(n): Spotlight's, not a log loss.
    case pointwise
    /// 1 − σ(p − n): Spotlight's, not that of the BPR paper.
    case bpr
    /// max(0, n − p + 1).
    case hinge
    /// The hinge of the negative with the highest score.
    case adaptiveHinge = "adaptive_hinge"
    /// −log σ(p − n): Bayesian personalised ranking as published.
    case logBPR = "log_bpr"
    /// Binary cross-entropy.
    case bce
    /// Binary cross-entropy whose positive part makes up for sampling.
    case gbce
    /// Softmax over the target and the negatives, as an estimate of that over all items.
    case sampledSoftmax = "sampled_softmax"

    /// Whether the target is compared with sampled items only.
    public var isSampled: Bool { self != .softmax }

    /// The loss over sampled candidates; `nil` for the one over all items.
    func candidateLoss(negatives: Int, items: Int, calibration: Double) -> CandidateLoss? {
        switch self {
        case .softmax: nil
        case .pointwise: .pointwise
        case .bpr: .bpr
        case .hinge: .hinge
        case .adaptiveHinge: .adaptiveHinge
        case .logBPR: .logBPR
        case .bce: .crossEntropy(exponent: 1)
        case .gbce:
            .crossEntropy(
                exponent: Float(
                    CandidateLoss.gBCEExponent(
                        negatives: negatives, items: items, calibration: calibration)))
        case .sampledSoftmax: .sampledSoftmax
        }
    }
}
