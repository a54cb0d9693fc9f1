// What attribution predicts of a model that is trained on a subset.

import NightjarData
import NightjarRuntime
import NightjarTensor

/// The outputs that attribution predicts for training on subsets: Σ of the scores of what is kept.
///
///     g(S; target) = Σ_{i ∈ S} score(i, target)
///
/// Larger means a smaller loss. Its rank correlation over subsets with the negated loss after
/// training on them is the linear datamodelling score; over subsets that leave single examples out,
/// it is the leave-one-out correlation.
///
/// Source: S. M. Park, K. Georgiev, A. Ilyas, G. Leclerc and A. Madry, *TRAK: Attributing model
/// behavior at scale*, ICML 2023, definition 2.1.
public struct SubsetPredictions: Sendable {
    /// Predictions of each target, one for each subset.
    public let perTarget: [[Double]]

    /// Adds up the scores of every pair.
    ///
    /// - Parameters:
    ///   - scores: shape `[train, targets]`.
    ///   - subsets: subsets of the training examples.
    /// - Throws: `SelectionError` for subsets of another set than that of the scores, `Interrupted`.
    public init(_ scores: Tensor, on subsets: Subsets) throws {
        guard scores.shape.count == 2, scores.shape[0] == subsets.wholeCount else {
            throw SelectionError.otherSet(
                count: subsets.wholeCount, expected: scores.shape.first ?? 0)
        }
        let targets = scores.shape[1]
        let values = scores.values
        func sum(of rows: some Sequence<Int>) -> [Double] {
            var sums = [Double](repeating: 0, count: targets)
            for row in rows {
                let start = row * targets
                for target in 0..<targets { sums[target] += Double(values[start + target]) }
            }
            return sums
        }
        let whole =
            subsets.all.allSatisfy(\.keepsNamed)
            ? [] : sum(of: 0..<subsets.wholeCount)
        var perSubset: [[Double]] = []
        for subset in subsets.all {
            try Interruption.check()
            let named = sum(of: subset.named.lazy.map(Int.init))
            perSubset.append(subset.keepsNamed ? named : zip(whole, named).map { $0 - $1 })
        }
        perTarget = (0..<targets).map { target in perSubset.map { $0[target] } }
    }
}
