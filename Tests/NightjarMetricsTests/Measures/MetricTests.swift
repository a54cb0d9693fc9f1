import Testing

@testable import NightjarMetrics

@Suite("Metric names")
struct MetricTests {
    static let spellings = [
        ("ndcg@10", "nDCG@10"), ("NDCG", "nDCG"), ("nDCG(lenskit)@5", "nDCG(LensKit)@5"),
        ("mrr", "MRR"), ("RR@20", "MRR@20"), ("mrr(ALL)", "MRR(all)"),
        (" Recall @ 10 ", "Recall@10"),
        ("R@5", "Recall@5"), ("hr@10", "Hit@10"), ("hit rate@1", "Hit@1"), ("success@3", "Hit@3"),
        ("p@5", "Precision@5"), ("map@10", "MAP@10"), ("AP", "MAP"), ("map(trec)@3", "MAP(trec)@3"),
        ("auc", "AUC"), ("meanrank", "MeanRank"),
    ]

    @Test("are read in any case and printed in one", arguments: spellings)
    func spelling(_ text: String, _ printed: String) throws {
        let metric = try Metric.parse(text)
        #expect(metric.description == printed)
        #expect(try Metric.parse(metric.description).description == printed)
    }

    @Test("suggest the nearest when misspelt")
    func misspelt() {
        #expect(throws: MetricError.unknownMetric("ndgc", nearest: "nDCG")) {
            try Metric.parse("ndgc@10")
        }
        #expect(throws: MetricError.unknownMetric("recal", nearest: "Recall")) {
            try Metric.parse("recal@10")
        }
        let message = MetricError.unknownMetric("ndgc", nearest: "nDCG").description
        #expect(message.contains("did you mean 'nDCG'?"))
    }

    static let refused: [(String, MetricError)] = [
        ("", .unknownMetric("", nearest: nil)), ("@10", .unknownMetric("", nearest: nil)),
        ("recall", .missingCutoff(metric: "Recall")), ("hit", .missingCutoff(metric: "Hit")),
        ("auc@10", .needlessCutoff(metric: "AUC")),
        ("ndcg@", .unreadableCutoff("", metric: "nDCG")),
        ("ndcg@ten", .unreadableCutoff("ten", metric: "nDCG")),
        ("ndcg@1@2", .unreadableCutoff("1@2", metric: "nDCG")),
        ("ndcg@99999999999999999999", .unreadableCutoff("99999999999999999999", metric: "nDCG")),
        ("ndcg@0", .badCutoff(0)), ("recall@-3", .badCutoff(-3)),
        ("ndcg(exp)@3", .unknownVariant("exp", metric: "nDCG", known: ["LensKit"])),
        ("hit()@3", .unknownVariant("", metric: "Hit", known: [])),
    ]

    @Test("are refused with a reason when malformed", arguments: refused)
    func malformed(_ text: String, _ error: MetricError) {
        #expect(throws: error) { try Metric.parse(text) }
        #expect("\(error)".hasSuffix("."))
    }

    @Test("are all declared with distinct names and a summary")
    func declarations() {
        let names = Metric.all.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
        #expect(Set(names).count == names.count)
        #expect(Metric.all.allSatisfy { !$0.summary.isEmpty })
        #expect(Metric.all.map(\.usage).contains("Recall@k"))
        #expect(Metric.all.map(\.usage).contains("nDCG[@k]"))
    }
}
