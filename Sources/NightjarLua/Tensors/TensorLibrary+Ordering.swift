// Sorting along the last dimension.

import LuaHost
import NightjarTensor

extension TensorLibrary {
    static let ordering: [Function] = [
        Function(
            "topk", on: "nj.Tensor", summary: "Finds the largest elements of each row.",
            positional: [.integer("k", in: 1..., "how many, at most the length of a row")],
            returns: .several(
                (.object(Tensor.self), "the values, from the largest"),
                (.list(.integer), "their positions in the row, from 1")),
            example: "values, items = scores:topk(10)"
        ) { call in
            let top = try call.receiver(Tensor.self).topK(call.integer("k"))
            return LuaResults(top.values, try NestedList(top.positions))
        },
        Function(
            "sort", on: "nj.Tensor", summary: "Sorts each row.",
            details: "What is not a number comes last, whatever the direction.",
            options: [descending],
            returns: .object(Tensor.self, "a new tensor of the same shape"),
            example: "v:sort{ descending = true }"
        ) { call in
            try call.receiver(Tensor.self).sorted(descending: call.boolean("descending"))
        },
        Function(
            "argsort", on: "nj.Tensor", summary: "Finds the order in which each row is sorted.",
            details: "Equal elements keep their order; what is not a number comes last.",
            options: [descending],
            returns: .list(of: .integer, "positions in the row, from 1"),
            example: "order = losses:argsort()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try NestedList(tensor.argsort(descending: call.boolean("descending")))
        },
    ]

    private static let descending = LuaHost.Parameter.boolean(
        "descending", default: false, "from the largest to the smallest")
}
