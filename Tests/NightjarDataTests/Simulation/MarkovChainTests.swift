import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Markov chain")
struct MarkovChainTests {
    @Test(
        "transitions are distributions whose columns are balanced", arguments: [0.01, 0.1, 1, 100])
    func balanced(_ concentration: Double) throws {
        let chain = MarkovChain(items: 40, concentration: concentration)
        let matrix = try chain.transitions(RandomStream(seed: 3, "test"))
        for row in matrix {
            #expect(abs(row.reduce(0, +) - 1) < 1e-9)
            #expect(row.allSatisfy { $0 >= 0 })
        }
        for item in 0..<40 {
            #expect(abs(matrix.reduce(0) { $0 + $1[item] } - 1) < 0.1)
        }
    }

    @Test(
        "a Dirichlet draw has the mean and variance of its distribution", arguments: [0.05, 1, 20])
    func moments(_ concentration: Double) {
        var stream = RandomStream(seed: 8, "dirichlet")
        let draws = (0..<20_000).map { _ in stream.dirichlet(concentration, count: 4)[0] }
        let mean = draws.reduce(0, +) / 20_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        let expected = 0.25 * 0.75 / (4 * concentration + 1)
        #expect(abs(mean - 0.25) < 0.01)
        #expect(abs(variance - expected) < 0.05 * expected)
    }

    /// MRR of ranking by the true next-item distribution, over the rows of the log.
    private func oracle(_ chain: MarkovChain) throws -> Double {
        let log = try chain.generate()
        let matrix = try chain.transitions(
            RandomStream(seed: chain.seed, "markov chain").split("transitions"))
        var sum = 0.0
        for row in chain.order..<log.count {
            let recent = log.items[(row - chain.order)..<row].map { matrix[Int($0) - 1] }
            let scores = (0..<chain.items).map { item in recent.reduce(0) { $0 + $1[item] } }
            let own = scores[Int(log.items[row]) - 1]
            sum += 1 / Double(scores.count { $0 >= own })
        }
        return sum / Double(log.count - chain.order)
    }

    @Test("small concentration is predictable, large is not")
    func concentration() throws {
        // Two nearly certain rows of equal weight: the target is first or second, 3/4 on average.
        #expect(abs(try oracle(MarkovChain(interactions: 4_000)) - 0.75) < 0.1)
        #expect(try oracle(MarkovChain(interactions: 4_000, concentration: 100)) < 0.09)
    }

    @Test("no item is popular, so that only order helps")
    func uniform() throws {
        let log = try MarkovChain(interactions: 50_000, concentration: 0.1).generate()
        var counts = [Int](repeating: 0, count: 99)
        for item in log.items { counts[Int(item) - 1] += 1 }
        #expect((counts.max() ?? 0) < 3 * 50_000 / 99)
        #expect((counts.min() ?? 0) > 50_000 / 99 / 3)
    }

    @Test("has the asked shape and repeats by seed")
    func shape() throws {
        let log = try MarkovChain().generate()
        #expect(log.count == 10_000 && log.userCount == 100 && log.itemCount == 99)
        #expect(zip(log.users, log.users.dropFirst()).allSatisfy(<=))
        #expect(log.isInTimeOrder)
        #expect(try MarkovChain().generate().items == log.items)
        #expect(try MarkovChain(seed: 2).generate().items != log.items)
    }

    @Test("refuses options out of range")
    func broken() {
        let chains = [
            MarkovChain(users: 0), MarkovChain(items: 1), MarkovChain(items: 5_001),
            MarkovChain(interactions: 0), MarkovChain(order: 0), MarkovChain(concentration: 0),
            MarkovChain(concentration: .nan), MarkovChain(concentration: .infinity),
        ]
        for chain in chains {
            #expect(throws: SimulationError.self) { try chain.generate() }
        }
    }
}
