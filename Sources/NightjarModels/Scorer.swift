// What evaluation asks of anything that ranks items.

import NightjarTensor

/// Scores all classes for histories.
///
/// Scores are handed over row by row while they are still in the cache; nothing holds the scores
/// of a whole data set.
public protocol Scorer {
    /// Number of classes V: items and the padding class.
    var classCount: Int { get }
    /// Whether several threads may ask at the same time.
    var isConcurrent: Bool { get }

    /// Calls `body` with each example's place in the batch and its V scores, in order.
    ///
    /// The scores may be overwritten after the call.
    ///
    /// - Throws: ``TensorError``, or what `body` throws.
    func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws
}

/// Scores with any model, one batch at a time.
struct ModelScorer: Scorer {
    let model: any NextItemModel

    var classCount: Int { model.classCount }
    var isConcurrent: Bool { false }

    func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        let scores = try model.scores(batch)
        guard scores.shape == [batch.examples, classCount] else {
            throw TensorError.shapeMismatch(
                operation: "scores", scores.shape, [batch.examples, classCount])
        }
        try scores.withUnsafeValues { values throws in
            for example in 0..<batch.examples {
                let row = values[example * classCount..<(example + 1) * classCount]
                try body(example, UnsafeBufferPointer(rebasing: row))
            }
        }
    }
}
