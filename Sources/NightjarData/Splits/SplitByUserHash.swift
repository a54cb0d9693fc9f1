// Holds out the users that Spotlight's experiments hold out.

extension Interactions {
    /// Divides users by a hash of their ids, as Spotlight's sequence experiments do.
    ///
    /// A user leaves training when `murmur3(id, s₁) mod 100 < 100 · share`, and is then validation
    /// when `murmur3(id, s₂) mod 100 < 50`, else test; s₁ and s₂ are the first two numbers that
    /// NumPy's `RandomState(seed)` draws below 2³² − 1. The sides are those of the study when the
    /// ids are: original ids are hashed when all are 32-bit integers, dense numbers otherwise.
    ///
    /// - Parameters:
    ///   - seed: The study's NumPy seed, such as 72 or 100.
    ///   - share: Share of users outside training; half of them is validation.
    /// - Returns: The split, in which each user's rows are on one side.
    /// - Throws: ``SplitError`` for a bad share or when a side would be empty.
    public func splitByUserHash(
        seed: UInt32, share: Double = 0.2
    ) throws(SplitError) -> Split {
        guard share > 0, share < 1 else {
            throw .badShares(valid: share / 2, test: share / 2)
        }
        var twister = MersenneTwister(seed: seed)
        let seeds = (twister.hashSeed(), twister.hashSeed())
        func isHeld(_ id: Int32, _ hashSeed: UInt32, _ share: Double) -> Bool {
            Double(murmur3(id, seed: hashSeed) % 100) / 100 < share
        }
        let originals = userTable.ids.compactMap { Int32($0) }
        let hasIntegers = originals.count == userCount
        let ids = hasIntegers ? originals : (0..<Int32(userCount)).map { $0 + 1 }
        let sides = ids.map { id -> Part.Role in
            guard isHeld(id, seeds.0, share) else { return .train }
            return isHeld(id, seeds.1, 0.5) ? .valid : .test
        }
        return try Split(
            of: self, users.map { sides[Int($0) - 1] },
            rule: "users by murmur3 of their \(hasIntegers ? "ids" : "dense numbers"),"
                + " NumPy seed \(seed), share \(share), half of it valid",
            hasValid: true, warnings: userOrderWarnings)
    }
}
