// Arithmetic, functions of elements, comparisons and products.

import LuaHost
import NightjarTensor

extension TensorLibrary {
    static let arithmetic: [Function] =
        [
            binary("__add", "Adds, element by element.", "x + y", { try $0 + $1 }) {
                try $0 + $1
            },
            binary("__sub", "Subtracts, element by element.", "x - y", { try $0 - $1 }) {
                try $0 - $1
            },
            binary("__mul", "Multiplies, element by element.", "x * y", { try $0 * $1 }) {
                try $0 * $1
            },
            binary("__div", "Divides, element by element.", "x / y", { try $0 / $1 }) {
                try $0 / $1
            },
        ] + [unary("__unm", "Changes the sign of every element.", "-x") { try -$0 }]

    static let functionsOfElements: [Function] = [
        unary("exp", "Takes e to the power of every element.") { try $0.exp() },
        unary("log", "Takes the natural logarithm of every element.") { try $0.log() },
        unary("sqrt", "Takes the square root of every element.") { try $0.sqrt() },
        unary("abs", "Takes the absolute value of every element.") { try $0.abs() },
        unary("floor", "Rounds every element down to a whole number.") { try $0.floor() },
        unary("ceil", "Rounds every element up to a whole number.") { try $0.ceil() },
        unary("round", "Rounds every element; of two whole numbers as near, to the even one.") {
            try $0.round()
        },
        unary("sign", "Takes -1, 0 or 1, the sign of every element.") { try $0.sign() },
        unary("tanh", "Takes the hyperbolic tangent of every element.") { try $0.tanh() },
        unary("sigmoid", "Takes 1 / (1 + e^-x) of every element.") { try $0.sigmoid() },
        unary("relu", "Keeps positive elements and makes the others 0.") { try $0.relu() },
        unary("softmax", "Makes the last dimension positive with sum 1: e^x / sum of e^x.") {
            try $0.softmax()
        },
        unary("log_softmax", "Takes the logarithm of the softmax of the last dimension.") {
            try $0.logSoftmax()
        },
        unary("gelu", "Multiplies every element by the normal distribution at it.") {
            try $0.gelu()
        },
        unary("softplus", "Takes log(1 + e^x) of every element.") { try $0.softplus() },
    ]

    static let comparisons: [Function] = [
        comparison("eq", "equal to") { try $0.equal(to: $1) },
        comparison("ne", "different from") { try $0.notEqual(to: $1) },
        comparison("lt", "less than") { try $0.less(than: $1) },
        comparison("le", "less than or equal to") { try $0.lessOrEqual(to: $1) },
        comparison("gt", "greater than") { try $0.greater(than: $1) },
        comparison("ge", "greater than or equal to") { try $0.greaterOrEqual(to: $1) },
        Function(
            "isfinite", on: "nj.Tensor", summary: "Tells whether all elements are finite numbers.",
            returns: .boolean("false when an element is infinite or not a number"),
            example: "assert(w:isfinite())"
        ) { call in try call.receiver(Tensor.self).isFinite },
    ]

    static let products: [Function] = [
        Function(
            "matmul", on: "nj.Tensor", summary: "Multiplies matrices.",
            details: "Dimensions before the last two are batches, repeated where one has fewer.",
            positional: [.operand("other", "the right factor, with as many rows as columns here")],
            returns: .object(Tensor.self, "the product"), example: "x:matmul(w:transpose())"
        ) { call in
            try call.receiver(Tensor.self).interruptibleMatmul(call.operand("other"))
        },
        Function(
            "dot", on: "nj.Tensor", summary: "Adds up the products of corresponding elements.",
            positional: [.operand("other", "a tensor of the same shape")],
            returns: .number("the sum"), example: "u:dot(v) / (u:norm() * v:norm())"
        ) { call in try call.receiver(Tensor.self).dot(call.operand("other")) },
    ]

    private static func binary(
        _ name: String, _ summary: String, _ example: String,
        _ combine: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
        _ combineInPass: @escaping @Sendable (Operand, Operand) throws -> PassVariable
    ) -> Function {
        Function(
            name, on: "nj.Tensor", summary: summary,
            details: """
                Either side may be a number or a list; smaller shapes are repeated as in NumPy. With a \
                value of a forward pass the result is one, too.
                """,
            positional: [
                .operand("left", "the left operand"),
                .either(
                    "right",
                    [
                        .object(Tensor.self), .number, .list(.number), .object(PassVariable.self),
                    ], "the right one"),
            ],
            returns: .object(Tensor.self, "the result"), example: example
        ) { call in
            // Lua asks the left operand first, which is a tensor beside a value of a pass, too.
            if try call.object(ifGiven: "right", as: Tensor.self) == nil,
                let value = try call.object(ifGiven: "right", as: PassVariable.self)
            {
                return try combineInPass(.tensor(call.operand("left")), .value(value))
            }
            return try combine(call.operand("left"), call.operand("right"))
        }
    }

    private static func unary(
        _ name: String, _ summary: String, _ example: String? = nil,
        _ map: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> Function {
        Function(
            name, on: "nj.Tensor", summary: summary,
            returns: .object(Tensor.self, "a new tensor of the same shape"),
            example: example ?? "x:\(name)()"
        ) { call in try map(call.receiver(Tensor.self)) }
    }

    private static func comparison(
        _ name: String, _ words: String,
        _ compare: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> Function {
        Function(
            name, on: "nj.Tensor", summary: "Marks the elements that are \(words) the other's.",
            positional: [.operand("other", "a number, or a tensor whose shape fits")],
            returns: .object(Tensor.self, "1 where it is so, 0 elsewhere"),
            example: "x:\(name)(0):sum()  -- how many"
        ) { call in try compare(call.receiver(Tensor.self), call.operand("other")) }
    }
}
