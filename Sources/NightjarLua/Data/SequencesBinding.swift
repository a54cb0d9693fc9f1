// nj.Sequences.

import LuaHost
import NightjarData

extension Sequences: LuaObject {
    /// Bytes of the positions and weights and, at most, of the stream that sets share.
    public var nativeBytes: Int { count * 12 + log.count * 8 }
}

/// Pieces of histories.
enum SequencesBinding {
    static let declaration = Class(
        "nj.Sequences", of: Sequences.self,
        summary:
            "Pieces of histories: a model predicts every item of a piece from those before it.",
        properties: [
            Property("length", .integer, "items in each piece, padding included") {
                (sequences: Sequences) in sequences.length
            },
            Property("users", .list(.integer), "user of each, made anew at each read") {
                (sequences: Sequences) in sequences.users
            },
            Property("weights", .list(.number), "weight of each; nil when all are 1") {
                (sequences: Sequences) in sequences.weights
            },
            Property("role", .string, "the side they come from: train, valid, test, or nil") {
                (sequences: Sequences) in sequences.role?.rawValue
            },
            Property("digest", .string, "SHA-256 of what a model learns from, made at each read") {
                (sequences: Sequences) in sequences.digest
            },
            Property("has_test", .boolean, "whether some come from the test side") {
                (sequences: Sequences) in sequences.roles.contains(.test)
            },
            Property("log", .object(Interactions.self), "the log that rows count in") {
                (sequences: Sequences) in sequences.log
            },
        ])

    static let functions = [
        count, items, rows, lastItems, subset, without, weighted, concat, concatOperator,
    ]

    static let count = Function(
        "__len", on: "nj.Sequences", summary: "The number of pieces.",
        returns: .integer("number of pieces")
    ) { call in try call.receiver(Sequences.self).count }

    static let items = Function(
        "items", on: "nj.Sequences", summary: "Gives the items of one piece.",
        positional: [.integer("position", in: 1..., "which piece, from 1")],
        returns: .list(of: .integer, "items without padding, the latest last")
    ) { call in try call.receiver(Sequences.self).items(of: call.position("position")) }

    static let rows = Function(
        "rows", on: "nj.Sequences", summary: "Gives the rows that one piece consists of.",
        positional: [.integer("position", in: 1..., "which piece, from 1")],
        returns: .list(of: .integer, "row numbers in sequences.log, from 1")
    ) { call in
        try fromOne(call.receiver(Sequences.self).rows(of: call.position("position")))
    }

    static let lastItems = Function(
        "last_items", on: "nj.Sequences",
        summary: "Makes one example from each piece, which asks for its last item.",
        details: "Sequence models are judged on these.",
        returns: .object(Examples.self, "the examples")
    ) { call in try call.receiver(Sequences.self).lastItems() }

    static let subset = Function(
        "subset", on: "nj.Sequences", summary: "Takes chosen pieces in the given order.",
        positional: [.list("positions", of: .integer, "which, from 1; one may come twice")],
        returns: .object(Sequences.self, "those pieces")
    ) { call in try call.receiver(Sequences.self).subset(call.positions("positions")) }

    static let without = Function(
        "without", on: "nj.Sequences", summary: "Leaves pieces out.",
        positional: [.dropped("a selection of these pieces, or positions from 1")],
        returns: .object(Sequences.self, "the others, in their order")
    ) { call in
        try call.receiver(Sequences.self).without(call.dropped("dropped", from: .examples))
    }

    static let weighted = Function(
        "weighted", on: "nj.Sequences", summary: "Gives the same pieces other weights.",
        details:
            "A list sets the weight of every piece; a selection multiplies the weights of those"
            + " it chose.",
        positional: [
            .either(
                "weights", [.object(Selection.self), .list(.number)],
                "a selection, or one weight for each piece")
        ],
        returns: .object(Sequences.self, "the pieces with their weights")
    ) { call in
        let sequences = try call.receiver(Sequences.self)
        if let selection = try call.object(ifGiven: "weights", as: Selection.self) {
            return try sequences.weighted(by: selection)
        }
        return try sequences.withWeights(call.floats("weights"))
    }

    static let concat = Function(
        "concat", on: "nj.Sequences", summary: "Joins these pieces and others of the same log.",
        positional: [.object("other", Sequences.self, "the pieces that follow")],
        returns: .object(Sequences.self, "both, one after the other")
    ) { call in
        try call.receiver(Sequences.self)
            .concatenated(with: call.object("other", as: Sequences.self))
    }

    static let concatOperator = Function(
        "__concat", on: "nj.Sequences", summary: "Joins pieces of the same log.",
        positional: [
            .object("left", Sequences.self, "the pieces that come first"),
            .object("right", Sequences.self, "the pieces that follow"),
        ], returns: .object(Sequences.self, "both, one after the other")
    ) { call in
        try call.object("left", as: Sequences.self)
            .concatenated(with: call.object("right", as: Sequences.self))
    }
}
