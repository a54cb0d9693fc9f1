// nj.data: where logs come from.

import LuaHost
import NightjarData

/// Opening, listing and fetching data sets.
enum DataModule {
    static let declaration = Module(
        "nj.data", summary: "Interaction logs: open, list, fetch, make.")

    static let functions = [open, list, info, fetch] + makers

    /// How to read a table, and which format to take a file for.
    private static let readingOptions: [Parameter] = [
        .choice("format", LogFormat.self, optional: true, "format, if not to be recognised"),
        .column("user"), .column("item"), .column("rating"), .column("timestamp"),
        .boolean("header", optional: true, "whether the first line of a table holds names"),
        .string("separator", optional: true, "what separates columns: one or two characters"),
        .choice("time_unit", TimeUnit.self, default: .seconds, "what times of a table count"),
    ]

    static let open = Function(
        "open", on: "nj.data", summary: "Opens a log by the name of a data set or by path.",
        details: """
            A name is looked up in the folders of $NIGHTJAR_DATA, then in the user's own data folder,
            then in the working folder; what contains a / is a path. "simulated" and "markov" are
            always there. The format is recognised; the other options are for tables.
            """,
        positional: [.string("name", "name of a data set, or path of a folder or file")],
        options: readingOptions,
        returns: .object(Interactions.self, "the log"),
        example:
            #"nj.data.open("plays.csv", { user = "listener", item = "track", rating = false })"#
    ) { call in
        let name = try call.path("name")
        if let generated = GeneratedDataSet(rawValue: name) {
            for option in readingOptions.map(\.name) where try call.has(option) {
                throw LuaError(
                    "'\(name)' is generated, so there is no '\(option)' to choose. Leave it out.")
            }
            return try generated.generate()
        }
        var options = ReadingOptions()
        options.format = try call.has("format") ? call.choice("format", as: LogFormat.self) : nil
        options.user = try call.column("user")
        options.item = try call.column("item")
        options.rating = try call.column("rating")
        options.timestamp = try call.column("timestamp")
        options.hasHeader = try call.has("header") ? call.boolean("header") : nil
        options.separator = try call.string(ifGiven: "separator")
        options.timeUnit = try call.choice("time_unit", as: TimeUnit.self)
        return try call.catalogue.open(name, options)
    }

    static let list = Function(
        "list", on: "nj.data", summary: "Lists the data sets that are known or here.",
        returns: .list(
            of: .table([
                .init("name", .string, "name for nj.data.open"),
                .init("summary", .string, "what it is, if known"),
                .init("here", .boolean, "whether it can be opened now"),
                .init("location", .string, "folder in which it was found, or nil"),
            ]), "one table for each"),
        example: "for _, set in ipairs(nj.data.list()) do print(set.name, set.here) end"
    ) { call in
        let made = GeneratedDataSet.allCases.map {
            LuaRecord(["name": $0.rawValue, "summary": $0.summary, "here": true])
        }
        return made
            + call.catalogue.list().map { entry in
                LuaRecord([
                    "name": entry.name, "summary": entry.dataSet?.summary,
                    "here": entry.location != nil, "location": entry.location,
                ])
            }
    }

    static let info = Function(
        "info", on: "nj.data", summary: "Tells what is known of a data set.",
        positional: [.string("name", "name of a data set")],
        returns: .table(
            [
                .init("name", .string, "name for nj.data.open"),
                .init("summary", .string, "what it is"),
                .init("rows", .integer, "number of rows, as published"),
                .init("users", .integer, "number of users, as published"),
                .init("items", .integer, "number of items, as published"),
                .init("terms", .string, "terms of use, in short"),
                .init("cite", .string, "what to cite"),
                .init("location", .string, "folder in which it was found, or nil"),
                .init("fetchable", .boolean, "whether nj.data.fetch can get it"),
            ], "what is known"),
        example: #"nj.data.info("ml-1m").terms"#
    ) { call in
        let name = try call.string("name")
        if let generated = GeneratedDataSet(rawValue: name) {
            return LuaRecord(["name": name, "summary": generated.summary, "fetchable": false])
        }
        let entry = try call.catalogue.info(name)
        let published = entry.dataSet?.published
        return LuaRecord([
            "name": entry.name, "summary": entry.dataSet?.summary, "rows": published?.rows,
            "users": published?.users, "items": published?.items, "terms": entry.dataSet?.licence,
            "cite": entry.dataSet?.citation, "location": entry.location,
            "fetchable": entry.isFetchable,
        ])
    }

    static let fetch = Function(
        "fetch", on: "nj.data",
        summary: "Fetches a data set from its publisher into the user's data folder.",
        details: "Without accept = true it shows the terms and ends there.",
        positional: [.string("name", "name of a data set")],
        options: [
            .boolean("accept", default: false, "whether you accept the publisher's terms"),
            .boolean("replace", default: false, "whether to replace the copy in the data folder"),
        ],
        returns: .string("the folder where it is now"),
        example: #"nj.data.fetch("ml-100k", { accept = true })"#
    ) { call in
        try call.refuseInLab("fetching data")
        let accepted = try call.boolean("accept")
        var notice = ""
        do {
            return try call.catalogue.fetch(
                call.string("name"), replacing: call.boolean("replace"),
                accept: { dataSet in
                    notice = dataSet.notice
                    return accepted
                }, progress: call.progress
            ).location
        } catch DownloadError.declined(let name) {
            throw LuaError(
                "the terms of '\(name)' come first.\n\(notice)\n"
                    + "If you accept them: nj.data.fetch('\(name)', { accept = true })")
        }
    }
}

extension Parameter {
    /// A column of a table, by name or position.
    fileprivate static func column(_ role: String) -> Parameter {
        .either(
            role, [.string, .integer(Limits(low: 1)), .boolean], optional: true,
            "column of a table: its name, its position from 1, or false for none")
    }
}

extension Call {
    /// The data sets in reach: those of the state, if the program attached some, else those that the
    /// environment names.
    var catalogue: Catalogue { (try? state.attached(Catalogue.self)) ?? .ofEnvironment() }

    fileprivate func column(_ role: String) throws -> ColumnChoice {
        switch try value(role) {
        case .boolean(false): .absent
        case .nil, .boolean(true): .automatic
        case let value: try value.int.map { .position($0) } ?? .named(string(role))
        }
    }
}
