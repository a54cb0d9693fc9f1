// nj.evaluate.

import LuaHost
import NightjarData
import NightjarMetrics
import NightjarTraining

/// Declares `nj.evaluate`.
enum EvaluateBinding {
    static let evaluate = Function(
        "evaluate", on: "nj",
        summary: "Measures how well a model ranks what users chose next.",
        details: "The report names its protocol: split, candidates, seen items, ties.",
        positional: [
            .object("model", ModelObject.self, "the model"),
            .object("examples", Examples.self, "the histories and targets"),
        ],
        options: [
            .list(
                "metrics", of: .string, optional: true, takesArrayPart: true,
                "names such as mrr, recall@10, ndcg@10"),
            .choice(
                "ties", TieRule.self, default: .average, "the rank of items with equal scores"),
            .boolean("padding", default: false, "count the padding class as a candidate"),
            .boolean("mask_seen", default: false, "leave items of the history out of the ranking"),
            .integer(
                "negatives", optional: true, in: 1...1 << 24,
                "rank against this many sampled items only (labelled sampled)"),
            .integer("seed", default: 1, in: 0..., "seed of sampled items and of intervals"),
            .integer(
                "resamples", default: 0, in: 0...1_000_000,
                "bootstrap resamples by user for intervals; 0 for none"),
            .string("split", optional: true, "the split in words, for the protocol line"),
        ],
        returns: .object(MetricReport.self, "the metrics, with the value of every example"),
        example: "nj.evaluate(net, test, { \"mrr\", \"recall@10\" })"
    ) { call in
        let seed = UInt64(try call.integer("seed"))
        let names = try call.strings("metrics")
        let metrics = try (names.isEmpty ? ["mrr", "recall@10", "ndcg@10"] : names)
            .map { try Metric.parse($0) }
        let negatives = try call.integer(ifGiven: "negatives")
        let ranking = RankingOptions(
            candidates: try CandidateSet(
                pool: negatives.map { .sampled(negatives: $0) } ?? .all,
                countsPadding: try call.boolean("padding"),
                masksSeen: try call.boolean("mask_seen")),
            ties: try call.choice("ties", as: TieRule.self), seed: seed)
        let resamples = try call.integer("resamples")
        let scorer = try call.object("model", as: ModelObject.self).scorer()
        return try NightjarTraining.evaluate(
            scorer, on: call.object("examples", as: Examples.self), metrics, ranking: ranking,
            bootstrap: resamples > 0 ? Bootstrap(resamples: resamples, seed: seed) : nil,
            split: call.string(ifGiven: "split"), progress: call.progress)
    }
}
