// Holds whole users out.

import NightjarRuntime

extension Interactions {
    /// Holds out random users with all their rows: their histories are new to the model.
    ///
    /// Of n users with rows, ⌊test·n⌋ are for the test and ⌊valid·n⌋ for validation. A user's side
    /// depends on the seed and on the set of users, not on the order of rows.
    ///
    /// - Throws: ``SplitError`` for bad shares or when a side would be empty.
    public func splitByUser(
        valid: Double = 0.1, test: Double = 0.1, seed: UInt64
    ) throws(SplitError) -> Split {
        let shares = try Shares(valid: valid, test: test)
        var active = [Bool](repeating: false, count: userCount + 1)
        for user in users { active[Int(user)] = true }
        var held = active.indices.filter { active[$0] }
        var stream = RandomStream(seed: seed, "split by user")
        stream.shuffle(&held)
        var sides = [Part.Role](repeating: .train, count: userCount + 1)
        for (user, side) in zip(held, shares.sides(of: held.count)) { sides[user] = side }
        return try Split(
            of: self, users.map { sides[Int($0)] },
            rule: "random users with all their rows: \(shares.words), seed \(seed)",
            hasValid: valid > 0, warnings: userOrderWarnings)
    }
}
