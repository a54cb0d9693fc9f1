// Drawing one of many items, some more often than others, in the same time for any number of them.

import NightjarRuntime

/// A draw from 0 ..< n in proportion to weights, by two random numbers whatever n is.
///
/// Each place keeps a share of its own draws and gives the rest to one other place.
///
/// Source: A. Walker, *An efficient method for generating discrete random variables with general
/// distributions*, ACM TOMS 3(3), 1977; construction by M. Vose, 1991.
struct AliasTable {
    private var shares: [Double]
    private var others: [Int32]

    /// Prepares draws; weights that are negative or no number count as 0, and when all do, all places
    /// are alike.
    init(_ weights: some Collection<Float>) {
        let weights = weights.map { $0 > 0 && $0.isFinite ? Double($0) : 0 }
        let total = weights.reduce(0, +)
        shares = weights.map { total > 0 ? $0 / total * Double(weights.count) : 1 }
        others = weights.indices.map(Int32.init(truncatingIfNeeded:))
        var small = shares.indices.filter { shares[$0] < 1 }
        var large = shares.indices.filter { shares[$0] >= 1 }
        while let poor = small.popLast(), let rich = large.last {
            others[poor] = Int32(truncatingIfNeeded: rich)
            shares[rich] -= 1 - shares[poor]
            if shares[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
        // What is left over is 1 but for rounding.
        for place in large { shares[place] = 1 }
    }

    /// Draws a place; 0 when there are none.
    func draw(_ stream: inout RandomStream) -> Int {
        guard !shares.isEmpty else { return 0 }
        let place = stream.below(shares.count)
        return stream.uniform() < shares[place] ? place : Int(others[place])
    }
}
