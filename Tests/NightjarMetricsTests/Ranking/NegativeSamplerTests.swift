import Testing

@testable import NightjarMetrics

@Suite("Negative sampler")
struct NegativeSamplerTests {
    @Test("draws distinct items that are not excluded", arguments: [1, 10, 50, 90, 97])
    func distinct(_ count: Int) throws {
        let sampler = try NegativeSampler(items: 100, count: count, seed: 3)
        let excluded: [Int32] = [0, 5, 5, 17, 100, 2000]
        let drawn = try sampler.negatives(example: 8, excluding: excluded)
        #expect(drawn.count == count)
        #expect(Set(drawn).count == count)
        #expect(drawn.allSatisfy { (1...100).contains($0) && !excluded.contains($0) })
    }

    @Test("depends on seed and example only")
    func repeatable() throws {
        let one = try NegativeSampler(items: 1000, count: 20, seed: 3)
        let same = try NegativeSampler(items: 1000, count: 20, seed: 3)
        let other = try NegativeSampler(items: 1000, count: 20, seed: 4)
        let first = try one.negatives(example: 0, excluding: [7])
        _ = try one.negatives(example: 1, excluding: [])
        #expect(try same.negatives(example: 0, excluding: [7]) == first)
        #expect(try one.negatives(example: 1, excluding: [7]) != first)
        #expect(try other.negatives(example: 0, excluding: [7]) != first)
    }

    @Test("draws uniformly", arguments: [2, 6])
    func uniform(_ count: Int) throws {
        let sampler = try NegativeSampler(items: 9, count: count, seed: 1)
        var seen = [Int](repeating: 0, count: 10)
        for example in 0..<8000 {
            for item in try sampler.negatives(example: example, excluding: [9]) {
                seen[Int(item)] += 1
            }
        }
        let expected = 8000 * Double(count) / 8
        // five standard deviations of a hypergeometric count
        let slack = 5 * (expected * (1 - Double(count) / 8)).squareRoot()
        #expect(seen[1...8].allSatisfy { abs(Double($0) - expected) < slack })
        #expect(seen[9] == 0)
    }

    @Test("refuses to draw more than there are")
    func tooMany() throws {
        let sampler = try NegativeSampler(items: 10, count: 9, seed: 1)
        #expect(throws: MetricError.tooFewUnseen(wanted: 9, available: 8)) {
            try sampler.negatives(example: 0, excluding: [1, 2])
        }
        #expect(throws: MetricError.badSampleSize(0)) {
            try NegativeSampler(items: 10, count: 0, seed: 1)
        }
    }
}
