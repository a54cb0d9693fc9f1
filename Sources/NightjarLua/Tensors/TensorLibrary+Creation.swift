// Making tensors.

import LuaHost
import NightjarRuntime
import NightjarTensor

extension TensorLibrary {
    static let creation: [Function] = [
        Function(
            "__call", on: "nj.tensor",
            summary:
                "Makes a tensor of a number, of nested lists of numbers, or of another tensor.",
            positional: [.operand("values", "the elements by rows; lists of a level are as long")],
            returns: .object(Tensor.self, "a tensor with memory of its own"),
            example: "nj.tensor{ { 1, 2 }, { 3, 4 } }"
        ) { call in
            let given = try call.object(ifGiven: "values", as: Tensor.self)
            return try given?.copy() ?? call.operand("values")
        },
        filled("zeros", with: 0),
        filled("ones", with: 1),
        Function(
            "full", on: "nj.tensor", summary: "Makes a tensor with one value everywhere.",
            positional: [
                .shape,
                .number("value", allowsNaN: true, "the value of each element"),
            ],
            returns: .object(Tensor.self, "the tensor"), example: "nj.tensor.full({ 2, 3 }, 0.5)"
        ) { call in
            try Tensor(repeating: Float(call.number("value")), shape: call.shape("shape"))
        },
        Function(
            "arange", on: "nj.tensor",
            summary: "Makes a vector of evenly spaced numbers, without the end, as NumPy does.",
            details: "With one number, that is the end, and the first element is 0.",
            positional: [
                .number("start", "the first element"),
                .number("stop", optional: true, "the end, which is left out"),
            ],
            options: [.number("step", default: 1, "the distance of neighbours")],
            returns: .object(Tensor.self, "the vector"),
            example: "nj.tensor.arange(1, 11)  -- 1 to 10"
        ) { call in
            let (start, step) = (try call.number("start"), try call.number("step"))
            guard let stop = try call.number(ifGiven: "stop") else {
                return try Tensor.range(to: start, by: step)
            }
            return try Tensor.range(from: start, to: stop, by: step)
        },
        Function(
            "eye", on: "nj.tensor", summary: "Makes an identity matrix.",
            positional: [
                .integer("rows", in: 0..., "number of rows"),
                .integer(
                    "columns", optional: true, in: 0..., "number of columns; as rows if absent"),
            ],
            returns: .object(Tensor.self, "1 on the diagonal, 0 elsewhere"),
            example: "nj.tensor.eye(3)"
        ) { call in
            try Tensor.identity(call.integer("rows"), columns: call.integer(ifGiven: "columns"))
        },
        Function(
            "normal", on: "nj.tensor",
            summary: "Makes a tensor of draws from a normal distribution.",
            details: "The same seed gives the same numbers, everywhere and always.",
            options: [
                randomShape,
                .number("mean", default: 0, "mean of the distribution"),
                .number("deviation", default: 1, in: 0..., "standard deviation"),
                seed,
            ],
            returns: .object(Tensor.self, "the draws"),
            example: "nj.tensor.normal{ shape = { 64, 128 }, deviation = 0.1, seed = 1 }"
        ) { call in
            var stream = try call.stream("normal")
            return try Tensor.normal(
                call.integers("shape"), mean: Float(call.number("mean")),
                deviation: Float(call.number("deviation")), &stream)
        },
        Function(
            "uniform", on: "nj.tensor",
            summary: "Makes a tensor of draws from a uniform distribution.",
            details: "The same seed gives the same numbers, everywhere and always.",
            options: [
                randomShape,
                .number("low", default: 0, "the lowest value"),
                .number("high", default: 1, "the end of the interval, which is not drawn"),
                seed,
            ],
            returns: .object(Tensor.self, "the draws"),
            example: "nj.tensor.uniform{ 3, 4, seed = 1 }"
        ) { call in
            var stream = try call.stream("uniform")
            return try Tensor.uniform(
                call.integers("shape"), low: Float(call.number("low")),
                high: Float(call.number("high")), &stream)
        },
    ]

    private static let randomShape = LuaHost.Parameter.list(
        "shape", of: .integer, takesArrayPart: true, "its sizes")

    /// Without a default: two calls that differ in nothing would silently give equal numbers.
    private static let seed = LuaHost.Parameter.integer("seed", "what the numbers depend on")

    private static func filled(_ name: String, with value: Float) -> Function {
        Function(
            name, on: "nj.tensor", summary: "Makes a tensor of \(name).", positional: [.shape],
            returns: .object(Tensor.self, "the tensor"), example: "nj.tensor.\(name){ 2, 3 }"
        ) { call in try Tensor(repeating: value, shape: call.shape("shape")) }
    }
}

extension Call {
    /// The stream of random numbers of the option `seed` for a distribution.
    fileprivate func stream(_ distribution: String) throws -> RandomStream {
        RandomStream(
            seed: UInt64(bitPattern: Int64(try integer("seed"))), "nj.tensor.\(distribution)")
    }
}
