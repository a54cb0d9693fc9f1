// nj.ArmComparison.

import LuaHost
import NightjarMetrics

extension ArmComparison: LuaObject {
    /// Bytes of the reports.
    public var nativeBytes: Int { arms.reduce(0) { $0 + $1.report.nativeBytes } }
}

/// Several arms side by side.
enum ArmComparisonBinding {
    static let declaration = Class(
        "nj.ArmComparison", of: ArmComparison.self,
        summary: "Arms of an experiment on the same examples, each compared with a baseline;"
            + " printing it gives the tables.",
        properties: [
            Property("arms", .list(.string), "names of the arms, the baseline first") {
                (comparison: ArmComparison) in comparison.arms.map(\.name)
            },
            Property("baseline", .string, "the arm that the others are compared with") {
                (comparison: ArmComparison) in comparison.baseline
            },
        ])

    static let functions = [differences]

    static let differences = Function(
        "differences", on: "nj.ArmComparison",
        summary: "Gives how each arm differs from the baseline in each metric.",
        returns: .list(
            of: .table([
                .init("arm", .string, "name of the arm"),
                .init("metric", .string, "the metric"),
                .init("difference", .number, "mean difference, arm minus baseline"),
                .init("interval", .interval, "its bootstrap interval"),
                .init("p", .number, "p-value, corrected by Holm over all differences"),
                .init("n", .integer, "number of examples compared"),
                .init("units", .integer, "number of independent units: users, or examples"),
            ]), "one table for each arm and metric"),
        example: "for _, d in ipairs(comparison:differences()) do print(d.arm, d.difference) end"
    ) { call in
        try call.receiver(ArmComparison.self).differences.map { one in
            LuaRecord([
                "arm": one.arm, "metric": one.metric, "difference": one.difference.mean,
                "interval": one.difference.interval.ends, "p": one.correctedPValue,
                "n": one.difference.count, "units": one.difference.unitCount,
            ])
        }
    }
}
