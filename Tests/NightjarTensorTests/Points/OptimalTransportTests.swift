import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Optimal transport")
struct OptimalTransportTests {
    @Test("of a cloud onto itself costs nothing")
    func equalClouds() throws {
        let points = try tensor(sample([40, 3], "cloud"), [40, 3])
        let found = try points.distances(to: points)
            .optimalTransport(TransportOptions(epsilon: 1e-3))
        #expect(found.hasConverged)
        #expect(found.cost < 1e-3)
    }

    @Test("has the cost of the best permutation", arguments: 1...5)
    func permutation(_ seed: Int) throws {
        let cost = try tensor(sample([5, 5], "cost \(seed)", low: 0, high: 1), [5, 5])
        func least(_ row: Int, _ free: [Int]) -> Double {
            if row == 5 { return 0 }
            return free.map { column in
                cost.doubles[row * 5 + column] + least(row + 1, free.filter { $0 != column })
            }.min() ?? 0
        }
        let found = try cost.optimalTransport(
            TransportOptions(epsilon: 1e-4, rounds: 20_000, tolerance: 1e-4))
        #expect(abs(found.cost - least(0, Array(0..<5)) / 5) < 2e-3)
        // Without blur the dual objective has the same value.
        #expect(abs(found.dual - found.cost) < 2e-3)
    }

    @Test("with two points on each side has its closed form")
    func closedForm() throws {
        // By symmetry the plan is p on the diagonal and 1/2 - p beside it, p/(1/2 - p) = e^(1/ε).
        let epsilon = 0.5
        let cost = try Tensor([0, 1, 1, 0], shape: [2, 2])
        let found = try cost.optimalTransport(
            TransportOptions(epsilon: epsilon, tolerance: 1e-9))
        let odds = 7.38905609893065  // e²
        #expect(abs(found.cost - 1 / (1 + odds)) < 1e-6)
    }

    @Test("moves weights, in whatever unit they are")
    func weights() throws {
        // Three quarters of the mass have to go to the far target.
        let cost = try Tensor([0, 1], shape: [1, 2])
        let found = try cost.optimalTransport(
            TransportOptions(epsilon: 0.01, sourceWeights: [2], targetWeights: [1, 3]))
        #expect(abs(found.cost - 0.75) < 1e-6)
    }

    @Test("says when it has not converged")
    func unfinished() throws {
        let cost = try tensor(sample([30, 20], "cost", low: 0, high: 1), [30, 20])
        let found = try cost.optimalTransport(
            TransportOptions(epsilon: 1e-4, rounds: 1, tolerance: 0))
        #expect(!found.hasConverged && found.error > 0 && found.rounds == 1)
    }

    @Test("refuses costs, weights and blurs that make no sense")
    func refusals() throws {
        let cost = try Tensor([0, 1, 1, 0], shape: [2, 2])
        let bad: [TransportOptions] = [
            TransportOptions(epsilon: 0), TransportOptions(epsilon: .nan),
            TransportOptions(epsilon: 1, sourceWeights: [1]),
            TransportOptions(epsilon: 1, targetWeights: [1, 0]),
            TransportOptions(epsilon: 1, targetWeights: [1, .infinity]),
        ]
        for options in bad {
            #expect(throws: TensorError.self) { try cost.optimalTransport(options) }
        }
        #expect(throws: TensorError.self) {
            try Tensor([1, 2]).optimalTransport(TransportOptions(epsilon: 1))
        }
        #expect(throws: TensorError.self) {
            try Tensor([.infinity], shape: [1, 1]).optimalTransport(TransportOptions(epsilon: 1))
        }
    }
}
