// One number for all elements, or for each line of a dimension.

import LuaHost
import NightjarTensor

extension TensorLibrary {
    static let reductions: [Function] = [
        reduction("sum", "Adds up elements.", { $0.sum() }) { tensor, axis, keep in
            try tensor.sum(axis: axis, keepingAxis: keep)
        },
        reduction("mean", "Takes the mean of elements.", { $0.mean() }) { tensor, axis, keep in
            try tensor.mean(axis: axis, keepingAxis: keep)
        },
        reduction("norm", "Takes the Euclidean norm of elements.", { $0.norm() }) {
            tensor, axis, keep in try tensor.norm(axis: axis, keepingAxis: keep)
        },
        reduction("max", "Finds the largest element.", { Double(try $0.maximum()) }) {
            tensor, axis, keep in try tensor.maximum(axis: axis, keepingAxis: keep)
        },
        reduction("min", "Finds the smallest element.", { Double(try $0.minimum()) }) {
            tensor, axis, keep in try tensor.minimum(axis: axis, keepingAxis: keep)
        },
        reduction("var", "Takes the variance of elements, divided by n - 1.", { $0.variance() }) {
            tensor, axis, keep in try tensor.variance(axis: axis, keepingAxis: keep)
        },
        reduction(
            "std", "Takes the standard deviation of elements, from their variance.",
            { $0.variance().squareRoot() }
        ) { tensor, axis, keep in try tensor.variance(axis: axis, keepingAxis: keep).sqrt() },
        place("argmax", "largest", { try $0.positionsOfMaximum() }) { try $0.argmax(axis: $1) },
        place("argmin", "smallest", { try $0.positionsOfMinimum() }) { try $0.argmin(axis: $1) },
    ]

    private static func reduction(
        _ name: String, _ summary: String,
        _ whole: @escaping @Sendable (Tensor) throws -> Double,
        _ along: @escaping @Sendable (Tensor, _ axis: Int, _ keep: Bool) throws -> Tensor
    ) -> Function {
        Function(
            name, on: "nj.Tensor", summary: summary, options: [.axis, .keep],
            returns: .value(
                .either([.number, .object(Tensor.self)]),
                "a number, or with an axis a tensor without that dimension"),
            example: "x:\(name)(), x:\(name){ axis = 1 }"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            guard let axis = try call.axis(of: tensor) else { return try whole(tensor) }
            return try along(tensor, axis, call.boolean("keep"))
        }
    }

    private static func place(
        _ name: String, _ which: String,
        _ whole: @escaping @Sendable (Tensor) throws -> [Int],
        _ along: @escaping @Sendable (Tensor, _ axis: Int) throws -> Positions
    ) -> Function {
        Function(
            name, on: "nj.Tensor",
            summary: "Finds where the \(which) element stands; the first of equal ones.",
            options: [.axis],
            returns: .value(
                .any, "one position for each dimension, or with an axis lists of positions"),
            example: "i, j = w:\(name)()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            if let axis = try call.axis(of: tensor) {
                return try NestedList(along(tensor, axis))
            }
            var results = LuaResults()
            results.values = try whole(tensor)
            return results
        }
    }
}
