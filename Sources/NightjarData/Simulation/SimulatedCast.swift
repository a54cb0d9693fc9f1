// Who is who in a simulation, and how much each user does.

import NightjarRuntime

/// What a simulated user is.
enum SimulatedRole: Equatable {
    /// Somebody with a taste.
    case viewer
    /// Somebody who clicks at random.
    case junk
    /// A copy of the viewer with this number (from 0).
    case duplicate(of: Int)
}

extension Simulation {
    /// Gives every user a role; nobody is copied twice.
    func makeCast(_ stream: RandomStream) -> [SimulatedRole] {
        var stream = stream
        let order = stream.permutation(users)
        let junk = Int(junkShare * Double(users))
        let copies = Int(duplicateShare * Double(users))
        var cast = [SimulatedRole](repeating: .viewer, count: users)
        for place in 0..<junk { cast[order[place]] = .junk }
        for place in 0..<copies {
            cast[order[junk + place]] = .duplicate(of: order[junk + copies + place])
        }
        return cast
    }

    /// How many rows each user has: a few everybody, the rest by 1 / (activity rank + a constant).
    ///
    /// The numbers add up to ``interactions``; a copy has as many rows as its original. Nobody has
    /// more than half of all items, so that a choice is always left.
    func rowCounts(_ cast: [SimulatedRole], _ stream: RandomStream) -> [Int] {
        var stream = stream
        let most = items / 2
        let least = interactions / users / 4
        var weights = [Double](repeating: 0, count: users)
        for (rank, user) in stream.permutation(users).enumerated() {
            weights[user] = 1 / (Double(rank) + Double(users) / 10 + 1)
        }
        // How many users have the rows of this one: two for an original, none for its copy.
        var holders = [Int](repeating: 1, count: users)
        for case (let user, .duplicate(let original)) in cast.enumerated() {
            holders[user] = 0
            holders[original] = 2
        }
        let total = zip(weights, holders).reduce(0) { $0 + $1.0 * Double($1.1) }
        let shared = Double(interactions - least * users)
        var counts = weights.map { min(most, least + Int(shared * $0 / total)) }
        var missing = interactions - zip(counts, holders).reduce(0) { $0 + $1.0 * $1.1 }
        while missing > 0 {  // ends: half of all pairs could be filled, a quarter is asked for
            for user in 0..<users where counts[user] < most {
                guard holders[user] > 0, holders[user] <= missing else { continue }
                counts[user] += 1
                missing -= holders[user]
            }
        }
        for case (let user, .duplicate(let original)) in cast.enumerated() {
            counts[user] = counts[original]
        }
        return counts
    }
}
