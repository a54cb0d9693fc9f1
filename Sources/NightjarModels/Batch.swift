// A few examples, in the layout that models read.

import NightjarData
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
        self.examples = count
        self.steps = steps
        self.targets = targets
        ids = [Int32](unsafeUninitializedCapacity: histories.count) { ids, filled in
            histories.withUnsafeBufferPointer { histories in
                // A block of examples wide enough to write whole cache lines.
                for first in stride(from: 0, to: count, by: 16) {
                    let block = first..<min(first + 16, count)
                    for step in 0..<steps {
                        for example in block {
                            ids[step * count + example] = histories[example * steps + step]
                        }
                    }
                }
            }
            filled = histories.count
        }
    }

    /// What an item of a batch takes beside tensors: in both layouts here, and where models group
    /// items by their ids.
    private static let bytesPerItem = 24

    /// Creates a batch from some of a set of examples.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``,
    ///   ``TensorError/countMismatch(shape:values:)`` for no examples, or
    ///   ``TensorError/outOfMemory(bytes:)`` for more items than 2³¹ − 1 or than there is room for.
    public init(_ examples: Examples, _ indices: some RandomAccessCollection<Int>) throws {
        let count = indices.count
        let (size, overflow) = count.multipliedReportingOverflow(by: examples.historyLength)
        // An array without memory would end the process; an error leaves the user the prompt.
        guard !overflow, size <= Int(Int32.max) else {
            let bytes = size.multipliedReportingOverflow(by: MemoryLayout<Int32>.stride)
            throw TensorError.outOfMemory(
                bytes: overflow || bytes.overflow ? .max : bytes.partialValue)
        }
        try BufferPool.requireRoom(size * Self.bytesPerItem)
        var targets = [Int32](repeating: 0, count: count)
        let histories = try [Int32](unsafeUninitializedCapacity: size) { buffer, filled in
            let histories = UnsafeMutableBufferPointer(rebasing: buffer[..<size])
            try targets.withUnsafeMutableBufferPointer { targets throws in
                try examples.fill(indices, histories: histories, targets: targets)
            }
            filled = size
        }
        try self.init(histories: histories, targets: targets)
    }
}
