// nj.selection and nj.Selection.

import LuaHost
import NightjarData

extension Selection: LuaObject {
    /// Bytes of the columns.
    public var nativeBytes: Int { count * 12 }
}

/// What policies return.
enum SelectionBinding {
    static let declaration = Class(
        "nj.Selection", of: Selection.self,
        summary:
            "Chosen examples or rows, with their weights and the reason: what policies return.",
        properties: [
            Property("ids", .list(.integer), "what was chosen, from 1, in the order chosen") {
                (selection: Selection) in fromOne(selection.ids)
            },
            Property("weights", .list(.number), "the weight of each of ids; 0 drops it") {
                (selection: Selection) in selection.weights
            },
            Property("of", .choice(["examples", "rows"]), "what ids count") {
                (selection: Selection) in selection.subject.rawValue
            },
            Property("reason", .string, "why all of them were chosen") {
                (selection: Selection) in selection.reason
            },
            Property("reasons", .list(.string), "why each was chosen, or nil if all for reason") {
                (selection: Selection) in selection.reasons
            },
        ])

    static let functions = [make, length]

    static let make = Function(
        "selection", on: "nj",
        summary: "Makes a selection: what to drop or to reweight, and why.",
        details: """
            Give either drop, or ids with weights. Positions count from 1 in one set of examples,
            or in one log with of = "rows". Dropping examples drops labels only; dropping rows takes
            the interactions out of all histories.
            """,
        options: [
            .list("drop", of: .integer, optional: true, "positions to leave out, each once"),
            .list("ids", of: .integer, optional: true, "positions to reweight, each once"),
            .list("weights", of: .number, optional: true, "the weight for each of ids; 0 drops it"),
            .choice("of", Selection.Subject.self, default: .examples, "what positions count"),
            .string("reason", default: "", "why these were chosen"),
            .list("reasons", of: .string, optional: true, "why each was chosen, if reasons differ"),
        ],
        returns: .object(Selection.self, "the selection"),
        example: #"nj.selection{ drop = { 3, 1 }, reason = "raises the target loss" }"#
    ) { call in
        let drops = try call.has("drop")
        guard try drops != call.has("ids"), try drops != call.has("weights") else {
            throw LuaError(
                "a selection is made of either drop, or ids and weights; give one of both")
        }
        return try Selection(
            of: call.choice("of", as: Selection.Subject.self),
            call.positions(drops ? "drop" : "ids"), weights: drops ? nil : call.floats("weights"),
            reason: call.string("reason"),
            reasons: call.has("reasons") ? call.strings("reasons") : nil)
    }

    static let length = Function(
        "__len", on: "nj.Selection", summary: "How many were chosen.",
        returns: .integer("the number of ids")
    ) { call in try call.receiver(Selection.self).count }
}
