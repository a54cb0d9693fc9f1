import Testing

@testable import NightjarMetrics

/// Five lists of ten items, judged by ir_measures 0.4.3 (pytrec_eval).
@Suite("Metrics against ir_measures")
struct IRMeasuresTests {
    /// Ranks of the relevant items of each list; infinity where a relevant item was not listed.
    static let lists: [[Double]] = [
        [1], [2, 4, 10], [3, 8, .infinity, .infinity], [.infinity], [1, 2, 3, 4, 5, 6, 7],
    ]

    static let verdicts: [(String, [Double])] = [
        ("MRR", [1, 0.5, 1.0 / 3, 0, 1]),
        ("MRR@3", [1, 0.5, 1.0 / 3, 0, 1]),
        ("nDCG", [1, 0.6338412308988606, 0.31834121936641585, 0, 1]),
        ("nDCG@5", [1, 0.49818925746641285, 0.19519002499605084, 0, 1]),
        ("Precision@5", [0.2, 0.4, 0.2, 0, 1]),
        ("Recall@5", [1, 2.0 / 3, 0.25, 0, 0.7142857142857143]),
        ("MAP", [1, 0.43333333333333335, 0.14583333333333331, 0, 1]),
        ("MAP(trec)@3", [1, 0.16666666666666666, 0.08333333333333333, 0, 0.42857142857142855]),
        ("Hit@3", [1, 1, 1, 0, 1]),
    ]

    @Test("agree list by list", arguments: verdicts)
    func agree(_ name: String, _ expected: [Double]) throws {
        let ranks = try RelevantRanks(Self.lists, candidates: 20)
        let values = try Metric.parse(name).perExample(ranks)
        for (value, verdict) in zip(values, expected) { #expect(abs(value - verdict) < 1e-9) }
        #expect(values.count == expected.count)
    }
}
