import Testing

@testable import NightjarMetrics

@Suite("Relevant ranks")
struct RelevantRanksTests {
    @Test("keep examples in order and their ranks ascending, gains alongside")
    func order() throws {
        var ranks = RelevantRanks()
        try ranks.append([4, 1], candidates: 9)
        try ranks.append([], candidates: 9)
        try ranks.append([.infinity, 2, 7], gains: [1, 5, 3], candidates: 9)
        #expect(ranks.count == 3)
        #expect(ranks[0].ranks == [1, 4])
        #expect(ranks[0].gains == [1, 1])
        #expect(ranks[1].ranks.isEmpty)
        #expect(ranks[2].ranks == [2, 7, .infinity])
        #expect(ranks[2].gains == [5, 3, 1])
    }

    @Test("count hits up to a cut-off")
    func hits() throws {
        let ranks = try RelevantRanks([[1, 2.5, 4, .infinity]], candidates: 10)
        #expect([1, 2, 3, 4, 10, .max].map { ranks[0].hits(at: $0) } == [1, 1, 2, 3, 3, 3])
    }

    @Test("refuse ranks that no item can have", arguments: [0, -1, 0.99, 10.5, -Double.infinity])
    func badRank(_ rank: Double) {
        #expect(throws: MetricError.badRank(rank, example: 1)) {
            try RelevantRanks(nextItem: [10, rank], candidates: 10)
        }
    }

    @Test("refuse a rank that is not a number")
    func notANumber() {
        #expect(throws: MetricError.self) { try RelevantRanks(nextItem: [.nan], candidates: 3) }
    }

    @Test("refuse relevant items crowded into fewer places than they need")
    func crowded() {
        #expect(throws: MetricError.repeatedRank(1.5, example: 0)) {
            try RelevantRanks([[1.5, 1.5]], candidates: 10)
        }
    }

    @Test("refuse gains that are not positive", arguments: [0, -1, Double.infinity])
    func badGain(_ gain: Double) {
        var ranks = RelevantRanks()
        #expect(throws: MetricError.badGain(gain, example: 0)) {
            try ranks.append([1], gains: [gain], candidates: 3)
        }
        #expect(throws: MetricError.lengths("ranks", 1, "gains", 2)) {
            try ranks.append([1], gains: [1, 1], candidates: 3)
        }
        #expect(ranks.count == 0)
    }
}
