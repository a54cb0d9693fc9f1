import Testing

@testable import NightjarMetrics

/// RecBole's published vectors: four users with 1, 3, 4 and 2 relevant items, of which a list of
/// three holds none, all three, the first and third, and the third.
@Suite("Metrics against RecBole's vectors")
struct RecBoleTests {
    static let users: [[Double]] = [
        [.infinity], [1, 2, 3], [1, 3, .infinity, .infinity], [3, .infinity],
    ]

    /// For each metric: its values at cut-offs 1, 2 and 3 of every user.
    static let vectors: [(String, [[Double]])] = [
        ("Hit", [[0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]]),
        (
            "nDCG",
            [
                [0, 0, 0], [1, 1, 1], [1, 0.6131471927654584, 0.7039180890341347],
                [0, 0, 0.3065735963827292],
            ]
        ),
        ("MRR", [[0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1.0 / 3]]),
        ("MAP", [[0, 0, 0], [1, 1, 1], [1, 1.0 / 2, 5.0 / 9], [0, 0, 1.0 / 6]]),
        ("Recall", [[0, 0, 0], [1.0 / 3, 2.0 / 3, 1], [0.25, 0.25, 0.5], [0, 0, 0.5]]),
        ("Precision", [[0, 0, 0], [1, 1, 1], [1, 0.5, 2.0 / 3], [0, 0, 1.0 / 3]]),
    ]

    @Test("agree user by user and cut-off by cut-off", arguments: vectors)
    func agree(_ name: String, _ expected: [[Double]]) throws {
        let ranks = try RelevantRanks(Self.users, candidates: 50)
        for cutoff in 1...3 {
            let values = try Metric.parse("\(name)@\(cutoff)").perExample(ranks)
            for (value, row) in zip(values, expected) {
                #expect(abs(value - row[cutoff - 1]) < 1e-12)
            }
        }
    }

    @Test("agree with grouped AUC when weighed by the number of relevant items")
    func groupedAUC() throws {
        // users of 2, 3 and 5 candidates with 1, 2 and 3 relevant items; rank sums 1, 4 and 9
        var ranks = RelevantRanks()
        try ranks.append([1], candidates: 2)
        try ranks.append([1, 3], candidates: 3)
        try ranks.append([2, 3, 4], candidates: 5)
        let values = RankAUC().perExample(ranks)
        #expect(values == [1, 0.5, 0.5])
        #expect((1 * values[0] + 2 * values[1] + 3 * values[2]) / 6 == 3.5 / 6)
    }
}
