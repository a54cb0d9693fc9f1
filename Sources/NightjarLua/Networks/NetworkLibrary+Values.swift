// What can be done with values in a pass: nj.nn.Variable.

import LuaHost
import NightjarTensor

extension NetworkLibrary {
    static let variable = Class(
        "nj.nn.Variable", of: PassVariable.self,
        summary: "A value in a forward pass; its first dimension is the batch.",
        properties: [
            Property("shape", .list(.integer), "the sizes of its dimensions, the batch first") {
                (value: PassVariable) in try value.get().value.shape
            },
            Property("rank", .integer, "the number of its dimensions, the batch among them") {
                (value: PassVariable) in try value.get().value.shape.count
            },
        ])

    static let valueFunctions: [Function] =
        arithmetic + functionsOfElements + comparisons + alongDimensions + layouts + others

    private static let arithmetic: [Function] = [
        binary("__add", "Adds, element by element.", "x + net.position") { try $0 + $1 },
        binary("__sub", "Subtracts, element by element.", "x - y") { try $0 - $1 },
        binary("__mul", "Multiplies, element by element.", "x * net.gain") { try $0 * $1 },
        binary("__div", "Divides, element by element.", "x / 8") { try $0 / $1 },
        unary("__unm", "Changes the sign of every element.", "-x") { try $0.negate($1) },
        Function(
            "__pow", on: "nj.nn.Variable", summary: "Takes every element to a power.",
            positional: [
                .object("left", PassVariable.self, "the value"),
                .number("right", "the exponent"),
            ],
            returns: .object(PassVariable.self, "the powers"), example: "x ^ 2"
        ) { call in
            let x = try call.object("left", as: PassVariable.self)
            return try x.pass.value(x.pass.tape.power(x.get(), Float(call.number("right"))))
        },
    ]

    private static let functionsOfElements: [Function] = [
        unary("exp", "Takes e to the power of every element.") { try $0.exp($1) },
        unary("log", "Takes the natural logarithm of every element.") { try $0.log($1) },
        unary("sqrt", "Takes the square root of every element.") { try $0.sqrt($1) },
        unary("abs", "Takes the absolute value of every element.") { try $0.abs($1) },
        unary("tanh", "Takes the hyperbolic tangent of every element.") { try $0.tanh($1) },
        unary("sigmoid", "Takes 1 / (1 + e^-x) of every element.") { try $0.sigmoid($1) },
        unary("log_sigmoid", "Takes log(1 / (1 + e^-x)).") { try $0.logSigmoid($1) },
        unary("softplus", "Takes log(1 + e^x) of every element.") { try $0.softplus($1) },
        unary("relu", "Keeps positive elements and makes the others 0.") { try $0.relu($1) },
        unary("gelu", "Multiplies every element by the normal distribution at it.") {
            try $0.gelu($1)
        },
        unary("stop_gradient", "Gives the same value, through which no gradient goes.") {
            $0.stopGradient($1)
        },
        Function(
            "clamp", on: "nj.nn.Variable", summary: "Brings every element into a range.",
            positional: [.number("low", "the least"), .number("high", "the greatest")],
            returns: .object(PassVariable.self, "the elements in the range"),
            example: "x:clamp(-1, 1)"
        ) { call in
            let x = try call.passValue()
            return try x.pass.value(
                x.pass.tape.clamp(
                    x.get(), Float(call.number("low")), Float(call.number("high"))))
        },
        Function(
            "dropout", on: "nj.nn.Variable",
            summary: "Makes elements 0 at random while training; does nothing otherwise.",
            positional: [.number("rate", in: 0..<1, "the share of zeros")],
            returns: .object(PassVariable.self, "the others, scaled so that the mean stays"),
            example: "x:dropout(0.1)"
        ) { call in try call.passValue().dropout(Float(call.number("rate"))) },
    ]

    private static let comparisons: [Function] = [
        comparison("eq", "equal to") { try $0.equal(to: $1) },
        comparison("ne", "different from") { try $0.notEqual(to: $1) },
        comparison("lt", "less than") { try $0.less(than: $1) },
        comparison("le", "less than or equal to") { try $0.lessOrEqual(to: $1) },
        comparison("gt", "greater than") { try $0.greater(than: $1) },
        comparison("ge", "greater than or equal to") { try $0.greaterOrEqual(to: $1) },
    ]

    private static let alongDimensions: [Function] = [
        along("softmax", "Makes a dimension positive with sum 1: e^x / sum of e^x.") {
            try $0.softmax($1)
        },
        along("log_softmax", "Subtracts the logarithm of the sum of e^x along a dimension.") {
            try $0.logSoftmax($1)
        },
        along("standardize", "Brings a dimension to mean 0 and deviation 1.") {
            try $0.standardize($1)
        },
        along("normalize", "Brings a dimension to length 1.") { try $0.l2Normalize($1) },
        reduction("sum", "Adds up a dimension.") { try $0.sum($1, axis: $2, keepingAxis: $3) },
        reduction("mean", "Takes the mean of a dimension.") {
            try $0.mean($1, axis: $2, keepingAxis: $3)
        },
        reduction("max", "Takes the largest element of a dimension.") {
            try $0.maximum($1, axis: $2, keepingAxis: $3)
        },
    ]

    private static func binary(
        _ name: String, _ summary: String, _ example: String,
        _ combine: @escaping @Sendable (Operand, Operand) throws -> PassVariable
    ) -> Function {
        Function(
            name, on: "nj.nn.Variable", summary: summary,
            details: """
                The other side may be a value, a parameter of the model, a tensor without the \
                batch's dimension, or a number. The batch meets the batch; further dimensions are \
                repeated as in NumPy.
                """,
            positional: [
                .passOperand("left", "the left operand"),
                .passOperand("right", "the right operand"),
            ],
            returns: .object(PassVariable.self, "the result"), example: example
        ) { call in try combine(call.passOperand("left"), call.passOperand("right")) }
    }

    private static func unary(
        _ name: String, _ summary: String, _ example: String? = nil,
        _ map: @escaping @Sendable (Tape, Variable) throws -> Variable
    ) -> Function {
        Function(
            name, on: "nj.nn.Variable", summary: summary,
            returns: .object(PassVariable.self, "a value of the same shape"),
            example: example ?? "x:\(name)()"
        ) { call in
            let x = try call.passValue()
            return try x.pass.value(map(x.pass.tape, x.get()))
        }
    }

    private static func comparison(
        _ name: String, _ words: String,
        _ compare: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> Function {
        Function(
            name, on: "nj.nn.Variable",
            summary: "Marks the elements that are \(words) the other's.",
            positional: [.passOperand("other", "a value, or a number")],
            returns: .object(PassVariable.self, "1 where it is so, 0 elsewhere; a mask"),
            example: "x:masked_fill(x:\(name)(0), 0)"
        ) { call in
            try Operand.compare(.value(call.passValue()), call.passOperand("other"), compare)
        }
    }

    private static let axis = LuaHost.Parameter.integer(
        "axis", default: -1, "the dimension to go along, from 2, or from -1 backwards")

    private static func along(
        _ name: String, _ summary: String,
        _ map: @escaping @Sendable (Tape, Variable) throws -> Variable
    ) -> Function {
        Function(
            name, on: "nj.nn.Variable", summary: summary, options: [axis],
            returns: .object(PassVariable.self, "a value of the same shape"),
            example: "x:\(name)()"
        ) { call in
            let x = try call.passValue()
            return try x.alongLast(call.integer("axis")) { try map(x.pass.tape, $0) }
        }
    }

    private static func reduction(
        _ name: String, _ summary: String,
        _ reduce: @escaping @Sendable (Tape, Variable, Int, Bool) throws -> Variable
    ) -> Function {
        Function(
            name, on: "nj.nn.Variable", summary: summary, options: [axis, .keep],
            returns: .object(PassVariable.self, "a value without that dimension"),
            example: "x:\(name){ axis = 2 }"
        ) { call in
            let x = try call.passValue()
            let axis = try x.pass.axis(call.integer("axis"), of: x.get())
            return try x.pass.value(reduce(x.pass.tape, x.get(), axis, call.boolean("keep")))
        }
    }
}
