// nj.Part.

import LuaHost
import NightjarData

extension Part: LuaObject {
    /// Bytes of the rows and of the side of each row, without the log, which its own object counts.
    public var nativeBytes: Int { count * 4 + log.count }
}

/// One side of a split.
enum PartBinding {
    static let declaration = Class(
        "nj.Part", of: Part.self,
        summary: "One side of a split: some rows of a log that stays whole, as histories may reach"
            + " back into other sides.",
        properties: [
            Property("n_rows", .integer, "number of rows on this side") { (part: Part) in part.count
            },
            Property("rows", .list(.integer), "their numbers in log, made anew at each read") {
                (part: Part) in fromOne(part.rows)
            },
            Property("role", .choice(Part.Role.allCases.map(\.rawValue)), "what the side is for") {
                (part: Part) in part.role.rawValue
            },
            Property("log", .object(Interactions.self), "the whole log") { (part: Part) in part.log
            },
        ])

    static let functions = [length, windows, chunks, interactions, without]

    static let length = Function(
        "__len", on: "nj.Part", summary: "The number of rows.", returns: .integer("number of rows")
    ) { call in try call.receiver(Part.self).count }

    static let windows = Function(
        "windows", on: "nj.Part", summary: "Cuts one next-item example from each row.",
        details: """
            The history holds the user's earlier rows in the order of the log: training examples see
            training rows, validation examples also validation rows, test examples all of them.
            """,
        options: [
            .integer("length", default: 50, in: 2..., "items of history plus the target"),
            .integer(
                "min_history", default: 0, in: 0...,
                "examples with fewer items of history are left out"),
        ],
        returns: .object(Examples.self, "the examples, in the order of the rows"),
        example: "parts.train:windows{ length = 50 }"
    ) { call in
        try call.receiver(Part.self).windows(
            length: call.integer("length"), minHistory: call.integer("min_history"))
    }

    static let chunks = Function(
        "chunks", on: "nj.Part",
        summary: "Cuts the users' rows of this side into pieces, from the latest row backwards.",
        details: "With a step below the length, pieces overlap, as in Spotlight's experiments.",
        options: [
            .integer("length", default: 50, in: 2..., "items in a piece"),
            .integer(
                "step", optional: true, in: 1...,
                "rows between the ends of two pieces; the length when left out"),
            .integer("minimum", default: 1, in: 1..., "pieces with fewer items are left out"),
            .boolean("latest", default: false, "the latest piece of each user alone"),
        ],
        returns: .object(Sequences.self, "the pieces"),
        example: "parts.train:chunks{ length = 100, minimum = 20 }"
    ) { call in
        try call.receiver(Part.self).chunks(
            length: call.integer("length"), step: call.integer(ifGiven: "step"),
            minimum: call.integer("minimum"), latest: call.boolean("latest"))
    }

    static let interactions = Function(
        "interactions", on: "nj.Part", summary: "Gives this side alone as a log.",
        returns: .object(Interactions.self, "a log of these rows, numbered anew")
    ) { call in try call.receiver(Part.self).interactions() }

    static let without = Function(
        "without", on: "nj.Part", summary: "Gives this side as if rows had never happened.",
        details: "They are gone from histories too. Rows keep their numbers. To drop labels only,"
            + " drop examples: examples:without(selection).",
        positional: [.dropped("a selection of rows, or row numbers of part.log from 1")],
        returns: .object(Part.self, "the side without them")
    ) { call in
        try call.receiver(Part.self).without(rows: call.droppedRows("dropped"))
    }
}
