// Rules that count instead of learning: what every model should beat.

import NightjarData
import NightjarTensor

/// A scorer that is made by counting training examples, and then stays as it is.
///
/// Examples with a weight of zero count for nothing, as if they were not there.
public protocol Baseline: Scorer, Sendable, CustomStringConvertible {
    /// Its name, such as `markov`.
    static var kind: String { get }
    /// Bytes that it takes, about.
    var nativeBytes: Int { get }
    /// What a file has to hold of it.
    ///
    /// - Throws: ``TensorError``.
    func record() throws(TensorError) -> BaselineRecord
    /// Puts it together again.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)`` where the numbers do not fit together.
    init(_ record: BaselineRecord) throws(ModelError)
}

/// Examples that baselines count: single targets, or whole sequences.
public protocol BaselineExamples: TargetCounting {
    /// The log that they are cut from.
    var log: Interactions { get }

    /// Calls `body` with everything that a model should have predicted: the items before it, the
    /// latest last, the item, and its weight, which is above zero.
    ///
    /// - Throws: what `body` throws.
    func forEachTarget(
        _ body: (_ history: ArraySlice<Int32>, _ target: Int32, _ weight: Double) throws -> Void
    ) throws

    /// Items that belong together, with the weight of each: those of a sequence, or the targets of a
    /// user. No item stands in a basket twice.
    func baskets() throws -> [[WeightedItem]]
}

/// An item of a basket.
public struct WeightedItem: Sendable, Equatable {
    /// The item.
    public let item: Int32
    /// Its value in the basket's row of the matrix of baskets and items.
    public let value: Double

    /// Creates an item of a basket.
    public init(_ item: Int32, value: Double) {
        self.item = item
        self.value = value
    }
}

extension Examples: BaselineExamples {
    /// Calls `body` with the history, target and weight of each example.
    ///
    /// - Throws: what `body` throws.
    public func forEachTarget(
        _ body: (_ history: ArraySlice<Int32>, _ target: Int32, _ weight: Double) throws -> Void
    ) throws {
        let (targets, weights) = (targets, weights)
        for index in 0..<count {
            let weight = Double(weights?[index] ?? 1)
            if weight > 0 { try body(history(of: index)[...], targets[index], weight) }
        }
    }

    /// The targets of each user, with the largest weight of the examples that ask for them.
    public func baskets() -> [[WeightedItem]] {
        let (users, targets, weights) = (users, targets, weights)
        var values = [[Int32: Double]](repeating: [:], count: log.userCount + 1)
        for index in 0..<count {
            let weight = Double(weights?[index] ?? 1)
            guard weight > 0 else { continue }
            values[Int(users[index])][targets[index], default: 0]
                .raise(to: weight)
        }
        return values.filter { !$0.isEmpty }.map { basket in
            basket.sorted { $0.key < $1.key }.map { WeightedItem($0.key, value: $0.value) }
        }
    }
}

extension Sequences: BaselineExamples {
    /// Calls `body` with every item of each sequence, after those before it.
    ///
    /// - Throws: what `body` throws.
    public func forEachTarget(
        _ body: (_ history: ArraySlice<Int32>, _ target: Int32, _ weight: Double) throws -> Void
    ) throws {
        for index in 0..<count {
            let weight = Double(weights?[index] ?? 1)
            guard weight > 0 else { continue }
            let items = try items(of: index)
            for (place, item) in items.enumerated() { try body(items[..<place], item, weight) }
        }
    }

    /// The items of each sequence; one of weight 2 counts like two equal ones.
    ///
    /// - Throws: `ExamplesError`, which does not happen.
    public func baskets() throws -> [[WeightedItem]] {
        try (0..<count).compactMap { index in
            let weight = Double(weights?[index] ?? 1)
            guard weight > 0 else { return nil }
            return Set(try items(of: index)).sorted()
                .map { WeightedItem($0, value: weight.squareRoot()) }
        }
    }
}

extension Double {
    /// Becomes `other` where that is larger.
    fileprivate mutating func raise(to other: Double) { self = max(self, other) }
}
