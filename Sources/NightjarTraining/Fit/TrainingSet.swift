// What a model can learn from.

import NightjarData
import NightjarModels

/// Weighted examples that a model learns from: single targets, or whole sequences.
public protocol TrainingSet: Sendable {
    /// The log that they are cut from.
    var log: Interactions { get }
    /// The side that they come from; `nil` after joining sides.
    var role: Part.Role? { get }
    /// Number of examples.
    var count: Int { get }
    /// One weight for each example; `nil` when all are 1.
    var weights: [Float]? { get }
    /// SHA-256 of all that a model learns from them.
    var digest: String { get }
    /// What a model predicts of each.
    var task: Batch.Task { get }
    /// Items of history before the last target of an example, padding included.
    var historyLength: Int { get }

    /// The chosen examples as a model reads them.
    ///
    /// - Throws: `ExamplesError`, `TensorError`.
    func batch(_ indices: some RandomAccessCollection<Int>) throws -> Batch

    /// The chosen examples in the given order, with their weights.
    ///
    /// - Throws: `ExamplesError`.
    func subset(_ indices: some Sequence<Int>) throws -> Self
}

extension Examples: TrainingSet {
    /// The item after each history.
    public var task: Batch.Task { .nextItem }

    /// The chosen examples as a model reads them.
    ///
    /// - Throws: `ExamplesError`, `TensorError`.
    public func batch(_ indices: some RandomAccessCollection<Int>) throws -> Batch {
        try Batch(self, indices)
    }
}

extension Sequences: TrainingSet {
    /// Every item, from those before it.
    public var task: Batch.Task { .everyItem }

    /// All items of a sequence but the last.
    public var historyLength: Int { length - 1 }

    /// The chosen sequences as a model reads them.
    ///
    /// - Throws: `ExamplesError`, `TensorError`.
    public func batch(_ indices: some RandomAccessCollection<Int>) throws -> Batch {
        try Batch(self, indices)
    }
}
