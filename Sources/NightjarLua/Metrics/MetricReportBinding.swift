// nj.MetricReport.

import LuaHost
import NightjarMetrics

extension MetricReport: LuaObject {
    /// Bytes of the values.
    public var nativeBytes: Int {
        (users?.count ?? 0) * 4 + rows.reduce(0) { $0 + $1.values.count * 8 }
    }
}

/// The metrics of one model on one set of examples.
enum MetricReportBinding {
    static let declaration = Class(
        "nj.MetricReport", of: MetricReport.self,
        summary: "Metrics with their protocol and intervals. report.mrr and report[\"ndcg@10\"] are"
            + " means; printing it gives the table.",
        properties: [
            Property("metrics", .list(.string), "what was measured") { (report: MetricReport) in
                report.rows.map(\.name)
            },
            Property("protocol", .string, "what the numbers mean, in one line") {
                (report: MetricReport) in report.evaluation.description
            },
            Property("users", .list(.integer), "user of each example, or nil") {
                (report: MetricReport) in report.users
            },
        ])

    static let functions = [index, mean, values, byUser, interval, row, compare]

    private static let metric = Parameter.string("metric", "a metric of the report, in any case")

    static let index = Function(
        "__index", on: "nj.MetricReport", summary: "The mean of a metric.",
        positional: [metric], returns: .number("its mean"), example: #"report["ndcg@10"]"#
    ) { call in try asked(call).mean }

    static let mean = Function(
        "mean", on: "nj.MetricReport", summary: "Gives the mean of a metric.",
        positional: [metric],
        returns: .number("mean over the examples that have a value; NaN if none has")
    ) { call in try asked(call).mean }

    static let values = Function(
        "values", on: "nj.MetricReport", summary: "Gives the value of each example.",
        positional: [metric],
        returns: .list(of: .number, "one for each example; NaN where there is nothing to score")
    ) { call in try asked(call).values }

    static let byUser = Function(
        "by_user", on: "nj.MetricReport", summary: "Gives the report with one value for each user.",
        details: """
            It is the mean over those of a user's examples that have a value, so that users count \
            alike however many examples they have, as after a split by time. Users come in ascending \
            order.
            """,
        returns: .object(MetricReport.self, "the report, whose examples are users"),
        example: "print(nj.evaluate(net, parts.test, { \"ndcg@10\" }):by_user())"
    ) { call in try call.receiver(MetricReport.self).byUser() }

    static let interval = Function(
        "interval", on: "nj.MetricReport", summary: "Gives the bootstrap interval of the mean.",
        positional: [metric],
        returns: .value(.interval, "lower and upper end; nil if there is none"),
        example: #"local low, high = table.unpack(report:interval "mrr")"#
    ) { call in try asked(call).interval?.ends }

    static let row = Function(
        "row", on: "nj.MetricReport", summary: "Gives all figures of a metric.",
        positional: [metric],
        returns: .table(
            [
                .init("metric", .string, "name as printed"),
                .init("mean", .number, "mean over the examples that have a value"),
                .init("sd", .number, "their standard deviation"),
                .init("interval", .interval, "bootstrap interval of the mean, or nil"),
                .init("n", .integer, "number of examples that have a value"),
                .init("unscored", .integer, "number of examples that have none"),
                .init("higher_is_better", .boolean, "whether a greater value is better"),
            ], "the figures")
    ) { call in
        let row = try asked(call)
        return LuaRecord([
            "metric": row.name, "mean": row.mean, "sd": row.standardDeviation,
            "interval": row.interval?.ends, "n": row.count, "unscored": row.unscored,
            "higher_is_better": row.higherIsBetter,
        ])
    }

    static let compare = Function(
        "compare", on: "nj.MetricReport",
        summary: "Compares this report with a baseline on the same examples.",
        details: "Differences are paired by example, and examples of one user stay together.",
        positional: [.object("baseline", MetricReport.self, "the report to compare with")],
        options: [
            .string("name", default: "this", "what to call this report"),
            .string("baseline_name", default: "baseline", "what to call the other"),
        ] + Parameter.bootstrap,
        returns: .object(ArmComparison.self, "the comparison"),
        example: "print(cut:compare(base))"
    ) { call in
        let (name, baseline) = (try call.string("name"), try call.string("baseline_name"))
        guard name != baseline else {
            throw LuaError("both reports are called '\(name)'. Give them different names.")
        }
        return try ArmComparison(
            [
                (baseline, call.object("baseline", as: MetricReport.self)),
                (name, call.receiver(MetricReport.self)),
            ], baseline: baseline, bootstrap: call.bootstrap())
    }

    private static func asked(_ call: Call) throws -> MetricReport.Row {
        try call.receiver(MetricReport.self).row(call.string("metric"))
    }
}
