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
    /// - Throws: ``SelectionError`` when a subset would be empty or `groups` is of another set.
    public static func random(
        _ count: Int, share: Double, of wholeCount: Int, groups: [Int32]? = nil, seed: UInt64
    ) throws(SelectionError) -> Subsets {
        if let groups, groups.count != wholeCount {
            throw .lengths("groups", expected: wholeCount, found: groups.count)
        }
        let units = groups.map { Set($0).sorted() }
        let unitCount = units?.count ?? wholeCount
        let wanted = (share * Double(unitCount)).rounded()
        guard wanted >= 1, wanted <= Double(unitCount) else {
            throw .badShare(share, of: unitCount)
        }
        let keptCount = Int(wanted)
        let stream = RandomStream(seed: seed, "subsets")
        var all: [Subset] = []
        for number in 0..<max(0, count) {
            var draw = stream.split("subset \(number + 1)")
            let chosen = draw.permutation(unitCount).prefix(keptCount)
            guard let groups, let units else {
                all.append(try .only(Array(chosen), of: wholeCount))
                continue
            }
            let keptGroups = Set(chosen.map { units[$0] })
            let positions = groups.indices.filter { keptGroups.contains(groups[$0]) }
            all.append(try .only(positions, of: wholeCount))
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
