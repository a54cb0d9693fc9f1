import Testing

@testable import NightjarMetrics

@Suite("Tie rules")
struct TieRuleTests {
    @Test("rank one item among ties as scipy's rankdata does with min, average and max")
    func oneItem() {
        // scores 5 3 3 3 1, target one of the 3s: ranks 2, 3, 4
        #expect(TieRule.optimistic.rank(tied: 3, greater: 1) == 2)
        #expect(TieRule.average.rank(tied: 3, greater: 1) == 3)
        #expect(TieRule.pessimistic.rank(tied: 3, greater: 1) == 4)
        #expect(TieRule.average.rank(tied: 2, greater: 0) == 1.5)
    }

    @Test("agree when nothing is tied", arguments: TieRule.allCases)
    func noTies(_ rule: TieRule) {
        #expect(rule.rank(tied: 1, greater: 41) == 42)
    }

    @Test("give a tie of relevant items alone the places it takes", arguments: TieRule.allCases)
    func onlyRelevant(_ rule: TieRule) {
        let ranks = (1...3).map { rule.rank(position: $0, of: 3, tied: 3, greater: 4) }
        #expect(ranks == [5, 6, 7])
    }

    @Test("average over every order of a tie")
    func expectedRanks() {
        // 2 relevant among 4 tied: over the 6 placements the first is at 10/6, the second at 20/6
        let ranks = (1...2).map { TieRule.average.rank(position: $0, of: 2, tied: 4, greater: 0) }
        var first = 0.0
        var second = 0.0
        for i in 1...4 {
            for j in 1...4 where i < j {
                first += Double(i) / 6
                second += Double(j) / 6
            }
        }
        #expect(abs(ranks[0] - first) < 1e-12)
        #expect(abs(ranks[1] - second) < 1e-12)
    }
}
