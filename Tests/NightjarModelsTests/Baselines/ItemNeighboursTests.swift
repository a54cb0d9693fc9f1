import NightjarData
import NightjarRuntime
import Testing

@testable import NightjarModels

@Suite("Nearest items as a baseline")
struct ItemNeighboursTests {
    /// Shrunk cosines of the columns of a matrix of baskets and items, by their definition.
    private func similarities(_ matrix: [[Double]], shrink: Double) -> [[Double]] {
        let items = matrix[0].indices
        func product(_ i: Int, _ j: Int) -> Double { matrix.reduce(0) { $0 + $1[i] * $1[j] } }
        return items.map { i in
            items.map { j in
                let norm = (product(i, i) * product(j, j)).squareRoot() + shrink
                return i == j || norm == 0 ? 0 : product(i, j) / norm
            }
        }
    }

    @Test("has the similarities of a small world", arguments: [0, 2.5])
    func smallWorld(_ shrink: Double) throws {
        let scorer = try ItemNeighbours(trainedOn: BaselineWorld.train(), shrink: shrink)
        // Items 1 and 2 are in three and four baskets, in three of them together.
        let found = try scorer.neighbours(of: 1)
        #expect(found.first?.item == 2)
        let expected = 3 / (12.0.squareRoot() + shrink)
        #expect(abs(Double(found.first?.similarity ?? 0) - expected) < 1e-6)
        #expect(try scorer.neighbours(of: 5).isEmpty)
        #expect(try scorer.scores(after: [5]).allSatisfy { $0 == 0 })
    }

    @Test("equals brute force on a random world", arguments: [1, 3, 50], [0, 10.0])
    func bruteForce(_ count: Int, _ shrink: Double) throws {
        let (users, items, rows) = (40, 30, 400)
        var stream = RandomStream(seed: 5, "baskets")
        let owners = (0..<rows).map { _ in Int32(1 + stream.below(users)) }.sorted()
        let met = (0..<rows).map { _ in Int32(1 + min(stream.below(items), stream.below(items))) }
        let log = try Interactions(
            name: "random", users: owners, items: met,
            timestamps: (0..<Int64(rows)).map(\.self),
            userTable: AttributeTable(ids: (1...users).map { "\($0)" }),
            itemTable: AttributeTable(ids: (1...items).map { "\($0)" }))
        let weights = (0..<users).map { _ in Float(stream.below(3)) }
        let sequences = try log.whole().chunks(length: rows)
        let owner = sequences.users
        let train = try sequences.withWeights(owner.map { weights[Int($0) - 1] })
        let scorer = try ItemNeighbours(trainedOn: train, count: count, shrink: shrink)

        var matrix = [[Double]](
            repeating: [Double](repeating: 0, count: items + 1), count: users + 1)
        for (user, item) in zip(owners, met) {
            matrix[Int(user)][Int(item)] = Double(weights[Int(user) - 1]).squareRoot()
        }
        let similar = similarities(matrix, shrink: shrink)
        let history: [Int32] = [3, 17, 3, 29]
        var expected = [Double](repeating: 0, count: items + 1)
        for item in Set(history) {
            let own = similar[Int(item)]
            let nearest = own.indices.sorted {
                abs(own[$0] - own[$1]) < 1e-9 ? $0 < $1 : own[$0] > own[$1]
            }
            for other in nearest.prefix(count) { expected[other] += own[other] }
        }
        for padding in [0, 4] {
            let found = try scorer.scores(after: history, padding: padding)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("takes a weight of zero for removal and one of two for two sequences")
    func weights() throws {
        let whole = try BaselineWorld.train()
        let pairs = try [
            (whole.withWeights([0, 1, 1, 1]), whole.without([0])),
            (whole.withWeights([2, 1, 1, 1]), whole.concatenated(with: whole.subset([0]))),
        ]
        for (weighted, plain) in pairs {
            let scorers = try [weighted, plain].map { try ItemNeighbours(trainedOn: $0) }
            for item: Int32 in 1...4 {
                let found = try scorers.map { try $0.scores(after: [item]) }
                #expect(zip(found[0], found[1]).allSatisfy { abs($0 - $1) < 1e-6 })
            }
        }
    }

    @Test("takes the targets of a user for a basket")
    func examples() throws {
        let sequences = try BaselineWorld.train()
        let examples = try sequences.log.whole().windows(length: 3)
        let pair = try [
            ItemNeighbours(trainedOn: sequences), ItemNeighbours(trainedOn: examples),
        ]
        #expect(try pair[0].scores(after: [2, 3]) == pair[1].scores(after: [2, 3]))
        let without = try examples.withWeights(
            examples.targets.map { $0 == 4 ? 0 : 1 })
        #expect(try ItemNeighbours(trainedOn: without).neighbours(of: 4).isEmpty)
    }

    @Test("refuses options that make no sense, and items that there are none of")
    func badOptions() throws {
        let train = try BaselineWorld.train()
        #expect(throws: ModelError.self) { try ItemNeighbours(trainedOn: train, count: 0) }
        for shrink in [-1, .nan, .infinity] {
            #expect(throws: ModelError.self) {
                try ItemNeighbours(trainedOn: train, shrink: shrink)
            }
        }
        let scorer = try ItemNeighbours(trainedOn: train)
        #expect(throws: ModelError.unknownItem(id: 9, items: 5)) { try scorer.scores(after: [9]) }
    }
}
