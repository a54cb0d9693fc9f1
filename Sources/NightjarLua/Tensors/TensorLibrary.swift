// Tensors and files of tensors.

import LuaHost
import NightjarTensor

/// `nj.tensor`, the class `nj.Tensor`, and `nj.save`, `nj.load` and `nj.tensors`.
enum TensorLibrary {
    static let library = Library(
        modules: [
            Module("nj.tensor", summary: "Dense arrays of 32-bit floats, and how to make them.")
        ],
        classes: [
            Class(
                "nj.Tensor", of: Tensor.self,
                summary: "A dense array of 32-bit floats; rows and other views share its memory.",
                properties: [
                    Property("shape", .list(.integer), "the sizes of its dimensions") {
                        (tensor: Tensor) in tensor.shape
                    },
                    Property("count", .integer, "the number of its elements") {
                        (tensor: Tensor) in tensor.count
                    },
                    Property("rank", .integer, "the number of its dimensions") {
                        (tensor: Tensor) in tensor.shape.count
                    },
                ], isFreeable: true)
        ],
        functions: [
            creation, elements, layout, arithmetic, functionsOfElements, comparisons, products,
            reductions, ordering, selection, moreFunctions, files,
        ].flatMap { $0 })
}
