// nj.RunList and nj.RunComparison.

import LuaHost
import NightjarTraining

extension RunsLibrary {
    /// Lines of a printed list; a loop over it has them all.
    private static let shownRuns = 30

    static let list = Class(
        "nj.RunList", of: RunList.self, summary: "Runs that were asked for, in their order.")

    static let listFunctions = [
        Function(
            "__index", on: "nj.RunList", summary: "The run at a place.",
            positional: [.integer("place", "from 1")],
            returns: .object(RunObject.self, "the run; nil beyond the last")
        ) { call in try call.receiver(RunList.self).run(at: call.integer("place")) },
        Function(
            "__len", on: "nj.RunList", summary: "The number of runs.",
            returns: .integer("number of runs")
        ) { call in try call.receiver(RunList.self).records.count },
        Function(
            "compare", on: "nj.RunList", summary: "Shows what the runs differ in.",
            options: [.boolean("all", default: false, "show what is the same in all, too")],
            returns: .object(RunComparison.self, "the comparison; prints a table")
        ) { call in
            try RunComparison(
                call.receiver(RunList.self).records, showsEqual: call.boolean("all"))
        },
        Function(
            "export", on: "nj.RunList", summary: "Writes the runs for other programs.",
            details: """
                long has a line for each value of a metric, wide a line for each run, both as \
                comma-separated values. mlflow makes a folder with mlflow.db and the files of the \
                runs: mlflow db upgrade sqlite:///FOLDER/mlflow.db, then mlflow server \
                --backend-store-uri sqlite:///FOLDER/mlflow.db.
                """,
            positional: [.string("path", "the file, or the folder for mlflow")],
            options: [
                .choice("form", RunExportForm.self, default: .long, "what is written")
            ],
            example: #"nj.runs.list():export("runs.csv", { form = "wide" })"#
        ) { call in
            let list = try call.receiver(RunList.self)
            try list.store.export(
                list.records, as: call.choice("form", as: RunExportForm.self),
                to: call.path("path"))
            return nil
        },
        Function(
            "__tostring", on: "nj.RunList", summary: "Shows the runs as a table.",
            returns: .string("a table")
        ) { call in
            let list = try call.receiver(RunList.self)
            return "\(RunListing(list.records, columns: list.columns, atMost: shownRuns))"
        },
    ]

    static let comparison = Class(
        "nj.RunComparison", of: RunComparison.self, summary: "What runs differ in.")

    static let comparisonRows = Function(
        "rows", on: "nj.RunComparison", summary: "Gives the differences as a list.",
        returns: .list(
            of: .table([
                .init("kind", .string, "run, origin, parameter, metric or tag"),
                .init("key", .string, "its name"),
                .init("values", .table, "the value in each run by its id, where it has one"),
            ]), "one entry for each value that differs")
    ) { call in
        let comparison = try call.receiver(RunComparison.self)
        return LuaList(
            comparison.rows.map { row in
                LuaRecord([
                    "kind": row.kind.rawValue, "key": row.key,
                    "values": LuaRecord(
                        fields: zip(comparison.runs, row.values).map { ($0.id, $1) }),
                ])
            })
    }

    static let comparisonText = Function(
        "__tostring", on: "nj.RunComparison", summary: "Shows the differences as a table.",
        returns: .string("a table")
    ) { call in "\(try call.receiver(RunComparison.self))" }
}
