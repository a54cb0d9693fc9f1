import Testing

@testable import NightjarData

#if canImport(Glibc)
    import Glibc
#endif

/// The very data of Spotlight's tests of sequence models: a chain of 99 items in which the next one
/// depends on the last two, and is nearly certain after each, drawn as NumPy's `RandomState(42)` does.
struct SpotlightChain {
    private static let (items, users, rows, concentration) = (99, 100, 10_000, 1e-3)
    private var random = MersenneTwister(seed: 42)

    static func generate() throws -> Interactions {
        var chain = SpotlightChain()
        let matrix = chain.transitions()
        let owners = (0..<rows).map { _ in Int32(chain.below(users) + 1) }.sorted()
        return try Interactions(
            name: "spotlight", users: owners, items: chain.walk(matrix),
            timestamps: [Int64](0..<Int64(rows)),
            userTable: AttributeTable(ids: (1...users).map { "\($0)" }),
            itemTable: AttributeTable(ids: (1...items).map { "\($0)" }))
    }

    private mutating func uniform() -> Double {
        let (high, low) = (random.next() >> 5, random.next() >> 6)
        return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
    }

    private mutating func below(_ bound: Int) -> Int {
        while true {
            let drawn = Int(random.next() & 127)
            if drawn < bound { return drawn }
        }
    }

    /// Draws from the gamma distribution with a shape below 1.
    private mutating func gamma(_ shape: Double) -> Double {
        while true {
            let (u, v) = (uniform(), -log(1 - uniform()))
            if u <= 1 - shape {
                let x = pow(u, 1 / shape)
                if x <= v { return x }
            } else {
                let y = -log((1 - u) / shape)
                let x = pow(1 - shape + shape * y, 1 / shape)
                if x <= v + y { return x }
            }
        }
    }

    /// Rows from the Dirichlet distribution, then rounds that balance columns and rows.
    private mutating func transitions() -> [[Double]] {
        var matrix = (0..<Self.items).map { _ in
            let row = (0..<Self.items).map { _ in gamma(Self.concentration) }
            let share = 1 / row.reduce(0, +)
            return row.map { $0 * share }
        }
        for _ in 0..<100 {
            let sums = matrix.dropFirst().reduce(matrix[0]) { zip($0, $1).map(+) }
            let totals = matrix.map { $0.reduce(0, +) }
            if (sums + totals).allSatisfy({ abs(1 - $0) < 1e-3 }) { break }
            matrix = matrix.map { row in
                let balanced = zip(row, sums).map(/)
                let total = balanced.reduce(0, +)
                return balanced.map { $0 / total }
            }
        }
        return matrix
    }

    private mutating func walk(_ matrix: [[Double]]) -> [Int32] {
        let sums = matrix.map { row in
            row.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + $1) }
        }
        let levels = (0..<Self.rows).map { _ in uniform() }
        var (first, second) = (below(Self.items), below(Self.items))
        return levels.map { level in
            let next =
                (0..<Self.items).first { (sums[first][$0] + sums[second][$0]) / 2 >= level }
                ?? Self.items - 1
            (first, second) = (second, next)
            return Int32(next + 1)
        }
    }
}
