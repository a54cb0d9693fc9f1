// Which items a target is compared with.

import NightjarTensor

/// How the negatives of a sampled loss are drawn.
public struct NegativeSampling: Sendable, Equatable {
    /// Where negatives come from.
    public enum Source: String, Sendable, CaseIterable {
        /// All items alike. A target can be drawn as its own negative, as in the field's
        /// implementations.
        case uniform
        /// All items, in proportion to a power of how often each was a target.
        case popularity
        /// The targets of the other sequences of the batch, except those that are the row's own
        /// target; all items alike where a batch has none. Where the sampled softmax is corrected, the
        /// row's own target may be drawn, and is then left out of the sum, and popularity decides
        /// where a batch has no others: so what is expected is known.
        ///
        /// A loss then depends on what else is in the batch while a model learns. Where it is known how
        /// often each item is a target, losses are measured and attributed with negatives that are
        /// drawn as often from all, a row at a time; where not, such models are not attributed.
        case batch
        /// The different items with the highest scores among ``NegativeSampling/pool`` others, drawn
        /// from all alike; the same ones again where there are too few.
        case hard
    }

    /// Where negatives come from.
    public var source: Source
    /// The power α of popularity: 0 for all alike, 1 for counts as they are.
    public var exponent: Double
    /// Items from which hard negatives are chosen.
    public var pool: Int
    /// Whether the sampled softmax takes from each negative's score the logarithm of how often it is
    /// expected to be drawn, so that it estimates the softmax over all items.
    ///
    /// Without it a softmax over popular negatives underrates popular items. Hard negatives are not
    /// drawn with known probabilities and never corrected.
    public var isCorrected: Bool

    /// Whether a model with negatives from the batch knows how often each item is a target, although
    /// training does not need it.
    public var knowsPopularity = false

    /// Creates a way to draw; the power is that of word2vec's negatives.
    public init(
        source: Source = .uniform, exponent: Double = 0.75, pool: Int = 100,
        isCorrected: Bool = true
    ) {
        self.source = source
        self.exponent = exponent
        self.pool = pool
        self.isCorrected = isCorrected
    }

    /// Whether it must be known how often each item is a target.
    ///
    /// The targets of other sequences come up as often as they are popular, which corrections must
    /// know.
    func needsPopularity(under loss: SequenceLoss) -> Bool {
        switch source {
        case .popularity: true
        case .batch: knowsPopularity || loss == .sampledSoftmax && isCorrected
        case .uniform, .hard: false
        }
    }

    /// The probability with which each class is drawn: 0 for padding, and in proportion to a power of
    /// its count for an item, where an item without counts has one, or as many as the rarest if that
    /// has fewer.
    ///
    /// - Parameters:
    ///   - counts: how often each class is a target, padding first.
    ///   - classes: their number V.
    /// - Returns: shape `[V]`.
    /// - Throws: ``ModelError/badCounts(expected:found:)``, ``TensorError``.
    func probabilities(of counts: [Double], classes: Int) throws -> Tensor {
        guard counts.count == classes, counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw ModelError.badCounts(expected: classes - 1, found: counts.count - 1)
        }
        // What comes from other sequences of a batch comes as often as it is there.
        let power = Float(source == .batch ? 1 : exponent)
        let rarest = counts.filter { $0 > 0 }.min() ?? 1
        let raised = counts.map { $0 > 0 ? $0 : min(1, rarest) }
        // The largest one is 1, so that no power is out of range.
        let most = raised.dropFirst().max() ?? 1
        let weights = try Tensor(raised.map { Float($0 / most) }).power(power)
        try weights.rows(0..<1).fill(0)
        return try weights * Float(1 / weights.sum())
    }
}
