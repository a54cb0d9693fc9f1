// A few examples, in the layout that models read.

import NightjarData
import NightjarTensor

/// Next-item examples that go through a model together.
public struct Batch: Sendable {
    /// What is predicted of each example.
    public enum Task: Sendable {
        /// The item that followed a history.
        case nextItem
        /// Every item of a sequence, from those before it.
        case everyItem
    }

    /// What is predicted.
    public let task: Task
    /// Number of examples B.
    public let examples: Int
    /// Length T of each history or sequence.
    public let steps: Int
    /// Items of histories or sequences, time-major: position t·B + b; 0 is padding on the left.
    public let ids: [Int32]
    /// What is to be predicted: for ``Task/nextItem`` the item that followed each history, `[B]`; for
    /// ``Task/everyItem`` the ``ids`` themselves.
    public let targets: [Int32]

    /// Creates a batch from histories as rows, `[B][T]`.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)`` when sizes do not fit.
    public init(histories: [Int32], targets: [Int32]) throws(TensorError) {
        ids = try Self.timeMajor(histories, examples: targets.count)
        task = .nextItem
        examples = targets.count
        steps = histories.count / targets.count
        self.targets = targets
    }

    /// Creates a batch from sequences as rows, `[B][T]`, of which every item is predicted.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)`` when sizes do not fit.
    public init(sequences: [Int32], examples: Int) throws(TensorError) {
        ids = try Self.timeMajor(sequences, examples: examples)
        task = .everyItem
        self.examples = examples
        steps = sequences.count / examples
        targets = ids
    }

    /// The same batch with other targets, 0 for those that are not to be predicted.
    func predicting(_ targets: [Int32]) -> Batch {
        Batch(task: task, examples: examples, steps: steps, ids: ids, targets: targets)
    }

    private init(task: Task, examples: Int, steps: Int, ids: [Int32], targets: [Int32]) {
        self.task = task
        self.examples = examples
        self.steps = steps
        self.ids = ids
        self.targets = targets
    }

    /// Number of items that are predicted of each example.
    public var termCounts: [Int] {
        guard task == .everyItem else { return [Int](repeating: 1, count: examples) }
        var counts = [Int](repeating: 0, count: examples)
        for (place, target) in targets.enumerated() where target > 0 {
            counts[place % examples] += 1
        }
        return counts
    }

    private static func timeMajor(
        _ rows: [Int32], examples count: Int
    ) throws(TensorError) -> [Int32] {
        guard count > 0, rows.count.isMultiple(of: count) else {
            throw .countMismatch(shape: [count], values: rows.count)
        }
        let steps = rows.count / count
        return [Int32](unsafeUninitializedCapacity: rows.count) { ids, filled in
            rows.withUnsafeBufferPointer { rows in
                // A block of examples wide enough to write whole cache lines.
                for first in stride(from: 0, to: count, by: 16) {
                    let block = first..<min(first + 16, count)
                    for step in 0..<steps {
                        for example in block {
                            ids[step * count + example] = rows[example * steps + step]
                        }
                    }
                }
            }
            filled = rows.count
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
        var targets = [Int32](repeating: 0, count: indices.count)
        let histories = try Self.items(indices.count, examples.historyLength) { histories in
            try targets.withUnsafeMutableBufferPointer { targets throws in
                try examples.fill(indices, histories: histories, targets: targets)
            }
        }
        try self.init(histories: histories, targets: targets)
    }

    /// Creates a batch from some of a set of sequences.
    ///
    /// - Throws: as ``init(_:_:)-(Examples,_)``.
    public init(_ sequences: Sequences, _ indices: some RandomAccessCollection<Int>) throws {
        let items = try Self.items(indices.count, sequences.length) { items in
            try sequences.fill(indices, items: items)
        }
        try self.init(sequences: items, examples: indices.count)
    }

    /// Room for a matrix of items, as `fill` leaves it.
    private static func items(
        _ rows: Int, _ width: Int, _ fill: (UnsafeMutableBufferPointer<Int32>) throws -> Void
    ) throws -> [Int32] {
        let (size, overflow) = rows.multipliedReportingOverflow(by: width)
        // An array without memory would end the process; an error leaves the user the prompt.
        guard !overflow, size <= Int(Int32.max) else {
            let bytes = size.multipliedReportingOverflow(by: MemoryLayout<Int32>.stride)
            throw TensorError.outOfMemory(
                bytes: overflow || bytes.overflow ? .max : bytes.partialValue)
        }
        try BufferPool.requireRoom(size * Self.bytesPerItem)
        return try [Int32](unsafeUninitializedCapacity: size) { buffer, filled in
            try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<size]))
            filled = size
        }
    }
}
