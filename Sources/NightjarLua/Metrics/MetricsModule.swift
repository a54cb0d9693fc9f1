// nj.metrics: measures of rankings.

import LuaHost
import NightjarMetrics

/// Names of metrics, and metrics of ranks that a script has.
enum MetricsModule {
    static let declaration = Module(
        "nj.metrics", summary: "Measures of rankings, and comparisons of reports.")

    static let functions = [names, info, evaluateRanks, averaged, compare]

    static let names = Function(
        "names", on: "nj.metrics", summary: "Lists the metrics.",
        details: "Write a cut-off as in nDCG@10; upper and lower case are the same.",
        returns: .list(of: .string, "their names")
    ) { _ in Metric.names }

    static let info = Function(
        "info", on: "nj.metrics", summary: "Tells what a metric measures.",
        positional: [.string("name", "its name or another name of it, without a cut-off")],
        returns: .table(
            [
                .init("name", .string, "name as printed"),
                .init("usage", .string, "how it is written, with its cut-off"),
                .init("aliases", .list(.string), "other names"),
                .init("variants", .list(.string), "variants, written in brackets"),
                .init("summary", .string, "what it measures"),
            ], "what is known"),
        example: #"nj.metrics.info("ndcg").summary"#
    ) { call in
        let metric = try Metric.declaration(named: call.string("name"))
        return LuaRecord([
            "name": metric.name, "usage": metric.usage, "aliases": metric.aliases,
            "variants": metric.variants, "summary": metric.summary,
        ])
    }

    static let evaluateRanks = Function(
        "evaluate_ranks", on: "nj.metrics", summary: "Scores ranks that a script has.",
        details: """
            Each element of ranks is the rank of the one relevant item of an example, or a list of
            the ranks of all its relevant items; math.huge is an item left out of the list. The
            options split, sampled, masks_seen, counts_padding and ties only say how the ranks came
            about, for the protocol line.
            """,
        options: [
            .list("ranks", of: .either([.number, .list(.number)]), "ranks, from 1 at the top"),
            .integer("candidates", in: 1..., "number of items ranked in each example"),
            .metrics(takesArrayPart: true, "metrics; MRR, nDCG@10 and Recall@10 when left out"),
            .list("users", of: .integer, optional: true, "user of each example, for intervals"),
            .string("split", default: "ranks of the script", "the examples in words"),
            .integer("sampled", optional: true, in: 1..., "number of sampled items, if so ranked"),
            .boolean("masks_seen", default: false, "whether items of the history were left out"),
            .boolean("counts_padding", default: false, "whether padding class 0 competed"),
            .choice("ties", TieRule.self, default: .average, "the rank of equal scores"),
        ] + Parameter.bootstrap,
        returns: .object(MetricReport.self, "the report"),
        example: #"nj.metrics.evaluate_ranks{ "mrr", ranks = { 1, 4, 2 }, candidates = 100 }"#
    ) { call in
        let asked = try call.has("metrics") ? call.strings("metrics") : usual
        guard !asked.isEmpty else {
            throw LuaError("no metric is named. Name one, such as 'mrr'.")
        }
        let pool: CandidateSet.Pool =
            try call.integer(ifGiven: "sampled").map { .sampled(negatives: $0) } ?? .all
        return try MetricReport(
            asked.map { try Metric.parse($0) }, of: relevantRanks(call),
            users: call.has("users") ? call.integers32("users") : nil,
            evaluation: EvaluationProtocol(
                split: call.string("split"),
                candidates: CandidateSet(
                    pool: pool, countsPadding: call.boolean("counts_padding"),
                    masking: call.boolean("masks_seen") ? .seen : .nothing),
                ties: call.choice("ties", as: TieRule.self)),
            bootstrap: call.bootstrap())
    }

    /// What is measured when the script does not say.
    private static let usual = ["MRR", "nDCG@10", "Recall@10"]

    private static func relevantRanks(_ call: Call) throws -> RelevantRanks {
        let list = try call.table("ranks")
        guard try list.count() > 0 else {
            throw LuaError("there are no ranks to score. Give a rank for each example.")
        }
        let candidates = try call.integer("candidates")
        guard case .table = try list.get(1) else {
            return try RelevantRanks(nextItem: call.numbers("ranks"), candidates: candidates)
        }
        var ranks = RelevantRanks()
        for (place, value) in try list.values().enumerated() {
            guard case .table(let set) = value else {
                throw LuaError(
                    "ranks[\(place + 1)] is a \(value.typeName) among lists. Give a list for each"
                        + " example, or a number for each.")
            }
            try ranks.append(set.numbers(), candidates: candidates)
        }
        return ranks
    }

    static let averaged = Function(
        "averaged", on: "nj.metrics",
        summary: "Averages the values of each example over runs that differ in their seed only.",
        details: "Intervals then say what other users might have shown, nothing of other seeds.",
        positional: [.list("reports", of: .object(MetricReport.self), "one for each run")],
        options: Parameter.bootstrap,
        returns: .object(MetricReport.self, "a report on the same examples"),
        example: "nj.metrics.averaged{ first, second, third }"
    ) { call in
        try MetricReport.averaged(
            over: call.objects("reports", as: MetricReport.self), bootstrap: call.bootstrap())
    }

    static let compare = Function(
        "compare", on: "nj.metrics",
        summary: "Compares arms of an experiment with one of them, example by example.",
        details: "P-values are those of the randomisation test, corrected by Holm over all"
            + " differences. Examples of one user stay together.",
        positional: [.table("arms", [], "reports by the names of their arms")],
        options: [.string("baseline", "the arm that the others are compared with")]
            + Parameter.bootstrap,
        returns: .object(ArmComparison.self, "the comparison"),
        example: #"nj.metrics.compare({ all = base, cut = cut }, { baseline = "all" })"#
    ) { call in
        let baseline = try call.string("baseline")
        let arms = try call.table("arms").fields().map { name, value in
            guard case .object(let handle) = value,
                let report = handle.value(as: MetricReport.self)
            else {
                throw LuaError(
                    "arm '\(name)' is a \(value.typeName). Give reports, as nj.evaluate makes.")
            }
            return (name: name, report: report)
        }
        guard arms.count >= 2 else {
            throw LuaError("\(arms.count) arms are too few to compare. Give two reports or more.")
        }
        let ordered = arms.filter { $0.name == baseline } + arms.filter { $0.name != baseline }
        return try ArmComparison(ordered, baseline: baseline, bootstrap: call.bootstrap())
    }
}
