// nj.losses.

import LuaHost
import NightjarData
import NightjarTensor
import NightjarTraining

/// Declares `nj.losses`.
enum LossesBinding {
    static let losses = Function(
        "losses", on: "nj", summary: "Gives the loss of a model on each example.",
        details: """
            The loss of an example is that of its target, that of a sequence the sum over its items; \
            both without dropout and not weighted. The training losses tell which examples a model \
            finds hard.
            """,
        positional: [
            .object("model", ModelObject.self, "the model"),
            .either(
                "examples", LuaType.exampleSources,
                "what to predict: examples, sequences with all their items, or a part"),
        ],
        options: [.integer("batch", default: 512, in: 1...1 << 24, "examples at a time")],
        returns: .object(Tensor.self, "one loss in nats for each example"),
        example: "hard = nj.losses(net, train):argsort{ descending = true }"
    ) { call in
        let model = try call.object("model", as: ModelObject.self)
        let examples: any TrainingSet
        if let sequences = try call.object(ifGiven: "examples", as: Sequences.self) {
            examples = sequences
        } else {
            examples = try call.examples("examples", historyLength: model.historyLength)
        }
        return try Tensor(
            NightjarTraining.losses(
                of: model.trained(), on: examples, batchSize: call.integer("batch"),
                progress: call.progress))
    }
}
