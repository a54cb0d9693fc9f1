// nj.Run.

import LuaHost
import NightjarMetrics
import NightjarRuntime
import NightjarTraining

/// Declares recorded runs.
enum RunBinding {
    static let declaration = Class(
        "nj.Run", of: RunObject.self,
        summary: "A recorded run: its parameters, figures, notes and files.",
        properties: [
            Property("id", .string, "32 digits; the first 8 or fewer will do to open it") {
                (run: RunObject) in run.run.id
            },
            Property("name", .string, "its name; or nil") { (run: RunObject) in
                try run.record().name
            },
            Property("experiment", .string, "what it belongs to") { (run: RunObject) in
                try run.record().experiment
            },
            Property("status", .string, "running, finished, failed or killed") {
                (run: RunObject) in try run.record().status.word
            },
            Property("started", .number, "when it began, in seconds since 1970, as os.time") {
                (run: RunObject) in Double(try run.record().startTime) / 1000
            },
            Property("seconds", .number, "how long it took, or has taken so far") {
                (run: RunObject) in try run.record().seconds
            },
            Property("parameters", .table, "what was chosen before, by name") {
                (run: RunObject) in LuaRecord(texts: try run.record().parameters)
            },
            Property("metrics", .table, "the newest value of each metric") { (run: RunObject) in
                LuaRecord(fields: try run.record().metrics.map { ($0.key, $0.value) })
            },
            Property("tags", .table, "notes, and what the store notes by itself") {
                (run: RunObject) in
                LuaRecord(fields: try run.record().tags.map { ($0.key, $0.value) })
            },
            Property(
                "data",
                .list(
                    .table([
                        .init("context", .string, "what for: training or validation"),
                        .init("name", .string, "the data set and the part"),
                        .init("examples", .integer, "number of examples"),
                        .init("digest", .string, "SHA-256 of the examples and weights"),
                    ])), "the data that nj.fit has used"
            ) { (run: RunObject) in
                LuaList(
                    try run.record().data.map {
                        LuaRecord([
                            "context": $0.context, "name": $0.name, "examples": $0.examples,
                            "digest": $0.digest,
                        ])
                    })
            },
            Property("artifacts", .list(.string), "paths of its files in the store") {
                (run: RunObject) in
                try run.record().artifacts.map { "\(run.run.artifactFolder)/\($0.name)" }
            },
            Property("script", .string, "the text of the script that recorded it; or nil") {
                (run: RunObject) in try run.run.scriptText()
            },
        ])

    static let functions = [log, history, parameters, tag, artifact, finish, close, text]

    static let log = Function(
        "log", on: "nj.Run", summary: "Logs the values of metrics at a step.",
        details: """
            Values are kept over all steps; the newest is what lists and comparisons show. NaN and \
            infinities are kept, too. Nested tables are flattened: { valid = { mrr = 0.3 } } is \
            valid.mrr. They are in the store within a second, whatever becomes of the process then.
            """,
        positional: [
            .integer("step", "where in the run, such as the epoch"),
            .either(
                "metrics", [.table, .object(MetricReport.self)],
                "numbers by name, or what nj.evaluate gave"),
        ],
        returns: .object(RunObject.self, "the run"),
        example: "run:log(epoch, { loss = loss, valid = { mrr = mrr } })"
    ) { call in
        let object = try call.receiver(RunObject.self)
        let metrics =
            try call.object(ifGiven: "metrics", as: MetricReport.self)?.figures
            ?? RunTexts.metrics(call.table("metrics"))
        try object.run.log(metrics, step: call.integer("step"))
        return object
    }

    static let history = Function(
        "history", on: "nj.Run", summary: "Gives all values of a metric.",
        positional: [.string("metric", "its name")],
        returns: .list(
            of: .table([
                .init("step", .integer, "the step"), .init("value", .number, "the value"),
                .init("time", .number, "when it was logged, in seconds since 1970"),
            ]), "the values by step")
    ) { call in
        let object = try call.receiver(RunObject.self)
        let key = try call.string("metric")
        let points = try object.run.history(of: key)
        if points.isEmpty {
            let known = try object.record().metrics.map(\.key)
            throw LuaError(
                "the run has no metric '\(key)'\(Suggestion.hint(for: key, in: known)); run.metrics"
                    + " has them all")
        }
        return LuaList(
            points.map {
                LuaRecord([
                    "step": $0.step, "value": $0.value, "time": Double($0.timestamp) / 1000,
                ])
            })
    }

    static let parameters = Function(
        "set", on: "nj.Run", summary: "Adds parameters that were chosen after the start.",
        details: "A parameter does not change: what changes is a metric or a tag.",
        positional: [.table("parameters", [], "values by name; nested tables are flattened")],
        returns: .object(RunObject.self, "the run"),
        example: "run:set{ items = log.n_items }"
    ) { call in
        let object = try call.receiver(RunObject.self)
        try object.run.add(parameters: RunTexts.parameters(call.table("parameters")))
        return object
    }

    static let tag = Function(
        "tag", on: "nj.Run", summary: "Sets a note, also on a run that has ended.",
        positional: [
            .string("key", "its name"),
            .either("value", [.string, .number, .boolean], "its text"),
        ],
        returns: .object(RunObject.self, "the run"),
        example: #"nj.runs.open("last"):tag("note", "the baseline of table 2")"#
    ) { call in
        let object = try call.receiver(RunObject.self)
        let key = try call.string("key")
        try object.run.set(tag: key, to: RunTexts.text(call.value("value"), at: key))
        object.forget()
        return object
    }

    static let artifact = Function(
        "artifact", on: "nj.Run", summary: "Copies a file into the store.",
        positional: [.string("path", "the file")],
        options: [
            .string("name", optional: true, "its name in the run, such as plots/loss.svg")
        ],
        returns: .string("where the copy is"),
        example: #"run:artifact("results.json")"#
    ) { call in
        let object = try call.receiver(RunObject.self)
        let name = try call.string(ifGiven: "name")
        let artifact = try object.run.add(artifact: call.path("path"), name: name)
        object.forget()
        return "\(object.run.artifactFolder)/\(artifact.name)"
    }

    static let finish = Function(
        "finish", on: "nj.Run", summary: "Ends the run.",
        details: """
            A run that is not ended ends with its script: as finished, as failed after an error, as \
            killed after Ctrl-C. local run <close> = nj.runs.start{ … } ends it with its block.
            """,
        options: [
            .choice(
                "status", ["finished", "failed", "killed"], default: "finished", "how it ended")
        ],
        returns: .object(RunObject.self, "the run")
    ) { call in
        let object = try call.receiver(RunObject.self)
        try object.run.finish(RunStatus(word: call.string("status")) ?? .finished)
        return object
    }

    static let close = Function(
        "__close", on: "nj.Run", summary: "Ends the run with its block, as failed after an error.",
        positional: [.any("error", optional: true, "the error that left the block")]
    ) { call in
        let run = try call.receiver(RunObject.self).run
        guard run.isRecording else { return nil }
        let error = try call.value("error")
        if !error.isNil { try? run.set(tag: "error", to: call.state.describe(error).oneNote) }
        try run.finish(
            error.isNil ? .finished : Interruption.isRequested ? .killed : .failed)
        return nil
    }

    static let text = Function(
        "__tostring", on: "nj.Run", summary: "Sums up the run in one line.",
        returns: .string("one line")
    ) { call in "\(try call.receiver(RunObject.self).record())" }
}

extension LuaRecord {
    /// A table of texts, numbers where they are written as such.
    fileprivate init(texts: [(key: String, value: String)]) {
        self.init(fields: texts.map { ($0.key, RunTexts.value(of: $0.value)) })
    }
}

extension String {
    /// As much of a text as a tag should hold of an error.
    fileprivate var oneNote: String { shortened(to: 1000) }
}
