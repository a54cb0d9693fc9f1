// nj.Examples.

import LuaHost
import NightjarData

extension Examples: LuaObject {
    /// Bytes of the positions and weights and, at most, of the stream that sets share.
    public var nativeBytes: Int { count * 12 + log.count * 8 }
}

/// Next-item examples.
enum ExamplesBinding {
    static let declaration = Class(
        "nj.Examples", of: Examples.self,
        summary: "Next-item examples: each asks which item follows a history.",
        properties: [
            Property("history_length", .integer, "items in each history, padding included") {
                (examples: Examples) in examples.historyLength
            },
            Property("users", .list(.integer), "user of each, made anew at each read") {
                (examples: Examples) in examples.users
            },
            Property("targets", .list(.integer), "item that each asks for, made at each read") {
                (examples: Examples) in examples.targets
            },
            Property("rows", .list(.integer), "row of log that each asks for, made at each read") {
                (examples: Examples) in fromOne(examples.rows)
            },
            Property("weights", .list(.number), "weight of each; nil when all are 1") {
                (examples: Examples) in examples.weights
            },
            Property("role", .string, "the side they come from: train, valid, test, or nil") {
                (examples: Examples) in examples.role?.rawValue
            },
            Property("digest", .string, "SHA-256 of what a model learns from, made at each read") {
                (examples: Examples) in examples.digest
            },
            Property("has_test", .boolean, "whether some come from the test side") {
                (examples: Examples) in examples.roles.contains(.test)
            },
            Property("log", .object(Interactions.self), "the log that rows count in") {
                (examples: Examples) in examples.log
            },
        ])

    static let functions = [
        length, history, historyRows, find, rowsPerUser, subset, sample, without, weighted, concat,
        concatOperator, asRows,
    ]

    static let length = Function(
        "__len", on: "nj.Examples", summary: "The number of examples.",
        returns: .integer("number of examples")
    ) { call in try call.receiver(Examples.self).count }

    static let history = Function(
        "history", on: "nj.Examples", summary: "Gives the history of one example.",
        positional: [.integer("position", in: 1..., "which example, from 1")],
        returns: .list(of: .integer, "items without padding, the latest last")
    ) { call in try call.receiver(Examples.self).history(of: call.position("position")) }

    static let historyRows = Function(
        "history_rows", on: "nj.Examples",
        summary: "Gives the rows of the log that the history of one example consists of.",
        positional: [.integer("position", in: 1..., "which example, from 1")],
        returns: .list(of: .integer, "row numbers in examples.log, from 1")
    ) { call in
        try fromOne(call.receiver(Examples.self).historyRows(of: call.position("position")))
    }

    static let find = Function(
        "where", on: "nj.Examples", summary: "Finds examples by what they ask.",
        options: [
            .integer("target", optional: true, in: 1..., "item that is asked for"),
            .integer("user", optional: true, in: 1..., "user of the example"),
        ],
        returns: .list(of: .integer, "positions of the examples, ascending"),
        example: #"test:where{ target = log:item "Star Wars (1977)" }"#
    ) { call in
        func wanted(_ name: String) throws -> Int32? {
            try call.integer(ifGiven: name).map { Int32(clamping: $0) }
        }
        return try fromOne(
            call.receiver(Examples.self).indices(target: wanted("target"), user: wanted("user")))
    }

    static let rowsPerUser = Function(
        "rows_per_user", on: "nj.Examples", summary: "Counts the examples of each user.",
        returns: .list(of: .integer, "number of examples of each user, by the user's number")
    ) { call in try call.receiver(Examples.self).examplesPerUser() }

    static let subset = Function(
        "subset", on: "nj.Examples", summary: "Takes chosen examples in the given order.",
        positional: [.list("positions", of: .integer, "which, from 1; one may come twice")],
        returns: .object(Examples.self, "those examples"),
        example: "train:subset{ 3, 1 }"
    ) { call in try call.receiver(Examples.self).subset(call.positions("positions")) }

    static let sample = Function(
        "sample", on: "nj.Examples", summary: "Draws distinct positions at random, for controls.",
        positional: [.integer("count", in: 0..., "how many")],
        options: [.integer("seed", default: 1, in: 0..., "seed of the draw")],
        returns: .list(of: .integer, "positions of examples, in the order drawn"),
        example: "train:without(train:sample(500, { seed = 1 }))"
    ) { call in
        try fromOne(
            call.receiver(Examples.self).sample(
                call.integer("count"), seed: UInt64(call.integer("seed"))))
    }

    static let without = Function(
        "without", on: "nj.Examples", summary: "Leaves examples out.",
        details:
            "Only labels are dropped: the interactions stay in the histories of others. To drop"
            + " interactions, use part:without(examples:as_rows(selection)) and cut windows anew.",
        positional: [.dropped("a selection of examples, or positions from 1")],
        returns: .object(Examples.self, "the others, in their order"),
        example: "train:without(harmful)"
    ) { call in
        try call.receiver(Examples.self).without(call.dropped("dropped", from: .examples))
    }

    static let weighted = Function(
        "weighted", on: "nj.Examples", summary: "Gives the same examples other weights.",
        details: "A list sets the weight of every example; a selection multiplies the weights of"
            + " those it chose. An example of weight 0 keeps its place and teaches nothing.",
        positional: [
            .either(
                "weights", [.object(Selection.self), .list(.number)],
                "a selection, or one weight for each example")
        ],
        returns: .object(Examples.self, "the examples with their weights")
    ) { call in
        let examples = try call.receiver(Examples.self)
        if let selection = try call.object(ifGiven: "weights", as: Selection.self) {
            return try examples.weighted(by: selection)
        }
        return try examples.withWeights(call.floats("weights"))
    }

    static let concat = Function(
        "concat", on: "nj.Examples", summary: "Joins these examples and others of the same log.",
        positional: [.object("other", Examples.self, "the examples that follow")],
        returns: .object(Examples.self, "both, one after the other")
    ) { call in
        try call.receiver(Examples.self).concatenated(with: call.object("other", as: Examples.self))
    }

    static let concatOperator = Function(
        "__concat", on: "nj.Examples", summary: "Joins examples of the same log.",
        positional: [
            .object("left", Examples.self, "the examples that come first"),
            .object("right", Examples.self, "the examples that follow"),
        ], returns: .object(Examples.self, "both, one after the other")
    ) { call in
        try call.object("left", as: Examples.self)
            .concatenated(with: call.object("right", as: Examples.self))
    }

    static let asRows = Function(
        "as_rows", on: "nj.Examples",
        summary: "Turns a selection of these examples into one of the rows they ask for.",
        details: "Dropping rows takes the interactions out of all histories.",
        positional: [.object("selection", Selection.self, "a selection of these examples")],
        returns: .object(Selection.self, "the same choice as rows of examples.log"),
        example: "parts:without(train:as_rows(harmful)).train:windows{ length = 50 }"
    ) { call in
        try call.receiver(Examples.self)
            .rows(of: call.object("selection", as: Selection.self))
    }
}
