import Testing

@testable import NightjarTraining

@Suite("SuccessiveHalving")
struct SuccessiveHalvingTests {
    @Test(
        "grows budgets from the smallest to the largest by equal factors",
        arguments: [
            (1, 27, 3, [1, 3, 9, 27]), (1, 50, 3, [1, 3, 7, 19, 50]), (4, 50, 3, [4, 14, 50]),
            (1, 8, 2, [1, 2, 4, 8]), (2, 3, 4, [2, 3]), (1, 2, 2, [1, 2]), (2, 9, 3, [2, 9]),
            (1, 3, 2, [1, 2, 3]), (6, 11, 2, [6, 11]),
        ])
    func budgets(_ least: Int, _ most: Int, _ factor: Int, _ expected: [Int]) throws {
        #expect(try SuccessiveHalving(from: least, to: most, factor: factor).budgets == expected)
    }

    @Test(
        "refuses budgets that do not ascend",
        arguments: [
            (0, 9, 3), (9, 9, 3), (1, 9, 1), (-1, 9, 3), (1, .max, 3), (1, 9, .max),
        ])
    func refusals(_ least: Int, _ most: Int, _ factor: Int) {
        #expect(throws: SearchError.badBudgets(from: least, to: most, factor: factor)) {
            try SuccessiveHalving(from: least, to: most, factor: factor)
        }
    }

    @Test("promotes the best third of each rung, the highest rung first, each trial once")
    func promotions() throws {
        let halving = try SuccessiveHalving(from: 1, to: 9)
        typealias Rung = [(trial: Int, loss: Double?)]
        func next(_ rungs: Rung...) -> [Int]? {
            halving.promotion(rungs).map { [$0.trial, $0.rung] }
        }
        #expect(next([(1, 5), (2, 4)], [], []) == nil)
        #expect(next([(1, 5), (2, 4), (3, 6)], [], []) == [2, 0])
        #expect(next([(1, 5), (2, 4), (3, 6)], [(2, 3)], []) == nil)
        // Of six the two best may go on: 4 and 2; 2 has.
        let six: Rung = [(1, 5), (2, 4), (3, 6), (4, 1), (5, 7), (6, 8)]
        #expect(next(six, [(2, 3)], []) == [4, 0])
        #expect(next(six, [(2, 3), (4, 2)], []) == nil)
        // The rung above has three, so one of it goes on before anything else.
        let nine = six + [(7, 0.5), (8, 9), (9, 9)]
        #expect(next(nine, [(2, 3), (4, 2), (7, 1)], []) == [7, 1])
        #expect(next(nine, [(2, 3), (4, 2), (7, 1)], [(7, 1)]) == nil)
    }

    @Test("counts failed trials, and promotes none; the earlier of equal trials goes on")
    func failures() throws {
        let halving = try SuccessiveHalving(from: 1, to: 3)
        #expect(halving.promotion([[(1, nil), (2, nil), (3, nil)], []]) == nil)
        let found = try #require(halving.promotion([[(1, nil), (3, 2), (2, 2)], []]))
        #expect(found.trial == 2)
    }
}
