// Draws rows without regard to time; kept for comparison with studies that did so.

import NightjarRuntime

extension Interactions {
    /// Draws test and validation rows at random: leaky by construction.
    ///
    /// Training knows what a user did after a test row. Lecture material and older studies divide
    /// logs like this; results are not comparable with those of a split by time.
    ///
    /// - Throws: ``SplitError`` for bad shares or when a side would be empty.
    public func splitAtRandom(
        valid: Double = 0.1, test: Double = 0.1, seed: UInt64
    ) throws(SplitError) -> Split {
        let shares = try Shares(valid: valid, test: test)
        var stream = RandomStream(seed: seed, "split at random")
        var roles = [Part.Role?](repeating: .train, count: count)
        for (row, side) in zip(stream.permutation(count), shares.sides(of: count)) {
            roles[row] = side
        }
        return try Split(
            of: self, roles,
            rule: "random rows (leaky): \(shares.words), seed \(seed)", hasValid: valid > 0)
    }
}
