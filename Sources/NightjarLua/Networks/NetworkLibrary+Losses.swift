// Losses from Lua: one number for each example.

import LuaHost
import NightjarTensor

extension NetworkLibrary {
    private static let returned = Returns.object(PassVariable.self, "a loss for each example")

    static let lossFunctions: [Function] = [
        Function(
            "cross_entropy", on: "nj.nn",
            summary: "Softmax cross-entropy of scores and one class each.",
            details:
                "Models without a loss of their own have this one, fused where forward gives logits.",
            positional: [
                .object("scores", PassVariable.self, "B x classes"),
                .object(
                    "targets", BatchIds.self, "a class for each example, such as batch.targets"),
            ],
            returns: returned, example: "nj.nn.cross_entropy(scores, batch.targets)"
        ) { call in
            let scores = try call.object("scores", as: PassVariable.self)
            let targets = try call.object("targets", as: BatchIds.self)
            return try scores.pass.perExample(
                scores.pass.tape.crossEntropy(scores.get(), targets.ids))
        },
        Function(
            "binary_cross_entropy", on: "nj.nn",
            summary: "Cross-entropy of logits and probabilities, averaged over an example.",
            positional: [
                .object("logits", PassVariable.self, "any shape"),
                .object("targets", PassVariable.self, "the same shape, 0 to 1"),
            ],
            returns: returned, example: "nj.nn.binary_cross_entropy(scores, scores:gt(0))"
        ) { call in
            let logits = try call.object("logits", as: PassVariable.self)
            let targets = try call.object("targets", as: PassVariable.self).get()
            return try logits.pass.perExample(
                logits.pass.tape.binaryCrossEntropy(logits: logits.get(), targets.value))
        },
        pair(
            "mse", "Squared difference, averaged over an example.", "x", "y"
        ) { try $0.meanSquaredError($1, $2) },
        pair(
            "bpr", "-log sigmoid(positive - negative), averaged over an example.",
            "positive", "negative"
        ) { tape, positive, negative in
            try tape.softplus(tape.subtract(negative, positive))
        },
        pair(
            "hinge", "max(0, 1 - positive + negative), averaged over an example.",
            "positive", "negative"
        ) { tape, positive, negative in
            try tape.relu(tape.shift(tape.subtract(negative, positive), by: 1))
        },
    ]

    private static func pair(
        _ name: String, _ summary: String, _ first: String, _ second: String,
        _ loss: @escaping @Sendable (Tape, Variable, Variable) throws -> Variable
    ) -> Function {
        Function(
            name, on: "nj.nn", summary: summary,
            positional: [
                .object(first, PassVariable.self, "one value, such as scores"),
                .object(second, PassVariable.self, "the other; shapes are repeated as in NumPy"),
            ],
            returns: returned, example: "nj.nn.\(name)(\(first), \(second))"
        ) { call in
            let pair = try OperandPair(
                .value(call.object(first, as: PassVariable.self)),
                .value(call.object(second, as: PassVariable.self)))
            return try pair.pass.perExample(loss(pair.pass.tape, pair.left, pair.right))
        }
    }
}

extension ForwardPass {
    /// The mean over all dimensions but the batch.
    fileprivate func perExample(_ x: Variable) throws -> PassVariable {
        let shape = x.value.shape
        guard let examples = shape.first, shape.count > 1 else { return try value(x) }
        let size = shape.dropFirst().reduce(1, *)
        return try value(tape.mean(tape.reshape(x, [examples, size]), axis: 1))
    }
}
