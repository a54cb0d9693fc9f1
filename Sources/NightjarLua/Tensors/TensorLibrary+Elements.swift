// Reading and writing elements and rows.

import LuaHost
import NightjarTensor

extension TensorLibrary {
    static let elements: [Function] = [
        Function(
            "__index", on: "nj.Tensor",
            summary: "Gives an element of a vector, or a view of a row of anything larger.",
            positional: [.integer("row", "its position, from 1")],
            returns: .value(
                .either([.number, .object(Tensor.self)]), "the number, or a view that shares memory"
            ),
            example: "w[2][3]"
        ) { call in
            let position = try call.integer("row")
            return try call.withReceiver(Tensor.self) { try part(of: $0, at: position) }
        },
        Function(
            "__newindex", on: "nj.Tensor", summary: "Overwrites an element or a row.",
            positional: [
                .integer("row", "its position, from 1"),
                .operand("value", "one number for all, or what fits the row's shape"),
            ],
            example: "w[2] = 0; w[3] = { 1, 2, 3 }"
        ) { call in
            let position = try call.integer("row")
            let number = try call.number(ifGiven: "value")
            try call.withReceiver(Tensor.self) { tensor in
                if tensor.shape.count == 1, let number {
                    return try tensor.setElement(at: position, to: Float(number))
                }
                let row = try tensor.row(at: position)
                try row.assign(call.operand("value").broadcast(to: row.shape))
            }
            return nil
        },
        Function(
            "__len", on: "nj.Tensor", summary: "Gives the size of the first dimension.",
            returns: .integer("the number of rows, or of elements of a vector"), example: "#w"
        ) { call in
            try call.withReceiver(Tensor.self) { $0.shape[try $0.axis(at: 1)] }
        },
        Function(
            "__pairs", on: "nj.Tensor",
            summary: "Goes through the rows, or the elements of a vector.",
            returns: .function("an iterator of positions and rows"),
            example: "for i, row in pairs(w) do print(i, row:mean()) end"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return LuaClosure("iterator") { call in
                let position = (call.value(at: 2).int ?? 0) + 1
                guard position <= tensor.shape.first ?? 0 else { return nil }
                return LuaResults(position, try part(of: tensor, at: position))
            }
        },
        Function(
            "__eq", on: "nj.Tensor",
            summary: "Tells whether two values are the same elements in memory in the same shape.",
            details: "To compare numbers, use t:eq(other), or (t - other):abs():max().",
            positional: [.any("left", "one value"), .any("right", "the other")],
            returns: .boolean("whether writing to one writes to the other"),
            example: "w[1] == w[1]  -- true, w[1] == w[1]:copy() is false"
        ) { call in
            guard let left = try call.object(ifGiven: "left", as: Tensor.self),
                let right = try call.object(ifGiven: "right", as: Tensor.self)
            else { return false }
            return left.shape == right.shape && left.sharesMemory(with: right)
        },
        Function(
            "at", on: "nj.Tensor", summary: "Gives one element.",
            positional: [
                .list("positions", of: .integer, "one position for each dimension, from 1")
            ],
            returns: .number("the element"), example: "w:at{ 2, 3 }"
        ) { call in
            try call.receiver(Tensor.self).element(at: call.integers("positions"))
        },
        Function(
            "set", on: "nj.Tensor", summary: "Overwrites one element.",
            positional: [
                .list("positions", of: .integer, "one position for each dimension, from 1"),
                .number("value", allowsNaN: true, "its new value"),
            ],
            example: "w:set({ 2, 3 }, 0.5)"
        ) { call in
            try call.receiver(Tensor.self)
                .setElement(at: call.integers("positions"), to: Float(call.number("value")))
            return nil
        },
        Function(
            "rows", on: "nj.Tensor", summary: "Gives a view of some of the rows.",
            positional: [
                .integer("first", "the first row, from 1"),
                .integer("last", optional: true, "the last row, included; the end if left out"),
            ],
            returns: .object(Tensor.self, "a view that shares memory"), example: "w:rows(1, 10)"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try tensor.rows(
                from: call.integer("first"),
                through: call.integer(ifGiven: "last") ?? tensor.shape.first ?? 0)
        },
        Function(
            "totable", on: "nj.Tensor", summary: "Gives the elements as nested lists.",
            returns: .value(.any, "lists of lists of numbers; one number for rank 0"),
            example: "for _, x in ipairs(v:totable()) do print(x) end"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            try NestedListLimit.requireRoom(for: tensor.shape)
            return try NestedList(tensor.values, shape: tensor.shape)
        },
    ]

    /// An element of a vector, else a row.
    private static func part(
        of tensor: Tensor, at position: Int
    ) throws -> any LuaConvertible {
        if tensor.shape.count == 1 { return try tensor.element(at: position) }
        return try tensor.row(at: position)
    }
}
