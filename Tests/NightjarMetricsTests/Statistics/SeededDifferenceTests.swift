import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Differences over several seeds")
struct SeededDifferenceTests {
    @Test("have Student's interval over seeds where users agree")
    func seeds() throws {
        // Differences of 1, 2 and 3: s = 1, t(2) = 4.3026527297494637.
        let values = [1.0, 2, 3].map { [$0, $0, $0, $0] }
        let found = try SeededDifference(
            of: values, minus: [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
        #expect(found.bySeed == [1, 2, 3])
        #expect(abs(found.difference - 2) < 1e-12)
        let reach = 4.3026527297494637 / 3.0.squareRoot()
        #expect(abs(found.interval.lower - (2 - reach)) < 1e-9)
        #expect(abs(found.interval.upper - (2 + reach)) < 1e-9)
        // scipy 1.17.1: 2 * t.sf(2 * sqrt(3), 2)
        #expect(abs(found.pValue - 0.07417990022744853) < 1e-9)
    }

    @Test("have that over users, whole clusters at a time, with one seed")
    func users() throws {
        let apart = try SeededDifference(of: [[1, 1, 3, 3]], minus: [[0, 0, 0, 0]])
        // t(3) = 3.182446305284263
        #expect(
            abs(apart.interval.upper - (2 + 3.182446305284263 * (4.0 / 3).squareRoot() / 2)) < 1e-9)
        let together = try SeededDifference(
            of: [[1, 1, 3, 3]], minus: [[0, 0, 0, 0]], clusters: [1, 1, 2, 2])
        #expect(abs(together.interval.upper - (2 + 12.706204736174694)) < 1e-6)
    }

    @Test("are no difference when all values are equal")
    func equal() throws {
        let found = try SeededDifference(of: [[1, 2], [3, 4]], minus: [[1, 2], [3, 4]])
        #expect(found.pValue == 1)
        #expect(!found.interval.excludes(0))
    }

    @Test("leave out examples that lack a value with any seed")
    func holes() throws {
        let found = try SeededDifference(
            of: [[2, 9, 4], [2, .nan, 4]], minus: [[1, 1, 1], [1, 1, 1]])
        #expect(found.difference == 2)
        #expect(found.bySeed == [2, 2])
    }

    @Test("of equal arms leave out 0 as seldom as they say, however noisy training is")
    func coverage() throws {
        var draws = RandomStream(seed: 5, "seeded difference")
        for noise in [0.0, 0.3, 3] {
            var misses = 0
            for _ in 0..<400 {
                let users = (0..<40).map { _ in draws.normal() }
                let arm = (0..<5).map { _ in
                    let shift = noise * draws.normal()
                    return users.map { $0 + shift + 0.3 * draws.normal() }
                }
                let zero = [[Double]](repeating: [Double](repeating: 0, count: 40), count: 5)
                let found = try SeededDifference(of: arm, minus: zero)
                if found.interval.excludes(0) { misses += 1 }
            }
            // 20 are expected, fewer where one part of the error is estimated for both.
            #expect(misses <= 34, "\(noise)")
        }
    }

    @Test("refuse what cannot be compared")
    func broken() {
        #expect(throws: StatisticsError.tooFew("seeds", needed: 1, found: 0)) {
            try SeededDifference(of: [], minus: [])
        }
        #expect(throws: StatisticsError.lengths("seeds", 1, "seeds of the baseline", 2)) {
            try SeededDifference(of: [[1, 2]], minus: [[1, 2], [1, 2]])
        }
        #expect(throws: StatisticsError.lengths("values", 2, "values of another seed", 3)) {
            try SeededDifference(of: [[1, 2]], minus: [[1, 2, 3]])
        }
        #expect(throws: StatisticsError.tooFew("values", needed: 2, found: 1)) {
            try SeededDifference(of: [[1]], minus: [[2]])
        }
    }
}
