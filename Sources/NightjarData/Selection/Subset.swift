// What is kept of a set of examples.

/// Some of a set of examples, named by those that are kept or, when that is shorter, by those that
/// are left out.
public struct Subset: Sendable, Equatable {
    /// Number of examples of the whole set.
    public let wholeCount: Int
    /// The named examples, ascending, from 0.
    public let named: [Int32]
    /// Whether the named examples are kept; otherwise the others are.
    public let keepsNamed: Bool

    /// The examples at `positions` and no others.
    ///
    /// - Throws: ``SelectionError`` for a number outside of the set or given twice.
    public static func only(
        _ positions: [Int], of wholeCount: Int
    ) throws(SelectionError) -> Subset {
        try Subset(positions, of: wholeCount, keepsNamed: true)
    }

    /// All examples but those at `positions`.
    ///
    /// - Throws: ``SelectionError`` for a number outside of the set or given twice.
    public static func without(
        _ positions: [Int], of wholeCount: Int
    ) throws(SelectionError) -> Subset {
        try Subset(positions, of: wholeCount, keepsNamed: false)
    }

    private init(
        _ positions: [Int], of wholeCount: Int, keepsNamed: Bool
    ) throws(SelectionError) {
        let sorted = positions.sorted()
        if let low = sorted.first, low < 0 { throw .negative(low) }
        if let high = sorted.last, high >= wholeCount || high > Int(Int32.max) {
            throw .outside(high, count: wholeCount, subject: .examples)
        }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one == next {
            throw .repeated(one)
        }
        self.wholeCount = wholeCount
        named = sorted.map { Int32($0) }
        self.keepsNamed = keepsNamed
    }

    /// Number of examples that are kept.
    public var count: Int { keepsNamed ? named.count : wholeCount - named.count }

    /// The examples that are kept, ascending, from 0.
    public var kept: [Int] { keepsNamed ? named.map(Int.init) : others }

    /// The examples that are left out, ascending, from 0.
    public var leftOut: [Int] { keepsNamed ? others : named.map(Int.init) }

    private var others: [Int] {
        var others: [Int] = []
        others.reserveCapacity(wholeCount - named.count)
        var next = 0
        for place in named {
            others += next..<Int(place)
            next = Int(place) + 1
        }
        return others + (next..<wholeCount)
    }
}
