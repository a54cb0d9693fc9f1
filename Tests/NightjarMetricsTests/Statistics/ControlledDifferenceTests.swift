import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Differences to random controls")
struct ControlledDifferenceTests {
    @Test("have the prediction interval for one more control where users agree")
    func closedForm() throws {
        // Controls with means 1, 2 and 3 and an arm of 6: d = 4, s = 1, t(2) = 4.3026527297494637.
        let controls = [1.0, 2, 3].map { [$0, $0, $0, $0] }
        let found = try ControlledDifference(of: [6, 6, 6, 6], controls: controls)
        #expect(abs(found.difference - 4) < 1e-12)
        let reach = 4.3026527297494637 * (4.0 / 3).squareRoot()
        #expect(abs(found.interval.lower - (4 - reach)) < 1e-9)
        #expect(abs(found.interval.upper - (4 + reach)) < 1e-9)
        // scipy 1.17.1: 2 * t.sf(4 / sqrt(4 / 3), 2)
        #expect(abs(found.pValue - 0.07417990022744853) < 1e-9)
    }

    @Test("count the differences of users, whole clusters at a time")
    func users() throws {
        let controls = [[0.0, 0, 0, 0], [0, 0, 0, 0]]
        let apart = try ControlledDifference(of: [1, 1, 3, 3], controls: controls)
        // Standard error of the mean of 1, 1, 3, 3 with t of one degree of freedom.
        let t = 12.706204736174694
        #expect(abs(apart.interval.upper - (2 + t * (4.0 / 3).squareRoot() / 2)) < 1e-6)
        let together = try ControlledDifference(
            of: [1, 1, 3, 3], controls: controls, clusters: [1, 1, 2, 2])
        #expect(abs(together.interval.upper - (2 + t * 1)) < 1e-6)
    }

    @Test("leave out examples without a value")
    func holes() throws {
        let found = try ControlledDifference(
            of: [2, .nan, 4], controls: [[1, 1, 1], [1, 1, 1]])
        #expect(found.difference == 2)
    }

    @Test("of one more control leave out 0 as seldom as they say")
    func coverage() throws {
        var draws = RandomStream(seed: 4, "controlled difference")
        var misses = 0
        for _ in 0..<400 {
            let arms = (0..<6).map { _ in
                let shift = draws.normal()
                return (0..<30).map { _ in shift + 0.5 * draws.normal() }
            }
            let found = try ControlledDifference(of: arms[0], controls: Array(arms[1...]))
            if found.interval.excludes(0) { misses += 1 }
        }
        // 20 are expected.
        #expect((8...32).contains(misses))
    }

    @Test("refuse what cannot be compared")
    func broken() {
        #expect(throws: StatisticsError.tooFew("controls", needed: 2, found: 1)) {
            try ControlledDifference(of: [1, 2], controls: [[1, 2]])
        }
        #expect(throws: StatisticsError.lengths("values", 2, "values of a control", 1)) {
            try ControlledDifference(of: [1, 2], controls: [[1, 2], [1]])
        }
        #expect(throws: StatisticsError.tooFew("values", needed: 2, found: 1)) {
            try ControlledDifference(of: [1], controls: [[1], [2]])
        }
        #expect(throws: StatisticsError.self) {
            try ControlledDifference(of: [1, 2], controls: [[1, 2], [1, 2]], level: 0)
        }
    }
}
