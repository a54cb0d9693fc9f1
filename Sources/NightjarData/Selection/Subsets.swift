// Several subsets of one set of examples, for retraining on each.

import NightjarRuntime

/// Subsets of one set of examples.
public struct Subsets: Sendable, Equatable {
    /// Number of examples of the whole set.
    public let wholeCount: Int
    /// The subsets.
    public let all: [Subset]

    /// Creates a list of subsets of `wholeCount` examples.
    ///
    /// - Throws: ``SelectionError/otherSet(count:expected:)`` for a subset of another set.
    public init(_ subsets: [Subset], of wholeCount: Int) throws(SelectionError) {
        if let other = subsets.first(where: { $0.wholeCount != wholeCount }) {
            throw .otherSet(count: other.wholeCount, expected: wholeCount)
        }
        self.wholeCount = wholeCount
        all = subsets
    }

    /// Examples that random subsets may name in all, each in four bytes.
    private static let mostNamed = 0x1p28

    /// Number of subsets.
    public var count: Int { all.count }

    /// Draws subsets at random, each without replacement and independent of the others.
    ///
    /// The first subsets of a seed are the same however many are drawn.
    ///
    /// - Parameters:
    ///   - count: number of subsets.
    ///   - share: the share of the examples, or of the groups, that each keeps.
    ///   - wholeCount: number of examples of the whole set.
    ///   - groups: what each example belongs to, such as its user, when groups are kept whole.
    ///   - seed: seed of the draws.
    /// - Returns: the subsets.
    /// - Throws: ``SelectionError`` when a subset would be empty, when there is no room for so many,
    ///   or `groups` is of another set; `Interrupted` when the user asks to stop.
    public static func random(
        _ count: Int, share: Double, of wholeCount: Int, groups: [Int32]? = nil, seed: UInt64
    ) throws -> Subsets {
        if let groups, groups.count != wholeCount {
            throw SelectionError.lengths("groups", expected: wholeCount, found: groups.count)
        }
        let units = groups.map { Set($0).sorted() }
        let unitCount = units?.count ?? wholeCount
        let wanted = (share * Double(unitCount)).rounded()
        guard wanted >= 1, wanted <= Double(unitCount) else {
            throw SelectionError.badShare(share, of: unitCount)
        }
        let keptCount = Int(wanted)
        // Those that are fewer are named.
        let keepsNamed = 2 * keptCount <= unitCount
        let namedCount = keepsNamed ? keptCount : unitCount - keptCount
        let namedShare = Double(namedCount) / Double(unitCount)
        guard Double(count) * namedShare * Double(wholeCount) <= mostNamed else {
            throw SelectionError.tooManySubsets(count)
        }
        let stream = RandomStream(seed: seed, "subsets")
        var all: [Subset] = []
        for number in 0..<max(0, count) {
            try Interruption.check()
            var draw = stream.split("subset \(number + 1)")
            let order = draw.permutation(unitCount)
            var named = Array(keepsNamed ? order.prefix(keptCount) : order.dropFirst(keptCount))
            if let groups, let units {
                let chosen = Set(named.map { units[$0] })
                named = groups.indices.filter { chosen.contains(groups[$0]) }
            }
            all.append(
                try keepsNamed ? .only(named, of: wholeCount) : .without(named, of: wholeCount))
        }
        return try Subsets(all, of: wholeCount)
    }

    /// These subsets, then those of another list of the same set.
    ///
    /// - Throws: ``SelectionError/otherSet(count:expected:)``.
    public func concatenated(with other: Subsets) throws(SelectionError) -> Subsets {
        guard other.wholeCount == wholeCount else {
            throw .otherSet(count: other.wholeCount, expected: wholeCount)
        }
        return try Subsets(all + other.all, of: wholeCount)
    }
}

extension Subsets: CustomStringConvertible {
    /// One line, such as `Subsets: 50 of 20000 examples, each keeps 10000`.
    public var description: String {
        let sizes = all.map(\.count)
        guard let least = sizes.min(), let most = sizes.max() else {
            return "Subsets: none of \(wholeCount) examples"
        }
        let kept = least == most ? "each keeps \(least)" : "they keep \(least) to \(most)"
        return "Subsets: \(count) of \(wholeCount) examples, \(kept)"
    }
}
