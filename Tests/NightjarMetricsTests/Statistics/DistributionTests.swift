import Testing

@testable import NightjarMetrics

/// Expected values are scipy 1.17.1's.
@Suite("Distributions")
struct DistributionTests {
    static let studentCases: [(Double, Double, Double)] = [
        (0.5, 1, 0.7048327646991335), (2, 3, 0.13932596855884305),
        (-3.5, 9, 0.006723515763058959), (1.96, 1000, 0.050273184955748736),
        (12, 30, 5.580185415199261e-13), (40, 5, 1.8411962171772954e-07), (0, 7, 1),
    ]

    @Test("have Student's tails", arguments: studentCases)
    func student(_ t: Double, _ degrees: Double, _ expected: Double) {
        let value = Distribution.studentTails(t, degrees: degrees)
        #expect(abs(value - expected) <= 1e-11 * expected)
    }

    static let normalCases: [(Double, Double)] = [
        (0.1, 0.920344325445942), (1.959963984540054, 0.05), (-6, 1.973175290075389e-09),
        (20, 5.507248237212311e-89),
    ]

    @Test("have normal tails", arguments: normalCases)
    func normal(_ z: Double, _ expected: Double) {
        #expect(abs(Distribution.normalTails(z) - expected) <= 1e-12 * expected)
    }

    @Test("count coins exactly", arguments: 1...12)
    func coins(_ count: Int) {
        var ways = [1.0]
        for _ in 0..<count { ways = zip(ways + [0], [0] + ways).map(+) }
        for heads in 0...count {
            let distance = abs(2 * heads - count)
            let expected =
                (0...count).filter { abs(2 * $0 - count) >= distance }
                .reduce(0) { $0 + ways[$1] } / ways.reduce(0, +)
            let value = Distribution.fairCoinTails(heads: heads, of: count)
            #expect(abs(value - expected) < 1e-12)
        }
    }
}
