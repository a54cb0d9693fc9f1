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
        details: """
            The report names its protocol: split, candidates, seen items, ties, and how intervals \
            were made. Every row of a part is asked about, with histories as long as those that the \
            model learned from.
            """,
        positional: [
            .object("model", ModelObject.self, "the model"),
            .examples("examples", "the histories and targets, or a part such as parts.test"),
        ],
        options: [
            .metrics(takesArrayPart: true, "names such as mrr, recall@10, ndcg@10"),
            .choice(
                "ties", TieRule.self, default: .average, "the rank of items with equal scores"),
            .boolean("padding", default: false, "count the padding class as a candidate"),
            .choice(
                "mask", CandidateSet.Masking.self, default: .nothing,
                "leave items of the history, or all that were seen before, out of the ranking"),
            .integer(
                "negatives", optional: true, in: 1...1 << 24,
                "rank against this many sampled items only (labelled sampled)"),
            .integer("seed", default: 1, in: 0..., "seed of sampled items and of intervals"),
            .integer(
                "resamples", default: 1000, in: 0...1_000_000,
                "bootstrap resamples by user for intervals; 0 for none"),
            .number("level", default: 0.95, in: .between(0, 1), "confidence level of intervals"),
            .string("split", optional: true, "the split in words, for the protocol line"),
        ],
        returns: .object(MetricReport.self, "the metrics, with the value of every example"),
        example: "nj.evaluate(net, parts.test, { \"mrr\", \"recall@10\" })"
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
                masking: try call.choice("mask", as: CandidateSet.Masking.self)),
            ties: try call.choice("ties", as: TieRule.self), seed: seed)
        let resamples = try call.integer("resamples")
        let bootstrap =
            resamples > 0
            ? try Bootstrap(resamples: resamples, level: call.number("level"), seed: seed) : nil
        let model = try call.object("model", as: ModelObject.self)
        return try NightjarTraining.evaluate(
            model.scorer(), on: call.examples("examples", historyLength: model.historyLength),
            metrics, ranking: ranking, bootstrap: bootstrap,
            split: call.string(ifGiven: "split"), progress: call.progress)
    }
}
