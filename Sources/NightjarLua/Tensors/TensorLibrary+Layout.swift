// The same elements in another shape or order.

import LuaHost
import NightjarTensor

extension TensorLibrary {
    static let layout: [Function] = [
        Function(
            "reshape", on: "nj.Tensor", summary: "Gives the same elements under another shape.",
            details: "One size may be -1: it follows from the others.",
            positional: [
                .either("shape", [.integer, .list(.integer)], "the new sizes, or one for a vector")
            ],
            returns: .object(Tensor.self, "a view that shares memory"),
            example: "v:reshape{ 3, -1 }"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try tensor.reshaped(tensor.completing(call.shape("shape")))
        },
        Function(
            "flatten", on: "nj.Tensor", summary: "Gives the same elements as a vector.",
            returns: .object(Tensor.self, "a view that shares memory"), example: "w:flatten()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try tensor.reshaped([tensor.count])
        },
        Function(
            "transpose", on: "nj.Tensor", summary: "Exchanges two dimensions, by default the last.",
            positional: [
                .integer("first", default: -2, "one dimension, from 1, or from -1 backwards"),
                .integer("second", default: -1, "the other"),
            ],
            returns: .object(Tensor.self, "a tensor with memory of its own"),
            example: "w:transpose()"
        ) { call in
            let tensor = try call.receiver(Tensor.self)
            return try tensor.transposed(
                tensor.axis(at: call.integer("first")), tensor.axis(at: call.integer("second")))
        },
        Function(
            "copy", on: "nj.Tensor", summary: "Copies the elements.",
            returns: .object(Tensor.self, "a tensor with memory of its own"), example: "w:copy()"
        ) { call in try call.receiver(Tensor.self).copy() },
    ]
}
