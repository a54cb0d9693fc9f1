// The baseline that every result is compared with.

import NightjarData
import NightjarModels

/// Scores items by how often they were the target of a training example, whatever the history.
///
/// A learned model that does not beat it has learned nothing about order or taste.
public struct PopularityScorer: Scorer, Sendable {
    private let counts: [Float]

    /// Counts the targets of `examples`, each with its weight.
    public init(trainedOn examples: Examples) {
        var counts = [Double](repeating: 0, count: examples.log.itemCount + 1)
        let weights = examples.weights
        for (index, target) in examples.targets.enumerated() {
            counts[Int(target)] += Double(weights?[index] ?? 1)
        }
        self.counts = counts.map(Float.init)
    }

    /// Number of classes: the items of the log and padding, which no target ever is.
    public var classCount: Int { counts.count }
    /// Any number of threads may ask.
    public var isConcurrent: Bool { true }

    /// Calls `body` with the same scores for each example.
    public func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        try counts.withUnsafeBufferPointer { scores in
            for example in 0..<batch.examples { try body(example, scores) }
        }
    }
}
