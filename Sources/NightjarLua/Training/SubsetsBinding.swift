// nj.subsets and nj.Subsets.

import LuaHost
import NightjarData
import NightjarTraining

extension Subsets: LuaObject {
    /// Bytes of the named examples.
    public var nativeBytes: Int { all.reduce(0) { $0 + 4 * $1.named.count } }
}

/// Declares subsets of training examples.
enum SubsetsBinding {
    static let module = Module(
        "nj.subsets", summary: "Subsets of training examples, to retrain on.")

    static let declaration = Class(
        "nj.Subsets", of: Subsets.self, summary: "Subsets of one set of training examples.",
        properties: [
            Property("n", .integer, "number of examples of the whole set") {
                (subsets: Subsets) in subsets.wholeCount
            },
            Property("sizes", .list(.integer), "number of examples that each keeps") {
                (subsets: Subsets) in subsets.all.map(\.count)
            },
        ])

    static let functions = [random, only, without, kept, leftOut, length, concat, text]

    private static let train = Parameter.either(
        "train", [.object(Examples.self), .object(Sequences.self)],
        "the training examples or sequences")

    /// Positions of each subset, or selections.
    private static func positions(_ name: String, _ summary: String) -> Parameter {
        .list(name, of: .either([.object(Selection.self), .list(.integer)]), summary)
    }

    static let random = Function(
        "random", on: "nj.subsets",
        summary: "Draws subsets at random, each without replacement.",
        details: "The first subsets of a seed are the same however many are drawn.",
        positional: [train],
        options: [
            .integer("count", default: 50, in: 1...100_000, "number of subsets"),
            .number("share", default: 0.5, in: .above(0, to: 1), "share that each keeps"),
            .boolean(
                "whole_users", default: false,
                "draw users, and keep all examples of those that are drawn"),
            .integer("seed", default: 1, in: 0..., "seed of the draws"),
        ],
        returns: .object(Subsets.self, "the subsets"),
        example: "halves = nj.subsets.random(train, { count = 50, share = 0.5 })"
    ) { call in
        let train = try call.object("train", as: (any SubsettableSet).self)
        return try Subsets.random(
            call.integer("count"), share: call.number("share"), of: train.count,
            groups: call.boolean("whole_users") ? train.users : nil,
            seed: UInt64(call.integer("seed")))
    }

    static let only = Function(
        "only", on: "nj.subsets", summary: "Makes subsets of chosen examples and no others.",
        positional: [train, positions("kept", "for each subset positions, or a selection's ids")],
        returns: .object(Subsets.self, "the subsets"),
        example: "nj.subsets.only(train, { { 1, 2, 3 }, { 2, 3, 4 } })"
    ) { call in
        let count = try call.object("train", as: (any SubsettableSet).self).count
        return try Subsets(
            call.positionLists("kept").map { try .only($0, of: count) }, of: count)
    }

    static let without = Function(
        "without", on: "nj.subsets",
        summary: "Makes subsets that leave chosen examples out; {} leaves none out.",
        positional: [train, positions("left_out", "for each subset positions, or a selection")],
        returns: .object(Subsets.self, "the subsets"),
        example: "nj.subsets.without(train, { {}, att:self():highest(100), train:sample(100) })"
    ) { call in
        let count = try call.object("train", as: (any SubsettableSet).self).count
        return try Subsets(
            call.positionLists("left_out").map { try .without($0, of: count) }, of: count)
    }

    static let kept = Function(
        "kept", on: "nj.Subsets", summary: "Lists the examples that a subset keeps.",
        positional: [.integer("subset", in: 1..., "which subset, from 1")],
        returns: .list(of: .integer, "positions, ascending")
    ) { call in try fromOne(call.subset().kept) }

    static let leftOut = Function(
        "left_out", on: "nj.Subsets", summary: "Lists the examples that a subset leaves out.",
        positional: [.integer("subset", in: 1..., "which subset, from 1")],
        returns: .list(of: .integer, "positions, ascending")
    ) { call in try fromOne(call.subset().leftOut) }

    static let length = Function(
        "__len", on: "nj.Subsets", summary: "The number of subsets.",
        returns: .integer("number of subsets")
    ) { call in try call.receiver(Subsets.self).count }

    static let concat = Function(
        "__concat", on: "nj.Subsets", summary: "Joins two lists of subsets of one set.",
        positional: [
            .object("left", Subsets.self, "the subsets that come first"),
            .object("right", Subsets.self, "the subsets that follow"),
        ], returns: .object(Subsets.self, "both, one after the other")
    ) { call in
        try call.object("left", as: Subsets.self)
            .concatenated(with: call.object("right", as: Subsets.self))
    }

    static let text = Function(
        "__tostring", on: "nj.Subsets", summary: "Says how many and how large they are.",
        returns: .string("one line")
    ) { call in try call.receiver(Subsets.self).description }
}

/// What subsets can be made of.
protocol SubsettableSet: TrainingSet {
    /// The user of each example.
    var users: [Int32] { get }
}

extension Examples: SubsettableSet {}

extension Sequences: SubsettableSet {}

extension Call {
    /// The subset of the receiver that an argument names.
    fileprivate func subset() throws -> Subset {
        let (subsets, place) = (try receiver(Subsets.self), try position("subset"))
        guard subsets.all.indices.contains(place) else {
            throw LuaError("there is no subset \(place + 1): there are \(subsets.count)")
        }
        return subsets.all[place]
    }

    /// Lists of positions, from 0; a selection of examples counts as its ids.
    fileprivate func positionLists(_ name: String) throws -> [[Int]] {
        try table(name).values().enumerated().map { place, value in
            switch value {
            case .table(let positions): return try positions.integers().map { $0 &- 1 }
            case .object(let handle):
                if let selection = handle.value(as: Selection.self) {
                    return try selection.dropped(from: .examples)
                }
                fallthrough
            default:
                throw LuaError(
                    "\(name)[\(place + 1)] is a \(value.typeName). Give a list of positions or a"
                        + " selection for each subset.")
            }
        }
    }
}
