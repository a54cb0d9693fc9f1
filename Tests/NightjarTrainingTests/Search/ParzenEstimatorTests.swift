import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("ParzenEstimator")
struct ParzenEstimatorTests {
    @Test(
        "is a density: it adds up to 1 over the range",
        arguments: [[], [0.3], [0.1, 0.12, 1.9]])
    func mass(_ values: [Double]) {
        let estimator = ParzenEstimator(.uniform(0...2), values)
        let steps = 20_000
        let sum = (0..<steps).reduce(0.0) { sum, step in
            sum + exp(estimator.logDensity((Double(step) + 0.5) * 2 / Double(steps)))
        }
        #expect(abs(sum * 2 / Double(steps) - 1) < 1e-6)
    }

    @Test("gives steps masses that add up to 1")
    func steps() {
        let range = SearchRange.integer(10...30, step: 5)
        let estimator = ParzenEstimator(range, [0, 1, 1, 4])
        let masses = (0..<5).map { exp(estimator.logDensity(Double($0))) }
        #expect(abs(masses.reduce(0, +) - 1) < 1e-12)
        #expect(masses[1] > masses[2] && masses[1] > masses[3])
    }

    @Test("is the closed form for one value")
    func oneValue() {
        // On 0…10 with a value at 2: a normal at 2, as wide as half of the range, and the prior at 5,
        // as wide as the range, half of each.
        func below(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
        func normal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
            exp(-pow((x - mean) / deviation, 2) / 2) / (deviation * (2 * Double.pi).squareRoot())
        }
        let inside =
            (below(8.0 / 5) - below(-2.0 / 5) + below(5.0 / 10) - below(-5.0 / 10)) / 2
        let expected = (normal(3, 2, 5) + normal(3, 5, 10)) / 2 / inside
        let estimator = ParzenEstimator(.uniform(0...10), [2])
        #expect(abs(exp(estimator.logDensity(3)) - expected) < 1e-12)
    }

    @Test("counts choices, one more for each")
    func choices() {
        let range = SearchRange.choice([.text("a"), .text("b"), .text("c")])
        let estimator = ParzenEstimator(range, [0, 0, 2])
        let shares = (0..<3).map { exp(estimator.logDensity(Double($0))) }
        for (share, expected) in zip(shares, [3.0 / 6, 1.0 / 6, 2.0 / 6]) {
            #expect(abs(share - expected) < 1e-12)
        }
    }

    @Test("lets values before the newest 25 count less, from 1/n up")
    func forgetting() {
        #expect(ParzenEstimator.weights(25) == [Double](repeating: 1, count: 25))
        let weights = ParzenEstimator.weights(30)
        #expect(weights.count == 30 && weights[5...].allSatisfy { $0 == 1 })
        for (weight, expected) in zip(weights, [1.0 / 30, 0.275, 0.516_666_7, 0.758_333_3, 1]) {
            #expect(abs(weight - expected) < 1e-6)
        }
        #expect(ParzenEstimator.weights(26)[0] == 1.0 / 26)
    }

    @Test("draws as its density says")
    func draws() {
        let estimator = ParzenEstimator(.uniform(0...1), [0.2, 0.21, 0.22, 0.8])
        var stream = RandomStream(seed: 2, "draws")
        let count = 20_000
        let drawn = (0..<count).map { _ in estimator.draw(&stream) }
        #expect(drawn.allSatisfy { (0...1).contains($0) })
        for bin in 0..<10 {
            let (low, width) = (Double(bin) / 10, 0.1)
            let expected = (0..<1000).reduce(0.0) { sum, step in
                let place = low + width * (Double(step) + 0.5) / 1000
                return sum + exp(estimator.logDensity(place)) * width / 1000
            }
            let found = Double(drawn.count { $0 >= low && $0 < low + width }) / Double(count)
            #expect(abs(found - expected) < 4 * (expected / Double(count)).squareRoot())
        }
    }
}
