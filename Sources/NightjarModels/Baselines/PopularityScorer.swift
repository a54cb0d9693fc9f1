// The baseline that every result is compared with.

import NightjarData
import NightjarTensor

/// Scores items by how often they were the target of a training example, whatever the history.
///
/// A learned model that does not beat it has learned nothing about order or taste.
public struct PopularityScorer: Baseline {
    /// Its name.
    public static let kind = "popularity"

    private let counts: [Float]

    /// Counts the targets of `examples`, each with its weight.
    public init(trainedOn examples: some TargetCounting) {
        counts = examples.targetCounts.map(Float.init)
    }

    /// Number of classes: the items of the log and padding, which no target ever is.
    public var classCount: Int { counts.count }
    /// Any number of threads may ask.
    public var isConcurrent: Bool { true }
    /// Bytes of the counts.
    public var nativeBytes: Int { 4 * counts.count }
    /// One line.
    public var description: String { "\(classCount - 1) items" }

    /// Calls `body` with the same scores for each example.
    ///
    /// - Throws: what `body` throws.
    public func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        try counts.withUnsafeBufferPointer { scores in
            for example in 0..<batch.examples { try body(example, scores) }
        }
    }
}

extension PopularityScorer {
    /// The counts of all classes.
    ///
    /// - Throws: ``TensorError``.
    public func record() throws(TensorError) -> BaselineRecord {
        BaselineRecord(
            ModelConfiguration(kind: Self.kind, sizes: ["items": classCount - 1]),
            [("counts", try Tensor(counts))])
    }

    /// Puts it together again.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)``.
    public init(_ record: BaselineRecord) throws(ModelError) {
        counts = try record.values("counts", count: try record.classCount)
    }
}
