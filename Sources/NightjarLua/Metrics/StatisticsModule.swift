// nj.stats: intervals, tests, correlations.

import LuaHost
import NightjarMetrics
import NightjarRuntime

/// The paired tests by their names in Lua.
private enum TestKind: String, CaseIterable {
    case randomisation, t, wilcoxon, sign
}

/// Statistics of columns of numbers.
enum StatisticsModule {
    static let declaration = Module(
        "nj.stats", summary: "Intervals, paired tests, correlations, detection scores.")

    static let functions = [
        bootstrap, paired, seeded, controlled, holm, detection, spearman, kendall,
    ]

    private static let level = Parameter.number(
        "level", default: 0.95, in: .between(0, 1), "confidence level of the interval")

    static let bootstrap = Function(
        "bootstrap", on: "nj.stats",
        summary: "Gives the mean of values and its bootstrap interval.",
        details: "NaN marks an example without a value, which is left out.",
        positional: [.values("values", "one value for each example")],
        options: [.clusters] + Parameter.bootstrap,
        returns: .table(
            [
                .init("mean", .number, "mean of the values"),
                .init("sd", .number, "their standard deviation"),
                .init("interval", .interval, "lower and upper end of the interval of the mean"),
                .init("n", .integer, "number of values"),
                .init("units", .integer, "number of independent units: clusters, or values"),
                .init("skipped", .integer, "number of examples left out"),
            ], "mean and interval"),
        example: #"nj.stats.bootstrap(report:values("mrr"), { clusters = test.users })"#
    ) { call in
        let sample = try Sample(call.values("values"), clusters: call.clusters())
        let interval = try call.bootstrap().interval(of: sample)
        return LuaRecord([
            "mean": sample.mean, "sd": sample.standardDeviation, "interval": interval.ends,
            "n": sample.count, "units": sample.unitCount, "skipped": sample.skipped,
        ])
    }

    static let paired = Function(
        "paired", on: "nj.stats",
        summary: "Tells how much greater one column is than another on the same examples.",
        details: """
            Report the difference with its interval; p alone says nothing of its size. With
            clusters, all examples of a user stay together. Correct p with nj.stats.holm when
            testing more than one arm or metric.
            """,
        positional: [
            .values("values", "one value for each example"),
            .values("baseline", "the baseline's values for the same examples"),
        ],
        options: [
            .clusters,
            .choice("test", TestKind.self, default: .randomisation, "the test that p is of"),
        ] + Parameter.bootstrap,
        returns: .table(
            [
                .init("difference", .number, "mean difference, values minus baseline"),
                .init("interval", .interval, "lower and upper end of its interval"),
                .init("p", .number, "two-sided p-value"),
                .init("test", .string, "name of the test"),
                .init("n", .integer, "number of examples compared"),
                .init("units", .integer, "number of independent units: clusters, or examples"),
                .init("skipped", .integer, "number of examples left out"),
            ], "difference, interval and p"),
        example: "nj.stats.paired(after, before, { clusters = test.users }).difference"
    ) { call in
        let bootstrap = try call.bootstrap()
        let sample = try Sample(
            call.values("values"), minus: call.values("baseline"), clusters: call.clusters())
        let interval = try bootstrap.interval(of: sample)
        let test: TestResult =
            switch try call.choice("test", as: TestKind.self) {
            case .randomisation:
                try PairedTest.randomisation(
                    sample, resamples: bootstrap.resamples, seed: bootstrap.seed)
            case .t: try PairedTest.studentT(sample)
            case .wilcoxon: try PairedTest.wilcoxon(sample)
            case .sign: try PairedTest.sign(sample)
            }
        return LuaRecord([
            "difference": sample.mean, "interval": interval.ends, "p": test.pValue,
            "test": test.test, "n": sample.count, "units": sample.unitCount,
            "skipped": sample.skipped,
        ])
    }

    static let seeded = Function(
        "seeded", on: "nj.stats",
        summary: "Tells how much greater one arm is than another, over several seeds of training.",
        details: """
            The interval and p speak of other users and of other trainings: they count how users \
            differ, and how the seeds' differences do, which no number of users makes smaller \
            (Student's t with Satterthwaite's degrees of freedom). With one seed they speak of these \
            two models alone. Both arms have the same seeds, examples and order.
            """,
        positional: [
            .list("values", of: .list(.number), "for each seed, the arm's values of the examples"),
            .list("baselines", of: .list(.number), "for each seed, those of the other arm"),
        ],
        options: [.clusters, level],
        returns: .table(
            [
                .init("difference", .number, "mean difference, values minus baselines"),
                .init("interval", .interval, "lower and upper end of its interval"),
                .init("p", .number, "two-sided p-value of no difference"),
                .init("by_seed", .list(.number), "the difference of each seed"),
            ], "difference, interval and p"),
        example: "nj.stats.seeded({ after, after }, { before, before }).interval"
    ) { call in
        let found = try SeededDifference(
            of: call.columns("values"), minus: call.columns("baselines"),
            clusters: call.clusters(), level: call.number("level"))
        return LuaRecord([
            "difference": found.difference, "interval": found.interval.ends, "p": found.pValue,
            "by_seed": found.bySeed,
        ])
    }

    static let controlled = Function(
        "controlled", on: "nj.stats",
        summary: "Tells how unlike several random controls an arm is, on the same examples.",
        details: """
            The interval counts how controls differ among themselves, from their draws and from the \
            noise of training, and how users differ; it is around 0 for an arm that is one more \
            control. Five controls or more keep it narrow.
            """,
        positional: [
            .values("values", "a value of the arm for each example"),
            .list("controls", of: .list(.number), "for each control, its values of the examples"),
        ],
        options: [.clusters, level],
        returns: .table(
            [
                .init("difference", .number, "mean of the arm minus mean of the controls"),
                .init("interval", .interval, "lower and upper end of its interval"),
                .init("p", .number, "two-sided p-value of the arm being one more control"),
            ], "difference, interval and p"),
        example: "nj.stats.controlled(after, { before, before }, { clusters = test.users }).p"
    ) { call in
        let found = try ControlledDifference(
            of: call.values("values"), controls: call.columns("controls"),
            clusters: call.clusters(), level: call.number("level"))
        return LuaRecord([
            "difference": found.difference, "interval": found.interval.ends, "p": found.pValue,
        ])
    }

    static let holm = Function(
        "holm", on: "nj.stats", summary: "Corrects p-values for testing several hypotheses.",
        positional: [.list("p_values", of: .number, "p-values, each from 0 to 1")],
        returns: .list(of: .number, "corrected p-values in the same order"),
        example: "nj.stats.holm{ 0.01, 0.04, 0.03 }"
    ) { call in
        let values = try call.numbers("p_values")
        return try UnstoppableWork.run { try Holm.adjusted(values) }
    }

    static let detection = Function(
        "detection", on: "nj.stats", summary: "Tells how well scores find what was planted.",
        details: "A high score means suspected. An influence below 0 marks harm: negate those.",
        positional: [
            .values("scores", "one for each example, higher for more suspected"),
            .list("planted", of: .boolean, "whether each example was planted"),
        ],
        options: [
            .integer(
                "at", optional: true, in: 1...,
                "how many of the highest scores precision is of; as many as planted if left out"),
            .number("level", default: 0.95, in: .between(0, 1), "confidence level of the interval"),
        ],
        returns: .table(
            [
                .init("auc", .number, "area under the ROC curve; 0.5 is guessing"),
                .init("interval", .interval, "its interval (DeLong), for independent examples"),
                .init("ap", .number, "average precision; guessing gives planted / n"),
                .init("precision", .number, "share of the highest scores that was planted"),
                .init("planted", .integer, "number of planted examples"),
                .init("n", .integer, "number of examples"),
            ], "the figures"),
        example: "nj.stats.detection(scores, log:planted().misclicks).auc"
    ) { call in
        let marks = try call.table("planted").values().enumerated().map { place, value in
            guard case .boolean(let mark) = value else {
                throw LuaError(
                    "planted[\(place + 1)] is a \(value.typeName). Give true or false for each"
                        + " example.")
            }
            return mark
        }
        let values = try call.values("scores")
        let scores = try UnstoppableWork.run { try DetectionScores(values, isPlanted: marks) }
        let count = try call.integer(ifGiven: "at") ?? scores.plantedCount
        return LuaRecord([
            "auc": scores.rocAUC,
            "interval": try scores.rocAUCInterval(level: call.number("level")).ends,
            "ap": scores.averagePrecision,
            "precision": try scores.precision(at: count), "planted": scores.plantedCount,
            "n": scores.plantedCount + scores.otherCount,
        ])
    }

    /// The two columns of a correlation.
    private static let columns: [Parameter] = [
        .values("x", "one column"), .values("y", "the other column"),
    ]

    static let spearman = Function(
        "spearman", on: "nj.stats", summary: "Gives Spearman's rank correlation of two columns.",
        positional: columns, returns: .number("from -1 to 1; NaN when a column has no order")
    ) { call in try Correlation.spearman(call.values("x"), call.values("y")) }

    static let kendall = Function(
        "kendall", on: "nj.stats", summary: "Gives Kendall's tau-b of two columns.",
        positional: columns, returns: .number("from -1 to 1; NaN when a column has no order")
    ) { call in try Correlation.kendall(call.values("x"), call.values("y")) }
}
