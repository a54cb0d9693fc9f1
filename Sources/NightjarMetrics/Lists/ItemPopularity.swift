// How well known items are, as training data say.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many users have met each item.
public struct ItemPopularity: Sendable {
    /// Users who have met each item; place 0 is item 1.
    public let counts: [Int]
    /// Number of users.
    public let users: Int
    /// Whether each item is of the long tail.
    ///
    /// The others are the most popular items that together have 80 % of the counts. Of equal items the
    /// one with the smaller number is the more popular.
    public let isTail: [Bool]

    /// The share of all counts that the head of the catalogue has.
    ///
    /// Source: H. Abdollahpouri, R. Burke and B. Mobasher, *Controlling popularity bias in
    /// learning-to-rank recommendation*, RecSys 2017.
    public static let headShare = 0.8

    /// Takes counts.
    ///
    /// - Throws: ``MetricError`` for a count below 0 or above the number of users.
    public init(counts: [Int], users: Int) throws(MetricError) {
        if let place = counts.firstIndex(where: { $0 < 0 || $0 > users }) {
            throw .badCount(counts[place], item: place + 1, users: users)
        }
        self.counts = counts
        self.users = users
        let total = Double(counts.reduce(0, +))
        var isTail = [Bool](repeating: true, count: counts.count)
        var before = 0.0
        for place in counts.indices.sorted(by: {
            counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1]
        }) where before < Self.headShare * total {
            isTail[place] = false
            before += Double(counts[place])
        }
        self.isTail = isTail
    }

    /// How surprising an item is: −log₂ of the share of users who have met it, in bits.
    ///
    /// An item that nobody has met counts as met by one user, as its self-information has no bound.
    ///
    /// Source: T. Zhou et al., *Solving the apparent diversity-accuracy dilemma of recommender
    /// systems*, PNAS 107(10), 2010.
    func selfInformation(of item: Int32) -> Double {
        -log2(Double(max(1, counts[Int(item) - 1])) / Double(max(1, users)))
    }
}
