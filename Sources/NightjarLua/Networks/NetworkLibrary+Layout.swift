// Values in a pass in other shapes, in part, and joined.

import LuaHost
import NightjarTensor

extension NetworkLibrary {
    static let layouts: [Function] = [
        Function(
            "reshape", on: "nj.nn.Variable",
            summary: "Gives the same elements under another shape.",
            details:
                "The first size stays the batch. One size may be -1: it follows from the others.",
            positional: [.list("shape", of: .integer, "the new sizes, the batch first")],
            returns: .object(PassVariable.self, "the value"),
            example: "weights:reshape{ batch.size, 1, -1 }"
        ) { call in
            let x = try call.passValue()
            let shape = try x.get().value.completing(call.integers("shape"))
            return try x.pass.value(x.pass.tape.reshape(x.get(), shape))
        },
        Function(
            "transpose", on: "nj.nn.Variable",
            summary: "Exchanges two dimensions, by default the last.",
            positional: [
                .integer("first", default: -2, "one dimension, from 2, or from -1 backwards"),
                .integer("second", default: -1, "the other"),
            ],
            returns: .object(PassVariable.self, "the value"), example: "x:transpose()"
        ) { call in
            let x = try call.passValue()
            let first = try x.pass.axis(call.integer("first"), of: x.get())
            let second = try x.pass.axis(call.integer("second"), of: x.get())
            return try x.pass.value(x.pass.tape.transpose(x.get(), first, second))
        },
        Function(
            "slice", on: "nj.nn.Variable", summary: "Gives a range of one dimension.",
            positional: [
                .integer("first", "its first position, from 1, or from -1 backwards"),
                .integer("last", optional: true, "its last one, included; the end if left out"),
            ],
            options: [
                .integer("axis", default: 2, "the dimension, from 2, or from -1 backwards")
            ],
            returns: .object(PassVariable.self, "the part"),
            example: "x:slice(2), x:slice(1, 3, { axis = -1 })"
        ) { call in
            let x = try call.passValue()
            let axis = try x.pass.axis(call.integer("axis"), of: x.get())
            let length = try x.get().value.shape[axis]
            let first = try position(call.integer("first"), of: length)
            let last = try position(call.integer(ifGiven: "last") ?? length, of: length)
            guard first <= last else {
                throw LuaError("slice: the first position is after the last one")
            }
            return try x.pass.value(
                x.pass.tape.slice(x.get(), axis: axis, first..<last + 1))
        },
        Function(
            "at", on: "nj.nn.Variable", summary: "Gives one position of a dimension, without it.",
            positional: [.integer("position", "from 1, or from -1 backwards")],
            options: [
                .integer("axis", default: 2, "the dimension, from 2, or from -1 backwards")
            ],
            returns: .object(PassVariable.self, "the value at that position"),
            example: "states:at(-1)  -- the last step"
        ) { call in
            let x = try call.passValue()
            let axis = try x.pass.axis(call.integer("axis"), of: x.get())
            var shape = try x.get().value.shape
            let place = try position(call.integer("position"), of: shape[axis])
            shape.remove(at: axis)
            let part = try x.pass.tape.slice(x.get(), axis: axis, place..<place + 1)
            return try x.pass.value(x.pass.tape.reshape(part, shape))
        },
        Function(
            "concat", on: "nj.nn", summary: "Joins values along a dimension.",
            positional: [.list("values", of: .object(PassVariable.self), "the values, in order")],
            options: [
                .integer("axis", default: -1, "the dimension, from 2, or from -1 backwards")
            ],
            returns: .object(PassVariable.self, "the joined value"),
            example: "nj.nn.concat({ states, items }, { axis = -1 })"
        ) { call in
            let parts = try call.objects("values", as: PassVariable.self)
            guard let first = parts.first else { throw LuaError("concat needs at least one value") }
            guard parts.allSatisfy({ $0.pass === first.pass }) else { throw PassVariable.over }
            let axis = try first.pass.axis(call.integer("axis"), of: first.get())
            return try first.pass.value(
                first.pass.tape.concatenate(parts.map { try $0.get() }, axis: axis))
        },
    ]

    static let others: [Function] = [
        Function(
            "matmul", on: "nj.nn.Variable",
            summary: "Multiplies the matrices of the last two dimensions, example by example.",
            positional: [
                .passOperand("other", "the right factor, with as many rows as columns here")
            ],
            options: [
                .boolean("transpose", default: false, "read the right factor transposed")
            ],
            returns: .object(PassVariable.self, "the products"),
            example: "queries:matmul(keys, { transpose = true })"
        ) { call in
            try call.passValue().matmul(
                call.passOperand("other"), transposesOther: call.boolean("transpose"))
        },
        Function(
            "dot", on: "nj.nn.Variable", summary: "Multiplies rows with rows and adds up each.",
            details: "The same as (x * y):sum(), without the memory of the products.",
            positional: [.object("other", PassVariable.self, "a value of the same shape")],
            returns: .object(PassVariable.self, "the sums over the last dimension"),
            example: "state:dot(net.items(batch.targets))"
        ) { call in
            let x = try call.passValue()
            let y = try call.object("other", as: PassVariable.self)
            guard x.pass === y.pass else { throw PassVariable.over }
            _ = try x.pass.axis(-1, of: x.get())
            return try x.pass.value(x.pass.tape.rowDot(x.get(), y.get()))
        },
        Function(
            "masked_fill", on: "nj.nn.Variable",
            summary: "Overwrites the elements that a mask marks.",
            positional: [
                .object(
                    "mask", PassVariable.self, "not 0 where to overwrite, such as batch.mask:eq(0)"),
                .number("value", "the number to write"),
            ],
            returns: .object(PassVariable.self, "the value"),
            example: "scores:masked_fill(batch.mask:eq(0), -1e9):softmax()"
        ) { call in
            try call.passValue().filled(
                where: call.object("mask", as: PassVariable.self), with: Float(call.number("value"))
            )
        },
        Function(
            "where", on: "nj.nn", summary: "Takes elements of one value or the other, by a mask.",
            positional: [.object("mask", PassVariable.self, "not 0 where the first is taken")],
            options: [
                .object("yes", PassVariable.self, "taken where the mask is not 0"),
                .object("no", PassVariable.self, "taken elsewhere"),
            ],
            returns: .object(PassVariable.self, "the elements chosen"),
            example: "nj.nn.where(x:gt(0), { yes = x, no = y })"
        ) { call in
            let mask = try call.object("mask", as: PassVariable.self)
            let yes = try call.object("yes", as: PassVariable.self)
            let no = try call.object("no", as: PassVariable.self)
            let opposite = try Operand.compare(.value(mask), .number(0)) { try $0.equal(to: $1) }
            return try Operand.value(yes.filled(where: opposite, with: 0))
                + .value(no.filled(where: mask, with: 0))
        },
        Function(
            "__tostring", on: "nj.nn.Variable", summary: "Shows the shape and some elements.",
            returns: .string("a preview"), example: "print(x)"
        ) { call in try call.passValue().description },
    ]

    /// A position from 1, or from -1 backwards, counted from 0.
    private static func position(_ position: Int, of length: Int) throws -> Int {
        let place = position < 0 ? length &+ position : position &- 1
        guard (0..<length).contains(place) else {
            throw LuaError(
                length == 0
                    ? "the dimension is empty" : "position \(position) is outside 1 to \(length)")
        }
        return place
    }
}
