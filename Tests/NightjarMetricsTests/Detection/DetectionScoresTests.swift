import Testing

@testable import NightjarMetrics

@Suite("Detection scores")
struct DetectionScoresTests {
    /// Five planted and seven other examples, with ties within and between the kinds.
    private func tied() throws -> DetectionScores {
        try DetectionScores(
            [0.9, 0.8, 0.8, 0.4, 0.1, 0.8, 0.5, 0.4, 0.4, 0.3, 0.2, 0.05],
            isPlanted: [true, true, true, true, true] + [Bool](repeating: false, count: 7))
    }

    @Test("have the AUC of the Mann-Whitney statistic, ties counting half")
    func rocAUC() throws {
        // scipy 1.17.1: mannwhitneyu / (5 · 7)
        #expect(abs(try tied().rocAUC - 0.7142857142857143) < 1e-15)
    }

    @Test("have the interval of DeLong, ties included, computed from all pairs")
    func interval() throws {
        // numpy: placement values of all pairs, their sample variances, scipy's normal quantiles.
        let interval = try tied().rocAUCInterval()
        #expect(abs(interval.lower - 0.3692741801369875) < 1e-12)
        #expect(interval.upper == 1)
        let planted = (0..<200).map { $0 * 31 % 7 == 0 }
        let scores = (0..<200).map { Double($0 * 37 % 23 + (planted[$0] ? 4 : 0)) }
        let many = try DetectionScores(scores, isPlanted: planted)
        #expect(abs(many.rocAUC - 0.627445049405122) < 1e-14)
        let narrow = try many.rocAUCInterval(level: 0.9)
        #expect(abs(narrow.lower - 0.5352999844407695) < 1e-12)
        #expect(abs(narrow.upper - 0.7195901143694745) < 1e-12)
        #expect(throws: StatisticsError.self) { try many.rocAUCInterval(level: 1) }
        let single = try DetectionScores([1, 2, 3], isPlanted: [true, false, false])
        #expect(try single.rocAUCInterval().lower.isNaN)
    }

    @Test("have average precision with one step for each distinct score")
    func averagePrecision() throws {
        // steps: 1 of 1, then 3 of 4, then 4 of 8, then 5 of 11
        let steps: [Double] = [1, 2 * 0.75, 0.5, 5.0 / 11]
        let expected = steps.reduce(0, +) / 5
        #expect(abs(try tied().averagePrecision - expected) < 1e-15)
    }

    @Test("have the expected precision where a tie straddles the cut")
    func precision() throws {
        let scores = try tied()
        #expect(try scores.precision(at: 1) == 1)
        #expect(abs(try scores.precision(at: 2) - (1 + 2.0 / 3) / 2) < 1e-15)
        #expect(abs(try scores.precision(at: 3) - (1 + 4.0 / 3) / 3) < 1e-15)
        #expect(try scores.precision(at: 4) == 0.75)
        #expect(abs(try scores.precision(at: 12) - 5.0 / 12) < 1e-15)
    }

    @Test("are perfect, inverted and blind in closed form")
    func limits() throws {
        let planted = [true, false, true, false]
        let perfect = try DetectionScores([4, 1, 3, 2], isPlanted: planted)
        #expect((perfect.rocAUC, perfect.averagePrecision) == (1, 1))
        let inverted = try DetectionScores([1, 4, 2, 3], isPlanted: planted)
        #expect(inverted.rocAUC == 0)
        let blind = try DetectionScores([7, 7, 7, 7], isPlanted: planted)
        #expect((blind.rocAUC, blind.averagePrecision) == (0.5, 0.5))
        let infinite = try DetectionScores([.infinity, -.infinity, 1, 0], isPlanted: planted)
        #expect(infinite.rocAUC == 1)
    }

    @Test("refuse what cannot be judged")
    func broken() throws {
        #expect(throws: DetectionError.lengths("scores", 1, "labels", 2)) {
            try DetectionScores([1], isPlanted: [true, false])
        }
        #expect(throws: DetectionError.notANumber(index: 1)) {
            try DetectionScores([1, .nan], isPlanted: [true, false])
        }
        #expect(throws: DetectionError.oneKind(planted: 2, others: 0)) {
            try DetectionScores([1, 2], isPlanted: [true, true])
        }
        for count in [0, -1, 13] {
            #expect(throws: DetectionError.badCount(count, examples: 12)) {
                try tied().precision(at: count)
            }
        }
    }
}
