import Testing

@testable import NightjarMetrics

/// One example and its value.
struct ClosedForm: Sendable, CustomTestStringConvertible {
    let metric: String
    let ranks: [Double]
    var candidates = 100
    let expected: Double

    var testDescription: String { "\(metric) of \(ranks) among \(candidates)" }
}

/// Values by hand, one metric after the other; N is the number of candidates.
@Suite("Metrics in closed form")
struct ClosedFormTests {
    static let single: [ClosedForm] = [
        ClosedForm(metric: "MRR", ranks: [4], expected: 0.25),
        ClosedForm(metric: "MRR", ranks: [.infinity], expected: 0),
        ClosedForm(metric: "MRR@3", ranks: [4], expected: 0),
        ClosedForm(metric: "MRR@4", ranks: [4], expected: 0.25),
        ClosedForm(metric: "MRR", ranks: [500.5], candidates: 1000, expected: 1 / 500.5),
        ClosedForm(metric: "Recall@10", ranks: [10], expected: 1),
        ClosedForm(metric: "Recall@10", ranks: [10.5], expected: 0),
        ClosedForm(metric: "Hit@1", ranks: [1], expected: 1),
        ClosedForm(metric: "Hit@1", ranks: [2], expected: 0),
        ClosedForm(metric: "nDCG@10", ranks: [1], expected: 1),
        ClosedForm(metric: "nDCG@10", ranks: [2], expected: 0.6309297535714575),
        ClosedForm(metric: "nDCG@10", ranks: [3], expected: 0.5),
        ClosedForm(metric: "nDCG@10", ranks: [11], expected: 0),
        ClosedForm(metric: "nDCG", ranks: [7], expected: 1.0 / 3),
        ClosedForm(metric: "nDCG(LensKit)@10", ranks: [2], expected: 1),
        ClosedForm(metric: "nDCG(LensKit)", ranks: [8], expected: 1.0 / 3),
        ClosedForm(metric: "Precision@10", ranks: [10], expected: 0.1),
        ClosedForm(metric: "MAP@10", ranks: [5], expected: 0.2),
        ClosedForm(metric: "AUC", ranks: [1], expected: 1),
        ClosedForm(metric: "AUC", ranks: [100], expected: 0),
        ClosedForm(metric: "AUC", ranks: [50.5], expected: 0.5),
        ClosedForm(metric: "AUC", ranks: [.infinity], expected: 0),
        ClosedForm(metric: "MeanRank", ranks: [17], expected: 17),
    ]

    static let several: [ClosedForm] = [
        ClosedForm(metric: "MRR", ranks: [3, 2], expected: 0.5),
        ClosedForm(metric: "MRR(all)", ranks: [3, 2], expected: (1.0 / 2 + 1.0 / 3) / 2),
        ClosedForm(metric: "MRR(all)@2", ranks: [3, 2], expected: 0.25),
        ClosedForm(metric: "Recall@2", ranks: [3, 2], expected: 0.5),
        ClosedForm(metric: "Recall@1", ranks: [1, 2, 3], expected: 1.0 / 3),
        ClosedForm(metric: "Hit@2", ranks: [3, 2], expected: 1),
        ClosedForm(metric: "nDCG@10", ranks: [1, 3], expected: 0.9197207891481876),
        ClosedForm(metric: "nDCG@2", ranks: [1, 2, 3], expected: 1),
        ClosedForm(metric: "nDCG@5", ranks: [1, .infinity], expected: 0.6131471927654584),
        ClosedForm(metric: "Precision@5", ranks: [1, 2], expected: 0.4),
        ClosedForm(metric: "MAP@2", ranks: [1, 2, 3], expected: 1),
        ClosedForm(metric: "MAP(trec)@2", ranks: [1, 2, 3], expected: 2.0 / 3),
        ClosedForm(metric: "MAP", ranks: [2, 4], expected: 0.5),
        ClosedForm(metric: "AUC", ranks: [1, 2], candidates: 3, expected: 1),
        ClosedForm(metric: "AUC", ranks: [1, 3], candidates: 3, expected: 0.5),
        ClosedForm(metric: "AUC", ranks: [2, .infinity], candidates: 4, expected: 0.25),
        ClosedForm(metric: "MeanRank", ranks: [2, 5], expected: 3.5),
    ]

    @Test("hold for one relevant item", arguments: single)
    func oneRelevant(_ example: ClosedForm) throws { try check(example) }

    @Test("hold for several relevant items", arguments: several)
    func severalRelevant(_ example: ClosedForm) throws { try check(example) }

    private func check(_ example: ClosedForm) throws {
        let ranks = try RelevantRanks([example.ranks], candidates: example.candidates)
        let value = try Metric.parse(example.metric).perExample(ranks)[0]
        #expect(abs(value - example.expected) < 1e-12)
    }

    @Test("give NaN, not 0, to an example with nothing to find", arguments: Metric.all.map(\.usage))
    func nothingRelevant(_ usage: String) throws {
        let name = usage.replacing("[@k]", with: "").replacing("@k", with: "@10")
        let ranks = try RelevantRanks([[], [1]], candidates: 10)
        let values = try Metric.parse(name).perExample(ranks)
        #expect(values[0].isNaN)
        #expect(values[1].isFinite)
    }

    @Test("leave AUC undefined when there is nothing else to rank")
    func noOthers() throws {
        #expect(RankAUC().perExample(try RelevantRanks([[1, 2]], candidates: 2))[0].isNaN)
    }

    @Test("weigh graded relevance linearly, the ideal list included")
    func gains() throws {
        var ranks = RelevantRanks()
        try ranks.append([2, 4, 10, .infinity], gains: [3, 1, 2, 5], candidates: 12)
        // ir_measures 0.4.3, relevance {b: 3, d: 1, j: 2, x: 5} against the list a…j
        #expect(abs(try NDCG(at: 5).perExample(ranks)[0] - 0.2791464360366841) < 1e-9)
        #expect(abs(try NDCG().perExample(ranks)[0] - 0.34860423945924623) < 1e-9)
    }

    @Test("take the direction of each metric from the metric")
    func direction() throws {
        #expect(MeanRank().higherIsBetter == false)
        #expect(try NDCG(at: 10).higherIsBetter)
    }
}
