// A few examples, in the layout that models read.

import NightjarTensor

/// Next-item examples that go through a model together.
public struct Batch: Sendable {
    /// Number of examples B.
    public let examples: Int
    /// Length T of each history.
    public let steps: Int
    /// Histories, time-major: position t·B + b; 0 is padding on the left.
    public let ids: [Int32]
    /// The item that followed each history.
    public let targets: [Int32]

    /// Creates a batch from histories as rows, `[B][T]`.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)`` when sizes do not fit.
    public init(histories: [Int32], targets: [Int32]) throws(TensorError) {
        let count = targets.count
        guard count > 0, histories.count.isMultiple(of: count) else {
            throw .countMismatch(shape: [count], values: histories.count)
        }
        let steps = histories.count / count
        self.init(examples: count, steps: steps, targets: targets) { ids in
            for example in 0..<count {
                for step in 0..<steps {
                    ids[step * count + example] = histories[example * steps + step]
                }
            }
        }
    }

    private init(
        examples: Int, steps: Int, targets: [Int32],
        _ fill: (UnsafeMutableBufferPointer<Int32>) -> Void
    ) {
        self.examples = examples
        self.steps = steps
        self.targets = targets
        ids = [Int32](unsafeUninitializedCapacity: examples * steps) { buffer, filled in
            fill(buffer)
            filled = examples * steps
        }
    }
}
