import NightjarRuntime
import Testing

@testable import NightjarModels

@Suite("Draws in proportion to weights")
struct AliasTableTests {
    @Test(
        "come as often as their weights say",
        arguments: [[1], [1, 1, 1], [5, 1, 0, 3, 0.5], [0, 0, 2], [1e-3, 1, 1000]] as [[Float]])
    func proportions(_ weights: [Float]) {
        let table = AliasTable(weights)
        var stream = RandomStream(seed: 4, "draws")
        let total = 40_000
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<total { counts[table.draw(&stream)] += 1 }
        let sum = weights.reduce(0, +)
        var statistic = 0.0
        for (count, weight) in zip(counts, weights) {
            let expected = Double(total) * Double(weight / sum)
            guard expected > 0 else {
                #expect(count == 0)
                continue
            }
            statistic += (Double(count) - expected) * (Double(count) - expected) / expected
        }
        // The 99.9th percentile of chi-square with 4 degrees of freedom, the most there are here.
        #expect(statistic < 18.5)
    }

    @Test("take all alike when no weight is positive, and bad weights for none")
    func badWeights() {
        var stream = RandomStream(seed: 4, "draws")
        let alike = AliasTable([0, 0, 0] as [Float])
        #expect(Set((0..<100).map { _ in alike.draw(&stream) }) == [0, 1, 2])
        let some = AliasTable([.nan, 2, -1, .infinity, 1] as [Float])
        #expect(Set((0..<100).map { _ in some.draw(&stream) }) == [1, 4])
        #expect(AliasTable([Float]()).draw(&stream) == 0)
    }
}
