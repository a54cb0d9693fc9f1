// Rows by position, elements by a mask, and tensors joined.

import LuaHost
import NightjarRuntime
import NightjarTensor

extension TensorLibrary {
    static let selection: [Function] = [
        Function(
            "gather", on: "nj.Tensor", summary: "Gives the rows at some positions, in that order.",
            positional: [.list("positions", of: .integer, "rows, from 1; elements of a vector")],
            returns: .object(Tensor.self, "a tensor with memory of its own"),
            example: "w:gather{ 3, 1, 3 }"
        ) { call in
            try call.receiver(Tensor.self).rows(at: call.integers("positions").map { $0 &- 1 })
        },
        Function(
            "scatter_add", on: "nj.Tensor", summary: "Adds rows to the rows at some positions.",
            details: "A position that occurs twice gets both. The tensor itself stays as it was.",
            positional: [
                .list("positions", of: .integer, "rows, from 1; elements of a vector"),
                .operand("rows", "what to add: a row for each position, or one for all"),
            ],
            returns: .object(Tensor.self, "the sums"),
            example: "counts = nj.tensor.zeros(5):scatter_add({ 2, 2, 4 }, 1)"
        ) { call in
            try call.receiver(Tensor.self).adding(
                call.operand("rows"), toRows: call.integers("positions").map { $0 &- 1 })
        },
        Function(
            "masked", on: "nj.Tensor",
            summary: "Gives the elements that a mask marks, as a vector.",
            positional: [.operand("mask", "not 0 where an element is wanted")],
            returns: .object(Tensor.self, "the elements in their order"),
            example: "x:masked(x:gt(0)):mean()"
        ) { call in try call.receiver(Tensor.self).elements(where: call.operand("mask")) },
        Function(
            "nonzero", on: "nj.Tensor", summary: "Finds the elements that are not 0.",
            returns: .value(
                .either([.list(.integer), .list(.list(.integer))]),
                "positions from 1; in more than one dimension, a list for each element"),
            example: "users = ratings:gt(4):nonzero()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            let places = try UnstoppableWork.run { tensor.nonZeroPlaces() }
            guard tensor.shape.count > 1 else { return places.map { $0 + 1 } }
            try NestedListLimit.requireRoom(for: [places.count, tensor.shape.count])
            return try places.map { place in
                try Interruption.check()
                var rest = place
                return tensor.shape.reversed().map { size in
                    defer { rest /= size }
                    return rest % size + 1
                }.reversed() as [Int]
            }
        },
        Function(
            "where", on: "nj.tensor",
            summary: "Takes elements of one tensor or the other, by a mask.",
            positional: [.operand("mask", "not 0 where the first is taken")],
            options: [
                .operand("yes", "taken where the mask is not 0"), .operand("no", "taken elsewhere"),
            ],
            returns: .object(Tensor.self, "the elements chosen"),
            example: "nj.tensor.where(x:gt(0), { yes = x, no = 0 })"
        ) { call in
            try Tensor.select(
                call.operand("mask"), call.operand("yes"), otherwise: call.operand("no"))
        },
        joined("concat", "Joins tensors one after the other along a dimension.") {
            parts, position in
            guard let first = parts.first else { return try Tensor.concatenate(parts) }
            return try Tensor.concatenate(parts, axis: first.axis(at: position))
        },
        joined("stack", "Joins tensors of one shape along a new dimension.") { parts, position in
            let rank = (parts.first?.shape.count ?? 0) + 1
            guard position != 0, position >= -rank, position <= rank else {
                throw LuaError("axis must be 1 to \(rank), or -1 to -\(rank)")
            }
            return try Tensor.stack(parts, axis: position > 0 ? position - 1 : position)
        },
        Function(
            "slice", on: "nj.Tensor", summary: "Gives a range of one dimension.",
            positional: [
                .integer("first", "its first position, from 1"),
                .integer("last", optional: true, "its last one, included; the end if left out"),
            ],
            options: [
                .integer("axis", default: -1, "the dimension, from 1, or from -1 backwards")
            ],
            returns: .object(Tensor.self, "a tensor with memory of its own"),
            example: "w:slice(1, 8)"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            let axis = try tensor.axis(at: call.integer("axis"))
            let first = try call.integer("first")
            let last = try call.integer(ifGiven: "last") ?? tensor.shape[axis]
            guard first >= 1, last <= tensor.shape[axis], first - 1 <= last else {
                throw LuaError(
                    "slice: \(first) to \(last) is no part of 1 to \(tensor.shape[axis])")
            }
            return try tensor.slice(axis: axis, first - 1..<last)
        },
    ]

    static let moreFunctions: [Function] = [
        Function(
            "__pow", on: "nj.Tensor", summary: "Takes every element to a power.",
            positional: [
                .object("left", Tensor.self, "the tensor"), .number("right", "the exponent"),
            ],
            returns: .object(Tensor.self, "the powers"), example: "(x - y) ^ 2"
        ) { call in
            try call.object("left", as: Tensor.self).power(Float(call.number("right")))
        },
        Function(
            "cumsum", on: "nj.Tensor", summary: "Adds up elements from the first to each one.",
            options: [
                .integer("axis", default: -1, "the dimension, from 1, or from -1 backwards")
            ],
            returns: .object(Tensor.self, "the running sums"), example: "shares:cumsum()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try tensor.cumulativeSum(axis: tensor.axis(at: call.integer("axis")))
        },
        Function(
            "outer", on: "nj.Tensor",
            summary: "Multiplies every element with every element of another vector.",
            positional: [.operand("other", "a vector")],
            returns: .object(Tensor.self, "a row for each element here"),
            example: "u:outer(v)"
        ) { call in try call.receiver(Tensor.self).outer(call.operand("other")) },
        Function(
            "clamp", on: "nj.Tensor", summary: "Brings every element into a range.",
            positional: [.number("low", "the least"), .number("high", "the greatest")],
            returns: .object(Tensor.self, "the elements in the range"), example: "x:clamp(1, 5)"
        ) { call in
            try call.receiver(Tensor.self).clamped(
                Float(call.number("low")), Float(call.number("high")))
        },
        Function(
            "maximum", on: "nj.Tensor", summary: "Takes the larger of corresponding elements.",
            positional: [.operand("other", "a number, or a tensor whose shape fits")],
            returns: .object(Tensor.self, "the larger ones"), example: "x:maximum(0)"
        ) { call in try call.receiver(Tensor.self).maximum(call.operand("other")) },
        Function(
            "minimum", on: "nj.Tensor", summary: "Takes the smaller of corresponding elements.",
            positional: [.operand("other", "a number, or a tensor whose shape fits")],
            returns: .object(Tensor.self, "the smaller ones"), example: "x:minimum(1)"
        ) { call in try call.receiver(Tensor.self).minimum(call.operand("other")) },
    ]

    private static func joined(
        _ name: String, _ summary: String,
        _ join: @escaping @Sendable ([Tensor], Int) throws -> Tensor
    ) -> Function {
        Function(
            name, on: "nj.tensor", summary: summary,
            positional: [.list("tensors", of: .object(Tensor.self), "the tensors, in order")],
            options: [
                .integer("axis", default: 1, "the dimension, from 1, or from -1 backwards")
            ],
            returns: .object(Tensor.self, "a tensor with memory of its own"),
            example: "nj.tensor.\(name)({ x, y }, { axis = 2 })"
        ) { call in
            try join(call.objects("tensors", as: Tensor.self), call.integer("axis"))
        }
    }
}
