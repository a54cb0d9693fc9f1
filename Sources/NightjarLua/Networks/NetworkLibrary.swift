// nj.nn: models written in Lua.

import LuaHost
import NightjarModels
import NightjarTensor

/// Declares `nj.nn` and its classes.
enum NetworkLibrary {
    static let library = Library(
        modules: [
            Module("nj.nn", summary: "Layers and operations for models written in Lua.")
        ],
        classes: [variable, layer, batch, ids, logits, definition],
        functions: valueFunctions + layerFunctions + batchFunctions + lossFunctions
            + definitionFunctions + [gradient])

    static let batch = Class(
        "nj.nn.Batch", of: BatchView.self, summary: "The examples of one forward pass.",
        properties: [
            Property("size", .integer, "the number of examples, B") { (batch: BatchView) in
                batch.batch.examples
            },
            Property("length", .integer, "the length of a history, T") { (batch: BatchView) in
                batch.batch.steps
            },
            Property("ids", .object(BatchIds.self), "the histories, B x T; 0 is padding") {
                (batch: BatchView) in batch.ids
            },
            Property("targets", .object(BatchIds.self), "the items that followed, B") {
                (batch: BatchView) in batch.targets
            },
            Property(
                "mask", .object(PassVariable.self), "B x T: 1 for an item, 0 for padding"
            ) { (batch: BatchView) in try batch.mask() },
        ])

    static let ids = Class(
        "nj.nn.Ids", of: BatchIds.self,
        summary: "Item numbers of a batch, for embeddings and losses.",
        properties: [
            Property("shape", .list(.integer), "the sizes, the batch first") {
                (ids: BatchIds) in ids.shape
            }
        ])

    static let logits = Class(
        "nj.nn.Logits", of: Logits.self,
        summary: "Scores of all items as a last step; made by layer:logits.")

    static let batchFunctions: [Function] = [
        Function(
            "negatives", on: "nj.nn.Batch",
            summary: "Draws random items for each example that are not its target.",
            details: """
                New ones at each step of training. In attribution they follow from the example's \
                history and target alone.
                """,
            positional: [.integer("count", in: 1...1 << 20, "how many for each example")],
            returns: .object(BatchIds.self, "B x count items"),
            example: "net.items(batch:negatives(4))"
        ) { call in try call.receiver(BatchView.self).negatives(call.integer("count")) }
    ]

    static let gradient = Function(
        "gradient", on: "nj.nn",
        summary: "Gives a function's value and the gradients by its arguments.",
        details: """
            The function gets one nj.nn.Variable for each tensor and gives another; no batch is \
            assumed. The gradient is that of the sum of its elements.
            """,
        positional: [
            .function("f", "the function"),
            .list("arguments", of: .object(Tensor.self), "where to look"),
        ],
        returns: .several(
            (.object(Tensor.self), "the value"),
            (.list(.object(Tensor.self)), "a gradient for each argument")),
        example:
            "y, g = nj.nn.gradient(function(x) return x:tanh():sum() end, { nj.tensor{ 1, 2 } })"
    ) { call in
        let pass = ForwardPass(Tape(GradientSum([])), examples: nil)
        defer { pass.end() }
        let inputs = try call.objects("arguments", as: Tensor.self).map { pass.tape.input($0) }
        let values = try inputs.map { try pass.value($0) }
        let results = try call.function("f").results(values)
        guard case .object(let handle)? = results.first,
            let result = handle.value(as: PassVariable.self)
        else {
            throw LuaError("the function must return a value made of its arguments")
        }
        let output = try result.get()
        try pass.tape.backward(from: output)
        let gradients = try inputs.map { input in
            try input.gradient?.reshaped(input.value.shape)
                ?? Tensor(repeating: 0, shape: input.value.shape)
        }
        return LuaResults(output.value, gradients)
    }
}
