import Foundation
import Testing

@testable import NightjarMetrics

@Suite("RecommendedLists")
struct RecommendedListsTests {
    static let evaluation = EvaluationProtocol(
        split: "test", candidates: CandidateSet(), ties: .average)

    static func lists(
        _ lists: [[Int32]], items: Int = 6, cutoff: Int = 2, users: [Int32]? = nil
    ) throws -> RecommendedLists {
        try RecommendedLists(
            lists, users: users, itemCount: items, cutoff: cutoff, evaluation: evaluation)
    }

    /// Lists of two of six items and their figures, to six digits; entropy to the base 6.
    ///
    /// The figures are those of the implementation that belongs to T. Rampisela, M. Maistro,
    /// T. Ruotsalo and C. Lioma, *Evaluation measures of individual item fairness*, ACM TORS 2023.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lists: [[Int32]]
        let coverage: Double
        let gini: Double
        let entropy: Double
    }

    static let cases = [
        Case(
            testDescription: "skewed", lists: [[1, 2], [1, 2], [1, 3], [1, 4]],
            coverage: 0.666667, gini: 0.541667, entropy: 0.676992),
        Case(
            testDescription: "most even", lists: [[1, 2], [3, 4], [5, 6]],
            coverage: 1, gini: 0, entropy: 1),
        Case(
            testDescription: "the same for all", lists: [[1, 2], [1, 2], [1, 2], [1, 2]],
            coverage: 0.333333, gini: 0.666667, entropy: 0.386853),
        Case(
            testDescription: "fewer places than items", lists: [[1, 2], [3, 4]],
            coverage: 0.666667, gini: 0.333333, entropy: 0.773706),
        Case(
            testDescription: "as even as can be", lists: [[1, 2], [3, 4], [5, 6], [1, 2]],
            coverage: 1, gini: 0.166667, entropy: 0.967132),
    ]

    @Test("measure the catalogue as an outside implementation does", arguments: cases)
    func catalogue(_ example: Case) throws {
        let lists = try Self.lists(example.lists)
        #expect(abs(lists.coverage - example.coverage) < 1e-6)
        #expect(abs(lists.gini - example.gini) < 1e-6)
        #expect(abs(lists.entropy / log2(6) - example.entropy) < 1e-6)
        #expect(lists.counts.reduce(0, +) == 2 * example.lists.count)
    }

    @Test("have no inequality to tell when nothing is shown")
    func nothing() throws {
        let lists = try Self.lists([[], []])
        #expect(lists.coverage == 0)
        #expect(lists.gini.isNaN && lists.entropy.isNaN)
    }

    @Test("refuse items that cannot be, and lists that are too long")
    func refusals() {
        #expect(throws: MetricError.badCutoff(0)) { try Self.lists([], cutoff: 0) }
        #expect(throws: MetricError.itemOutOfRange(7, classes: 7)) { try Self.lists([[1, 7]]) }
        #expect(throws: MetricError.itemOutOfRange(0, classes: 7)) { try Self.lists([[0]]) }
        #expect(throws: MetricError.repeatedItem(3)) { try Self.lists([[1, 2], [3, 3]]) }
        #expect(throws: MetricError.lengths("items", 3, "places", 2)) {
            try Self.lists([[1, 2, 3]])
        }
        #expect(throws: MetricError.lengths("lists", 1, "users", 2)) {
            try Self.lists([[1]], users: [1, 2])
        }
    }

    // MARK: - Each list

    /// Ten users; of 20 met items, 16 (80 %) are of items 1 and 2.
    static func popularity() throws -> ItemPopularity {
        try ItemPopularity(counts: [10, 6, 2, 1, 1, 0], users: 10)
    }

    @Test("are measured one by one for popularity, tail and novelty")
    func popularityOfLists() throws {
        let report = try Self.lists([[1, 2], [3, 6], [4], []], users: [1, 2, 3, 3])
            .report(popularity: Self.popularity(), distance: nil)
        func expect(_ name: String, _ expected: [Double]) throws {
            let values = try report.row(name).values
            #expect(values.count == 4 && values[3].isNaN, "\(name)")
            for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-12) }
        }
        try expect("popularity@2", [80, 10, 10])
        try expect("tail@2", [0, 1, 1])
        // Item 6, which nobody has met, counts as met by one.
        try expect("novelty@2", [-log2(0.6) / 2, (-log2(0.2) - log2(0.1)) / 2, -log2(0.1)])
        #expect(try report.row("Tail@2").unscored == 1)
        #expect(report.users == [1, 2, 3, 3])
        #expect(report.rows.map(\.higherIsBetter) == [false, true, true])
    }

    @Test("have a tail that begins where the head has 80 %")
    func tail() throws {
        #expect(try Self.popularity().isTail == [false, false, true, true, true, true])
        // The item that crosses 80 % is of the head; of equal ones the first.
        let even = try ItemPopularity(counts: [1, 1, 1, 1, 1], users: 1)
        #expect(even.isTail == [false, false, false, false, true])
        let crossing = try ItemPopularity(counts: [3, 7, 5], users: 10)
        #expect(crossing.isTail == [true, false, false])
        #expect(throws: MetricError.badCount(2, item: 1, users: 1)) {
            try ItemPopularity(counts: [2], users: 1)
        }
    }

    @Test("are as diverse as their items are apart, by words")
    func diversityByWords() throws {
        let words: [Set<String>] = [["a", "b"], ["b", "c"], ["a", "b"], [], [], ["d"]]
        let values = try Self.lists([[1, 2, 3], [1, 6], [4, 5], [2]], cutoff: 3)
            .report(popularity: nil, distance: .jaccard(words)).row("diversity@3").values
        // Pairs of the first list: 2/3, 0, 2/3.
        for (value, expected) in zip(values, [4.0 / 9, 1, 0]) {
            #expect(abs(value - expected) < 1e-12)
        }
        #expect(values[3].isNaN)
    }

    @Test("are as diverse as their items are apart, by vectors")
    func diversityByVectors() throws {
        let vectors: [[Float]] = [[1, 0], [0, 2], [-3, 0], [1, 1], [0, 0], [5, 5]]
        let values = try Self.lists([[1, 2], [1, 3], [4, 6], [1, 4], [1, 5]])
            .report(popularity: nil, distance: .cosine(vectors)).row("diversity@2").values
        for (value, expected) in zip(values, [1, 2, 0, 1 - 0.5.squareRoot(), 1]) {
            #expect(abs(value - expected) < 1e-12)
        }
        #expect(throws: MetricError.lengths("items", 6, "items with features", 1)) {
            try Self.lists([[1]]).report(popularity: nil, distance: .cosine([[1]]))
        }
    }

    @Test("of two models are compared by user")
    func comparison() throws {
        let bootstrap = try Bootstrap(resamples: 200, level: 0.95, seed: 1)
        func report(_ lists: [[Int32]]) throws -> MetricReport {
            try Self.lists(lists, users: [1, 2, 3]).report(
                popularity: Self.popularity(), distance: nil, bootstrap: bootstrap)
        }
        let popular = try report([[1, 2], [1, 2], [2, 1]])
        let rare = try report([[3, 4], [4, 5], [6, 5]])
        let difference = try rare.difference("tail@2", minus: popular, bootstrap: bootstrap)
        #expect(difference.mean == 1)
        #expect(popular["novelty@2"]?.interval != nil)
    }
}
