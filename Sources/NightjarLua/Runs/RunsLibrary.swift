// nj.runs.

import LuaHost
import NightjarRuntime
import NightjarTraining

#if canImport(Glibc)
    import Glibc
#endif

/// Declares `nj.runs` and its classes.
enum RunsLibrary {
    static let library = Library(
        modules: [module],
        classes: [RunBinding.declaration, list, comparison],
        functions: [start, listRuns, open, compare] + RunBinding.functions + listFunctions
            + [comparisonRows, comparisonText])

    static let module = Module(
        "nj.runs", summary: "Recorded runs: what was tried, with what, and what came of it.")

    static let start = Function(
        "start", on: "nj.runs", summary: "Begins to record a run.",
        details: """
            The store notes the script's text and arguments, the versions of what computes, the \
            machine, the user and the time by itself. Give the run to nj.fit as its option run to \
            have the model, the recipe, the data and each epoch recorded.
            """,
        options: [
            .string(
                "experiment", optional: true,
                "what the run belongs to; else the script's name, or prompt"),
            .string("name", optional: true, "a name for people; may come more than once"),
            .table(
                "parameters", [], optional: true,
                "what was chosen, by name; nested tables are flattened to a.b"),
            .table("tags", [], optional: true, "notes by name"),
            .runStore,
        ],
        returns: .object(RunObject.self, "the run"),
        example: #"local run <close> = nj.runs.start{ name = "dim 64", parameters = opt }"#
    ) { call in
        var description = call.runDescription()
        if let experiment = try call.string(ifGiven: "experiment") {
            description.experiment = experiment
        }
        description.name = try call.string(ifGiven: "name")
        description.parameters =
            try call.table(ifGiven: "parameters").map(RunTexts.parameters) ?? []
        description.tags += try call.table(ifGiven: "tags").map(RunTexts.parameters) ?? []
        return RunObject(try call.runStore(makes: true).start(description))
    }

    static let listRuns = Function(
        "list", on: "nj.runs", summary: "Finds runs, the newest first.",
        details: """
            A run whose process died is marked killed at this look. Conditions are texts such as \
            "lr=0.001" or "valid.mrr>0.3", on metrics, parameters and tags.
            """,
        options: [
            .list("where", of: .string, optional: true, takesArrayPart: true, "conditions"),
            .string("experiment", optional: true, "only runs of this experiment"),
            .choice(
                "status", RunStatus.allCases.map(\.word), optional: true, "only runs in this state"),
            .string("sort", optional: true, "a metric or parameter; the greatest comes first"),
            .boolean("ascending", default: false, "the least, or the oldest, first"),
            .integer("limit", optional: true, in: 0..., "the most runs"),
            .list("columns", of: .string, optional: true, "what the printed table shows"),
            .runStore,
        ],
        returns: .object(RunList.self, "the runs; prints a table"),
        example:
            #"nj.runs.list{ "fit.lr<0.01", experiment = "lstm", sort = "valid.mrr", limit = 5 }"#
    ) { call in
        let query = RunQuery(
            experiment: try call.string(ifGiven: "experiment"),
            status: try call.string(ifGiven: "status").flatMap(RunStatus.init(word:)),
            conditions: try call.strings("where").map { try RunCondition($0) },
            order: try call.string(ifGiven: "sort"), ascending: try call.boolean("ascending"),
            limit: try call.integer(ifGiven: "limit"))
        let store = try call.runStore()
        return RunList(store, try store.runs(query), columns: try call.strings("columns"))
    }

    static let open = Function(
        "open", on: "nj.runs", summary: "Opens a recorded run.",
        positional: [
            .string("run", "its id, the beginning of it, its name, or last for the newest")
        ], options: [.runStore],
        returns: .object(RunObject.self, "the run"),
        example: #"nj.runs.open("last").metrics"#
    ) { call in RunObject(try call.runStore().run(call.string("run"))) }

    static let compare = Function(
        "compare", on: "nj.runs", summary: "Shows what runs differ in.",
        options: [
            .list(
                "runs", of: .either([.string, .object(RunObject.self)]), optional: true,
                takesArrayPart: true, "runs, or ids or names of runs; two or more"),
            .boolean("all", default: false, "show what is the same in all, too"),
            .runStore,
        ],
        returns: .object(RunComparison.self, "the comparison; prints a table"),
        example: #"nj.runs.compare{ "last", "dim 64" }"#
    ) { call in
        let values = try call.table(ifGiven: "runs")?.values() ?? []
        let records = try values.map { value in
            if case .object(let handle) = value, let object = handle.value(as: RunObject.self) {
                return try object.record()
            }
            guard let text = value.text else {
                throw LuaError(
                    "a run to compare is a \(value.typeName); give runs, or ids or names of runs")
            }
            return try call.runStore().run(text).record()
        }
        return try RunComparison(records, showsEqual: call.boolean("all"))
    }
}

extension Call {
    /// What is known of every run that the script begins.
    func runDescription() -> RunDescription {
        var description = RunDescription(
            experiment: session.experiment,
            tags: [("nightjar.lua", session.luaVersion(state))] + session.argumentTag)
        if let path = session.script, let text = try? String(contentsOf: path) {
            description.script = .init(path: path, text: text)
        }
        return description
    }
}

extension Session.Configuration {
    /// What a run belongs to that is given no experiment.
    fileprivate var experiment: String {
        guard let script else { return "prompt" }
        let name = script.split(separator: "/").last.map(String.init) ?? script
        return name.hasSuffix(".lua") && name.count > 4 ? String(name.dropLast(4)) : name
    }

    /// What the script was called with.
    fileprivate var argumentTag: [(key: String, value: String)] {
        guard !arguments.isEmpty else { return [] }
        return [("nightjar.arguments", arguments.joined(separator: " ").shortened(to: 1000))]
    }

    /// Such as `Lua 5.4`.
    fileprivate func luaVersion(_ state: LuaState) -> String {
        (try? state.globals.get("_VERSION").text) ?? "Lua"
    }
}

extension String {
    /// The text of a file.
    ///
    /// - Throws: `FileError` when it cannot be read.
    fileprivate init(contentsOf path: String) throws(FileError) {
        guard let file = fopen(path, "re") else { throw FileError("read", path, code: errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
