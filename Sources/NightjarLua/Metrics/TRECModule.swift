// nj.trec: lists and truth for outside judges.

import LuaHost
import NightjarMetrics

/// The two files that trec_eval and ir_measures read.
enum TRECModule {
    static let declaration = Module(
        "nj.trec", summary: "Files for trec_eval and ir_measures, so that others can check.")

    static let functions = [writeRun, writeQrels]

    private static let query = LuaType.Field(
        "query", .either([.string, .integer]), "whose list it is: a user, or an example of a user")
    private static let items = LuaType.Field(
        "items", .list(.either([.string, .integer])), "ids of items")

    static let writeRun = Function(
        "write_run", on: "nj.trec", summary: "Writes ranked lists.",
        positional: [
            .string("path", "the file to write"),
            .list("lists", of: .table([query, items]), "one table for each list, best item first"),
        ],
        options: [.string("tag", default: "nightjar", "what to call the run")],
        example: #"nj.trec.write_run("run.txt", { { query = 1, items = { 50, 181 } } })"#
    ) { call in
        let lists = try entries(call, "lists").map { entry in
            RankedList(query: try entry.word("query"), items: try entry.words("items"))
        }
        try TRECFile.writeRun(lists, tag: call.string("tag"), to: call.path("path"))
        return nil
    }

    static let writeQrels = Function(
        "write_qrels", on: "nj.trec", summary: "Writes which items are relevant.",
        positional: [
            .string("path", "the file to write"),
            .list(
                "judgements",
                of: .table([
                    query, items,
                    .init("grades", .list(.integer), "how relevant each is; 1 when left out"),
                ]), "one table for each query"),
        ],
        example: #"nj.trec.write_qrels("qrels.txt", { { query = 1, items = { 50 } } })"#
    ) { call in
        let judgements = try entries(call, "judgements").map { entry in
            let (query, items) = (try entry.word("query"), try entry.words("items"))
            guard case .table(let grades) = try entry.table.get("grades") else {
                return Judgements(query: query, relevant: items)
            }
            let numbers = try grades.integers()
            guard numbers.count == items.count else {
                throw LuaError(
                    "query '\(query)' has \(numbers.count) grades for \(items.count) items. Give"
                        + " one for each.")
            }
            return Judgements(query: query, items: Array(zip(items, numbers)))
        }
        try TRECFile.writeJudgements(judgements, to: call.path("path"))
        return nil
    }

    private static func entries(_ call: Call, _ name: String) throws -> [Entry] {
        try call.table(name).values().enumerated().map { place, value in
            guard case .table(let table) = value else {
                throw LuaError(
                    "\(name)[\(place + 1)] is a \(value.typeName)."
                        + " Give tables such as { query = 1, items = { 50, 181 } }.")
            }
            return Entry(place: "\(name)[\(place + 1)]", table: table)
        }
    }
}

/// One table of a list, with the words that say where it stands.
private struct Entry {
    let place: String
    let table: LuaTable

    /// An id, which scripts may give as a number.
    func word(_ name: String) throws -> String { try word(table.get(name), name) }

    func words(_ name: String) throws -> [String] {
        guard case .table(let list) = try table.get(name) else {
            throw LuaError("\(place).\(name) is no list. Give a list of ids.")
        }
        return try list.values().enumerated().map { try word($1, "\(name)[\($0 + 1)]") }
    }

    private func word(_ value: LuaValue, _ name: String) throws -> String {
        guard let word = value.text ?? value.int.map({ "\($0)" }) else {
            throw LuaError("\(place).\(name) is a \(value.typeName). Give a string or an integer.")
        }
        return word
    }
}
