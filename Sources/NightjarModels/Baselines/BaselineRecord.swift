// What a baseline counted, as a file holds it.

import NightjarTensor

/// A baseline taken apart: the options that it was made with, and its numbers by name.
public struct BaselineRecord {
    /// Its kind and options.
    public let configuration: ModelConfiguration
    /// Its numbers; those that are whole are below 2^24, which single precision holds exactly.
    public let numbers: [(name: String, values: Tensor)]

    /// What makes baselines of each kind again.
    private static let kinds: [any Baseline.Type] = [
        PopularityScorer.self, MarkovScorer.self, ItemNeighbours.self,
    ]

    /// Creates a record.
    public init(_ configuration: ModelConfiguration, _ numbers: [(name: String, values: Tensor)]) {
        self.configuration = configuration
        self.numbers = numbers
    }

    /// Whether a configuration is that of a baseline, and not of a script's model of the same name.
    public static func isBaseline(_ configuration: ModelConfiguration) -> Bool {
        configuration.origin == nil && kinds.contains { $0.kind == configuration.kind }
    }

    /// Puts the baseline together again.
    ///
    /// - Throws: ``ModelError`` where the numbers do not fit together.
    public func baseline() throws(ModelError) -> any Baseline {
        guard let kind = Self.kinds.first(where: { $0.kind == configuration.kind }) else {
            throw .unknownKind(configuration.kind, known: Self.kinds.map { $0.kind })
        }
        return try kind.init(self)
    }

    /// Number of classes: the items and padding.
    ///
    /// - Throws: ``ModelError``.
    var classCount: Int {
        get throws(ModelError) {
            let items = try configuration.size("items")
            guard (0..<1 << 24).contains(items) else { throw damaged }
            return items + 1
        }
    }

    /// The numbers called `name`, as many as are expected.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)``.
    func values(_ name: String, count: Int? = nil) throws(ModelError) -> [Float] {
        guard let found = numbers.first(where: { $0.name == name })?.values.values,
            count == nil || found.count == count
        else { throw damaged }
        return found
    }

    /// The same for whole numbers in a range.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)``.
    func integers(
        _ name: String, in range: ClosedRange<Int>, count: Int? = nil
    ) throws(ModelError) -> [Int] {
        var integers: [Int] = []
        for value in try values(name, count: count) {
            guard let integer = Int(exactly: value), range.contains(integer) else { throw damaged }
            integers.append(integer)
        }
        return integers
    }

    /// The error of a record whose parts do not fit together.
    var damaged: ModelError { .damagedCounts(kind: configuration.kind) }
}

extension Tensor {
    /// Whole numbers as a tensor, for a ``BaselineRecord``.
    ///
    /// - Throws: ``TensorError``, also for numbers that single precision does not hold.
    init(recording integers: [Int]) throws(TensorError) {
        if let large = integers.first(where: { $0 >= 1 << 24 }) {
            throw .badValue(
                operation: "save", "\(large) is too large a count. Save numbers below 2^24.")
        }
        try self.init(integers.map(Float.init))
    }
}
