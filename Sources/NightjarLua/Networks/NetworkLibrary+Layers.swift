// Layers from Lua: what build returns.

import LuaHost
import NightjarModels
import NightjarTensor

extension NetworkLibrary {
    static let layer = Class(
        "nj.nn.Layer", of: Layer.self,
        summary: "A part of a model that owns parameters; called with a value in forward.",
        properties: [
            Property("kind", .string, "such as linear") { (layer: Layer) in layer.kind },
            Property("name", .string, "its name in the model; nil before it is part of one") {
                (layer: Layer) in layer.name
            },
        ])

    private static let sizes = Limits(low: 1, high: 1 << 28)

    private static let trainable = LuaHost.Parameter.boolean(
        "trainable", default: true, "whether training changes the values")

    private static func initial(_ standard: InitialValues) -> [LuaHost.Parameter] {
        [
            .choice(
                "init", InitialValues.self, default: standard,
                "how initial values are drawn; xavier is uniform with a bound by the shape"),
            .number(
                "scale", optional: true, in: .above(0), "deviation of normal, bound of uniform"),
        ]
    }

    static let layerFunctions: [Function] = [
        Function(
            "embedding", on: "nj.nn", summary: "Makes a table with a row of values for each item.",
            details: "Called with item numbers: net.items(batch.ids) has shape B x T x dim.",
            options: [
                .integer("rows", in: sizes, "items and the padding row: items + 1"),
                .integer("dim", in: sizes, "values in a row"),
                .boolean("padding", default: true, "keep row 0 at zero, for padding"), trainable,
            ] + initial(.normal),
            returns: .object(Layer.self, "the layer"),
            example: "items = nj.nn.embedding{ rows = options.items + 1, dim = 32 }"
        ) { call in
            let (rows, dim) = (try call.integer("rows"), try call.integer("dim"))
            let hasPadding = try call.boolean("padding")
            return EmbeddingLayer(
                rows: rows, dim: dim, padding: hasPadding ? 0 : -1,
                try call.distribution([rows, dim], paddingRow: hasPadding ? 0 : nil),
                isTrainable: try call.boolean("trainable"))
        },
        Function(
            "linear", on: "nj.nn", summary: "Makes a linear map of rows: y = x W^T + b.",
            details:
                "Without init, weights and bias are uniform in 1 / sqrt(inputs), as in PyTorch.",
            options: [
                .integer("inputs", in: sizes, "length of a row that comes in"),
                .integer("outputs", in: sizes, "length of a row that goes out"),
                .boolean("bias", default: true, "whether b is there"), trainable,
            ] + initial(.uniform),
            returns: .object(Layer.self, "the layer"),
            example: "output = nj.nn.linear{ inputs = 32, outputs = options.items + 1 }"
        ) { call in
            let (inputs, outputs) = (try call.integer("inputs"), try call.integer("outputs"))
            return LinearLayer(
                inputs: inputs, outputs: outputs, hasBias: try call.boolean("bias"),
                try call.distribution([outputs, inputs]),
                .uniform(bound: 1 / Float(inputs).squareRoot()),
                isTrainable: try call.boolean("trainable"))
        },
        Function(
            "lstm", on: "nj.nn",
            summary: "Makes a long short-term memory over the steps of B x T x inputs.",
            options: [
                .integer("inputs", in: 1...1 << 16, "length of an input row"),
                .integer("hidden", in: 1...1 << 16, "length of the state"),
                .boolean("all", default: false, "give the states of all steps, not the last only"),
            ],
            returns: .object(Layer.self, "the layer"),
            example: "memory = nj.nn.lstm{ inputs = 32, hidden = 64 }"
        ) { call in
            LSTMLayer(
                inputs: try call.integer("inputs"), hidden: try call.integer("hidden"),
                wantsAllSteps: try call.boolean("all"))
        },
        Function(
            "layer_norm", on: "nj.nn",
            summary: "Makes a layer that brings rows to a common scale, then scales and shifts.",
            options: [
                .integer("size", in: sizes, "length of a row"),
                .number("epsilon", default: 1e-5, in: .above(0), "added to the variance"),
            ],
            returns: .object(Layer.self, "the layer"),
            example: "norm = nj.nn.layer_norm{ size = 32 }"
        ) { call in
            LayerNormLayer(
                size: try call.integer("size"), epsilon: Float(try call.number("epsilon")))
        },
        Function(
            "dropout", on: "nj.nn",
            summary: "Makes a layer that zeroes elements at random while training.",
            options: [.number("rate", in: 0..<1, "the share of zeros")],
            returns: .object(Layer.self, "the layer"),
            example: "drop = nj.nn.dropout{ rate = 0.2 }"
        ) { call in DropoutLayer(rate: Float(try call.number("rate"))) },
        Function(
            "bias", on: "nj.nn", summary: "Makes a row of zeros that is learned, to add to values.",
            options: [.integer("size", in: sizes, "its length"), trainable],
            returns: .object(Layer.self, "the layer"), example: "x + net.bias"
        ) { call in
            ParameterLayer(
                "bias", shape: [try call.integer("size")], .constant(0),
                isTrainable: try call.boolean("trainable"))
        },
        Function(
            "parameter", on: "nj.nn",
            summary: "Makes one tensor that is learned, to add, multiply or matmul with values.",
            options: [
                .list("shape", of: .integer(Limits(low: 1)), "its sizes, without the batch"),
                trainable,
            ] + initial(.normal),
            returns: .object(Layer.self, "the layer"),
            example: "position = nj.nn.parameter{ shape = { 50, 32 }, scale = 0.1 }"
        ) { call in
            let shape = try call.integers("shape")
            return ParameterLayer(
                "parameter", shape: shape, try call.distribution(shape),
                isTrainable: try call.boolean("trainable"))
        },
        Function(
            "__call", on: "nj.nn.Layer", summary: "Applies the layer.",
            positional: [
                .either(
                    "input", [.object(PassVariable.self), .object(BatchIds.self)],
                    "a value; for an embedding, item numbers")
            ],
            returns: .object(PassVariable.self, "the result"), example: "net.items(batch.ids)"
        ) { call in
            let layer = try call.receiver(Layer.self)
            if let ids = try call.object(ifGiven: "input", as: BatchIds.self) {
                guard !ids.pass.isOver else { throw PassVariable.over }
                return try layer(.ids(ids))
            }
            let value = try call.object("input", as: PassVariable.self)
            // A parameter tells examples apart by the first dimension of the rows it is applied to.
            let rank = try value.get().value.shape.count
            guard value.pass.examples == nil || rank > 1 else {
                throw LuaError(
                    "a layer takes rows, got one number for each example. Reshape to"
                        + " { batch.size, 1 } first.")
            }
            return try layer(.value(value))
        },
        Function(
            "logits", on: "nj.nn.Layer",
            summary: "Makes the scores of all items the model's last step.",
            details: """
                What forward should return: the loss then never holds all scores of a batch. A \
                linear layer, or an embedding whose rows score items (tied weights).
                """,
            positional: [.object("states", PassVariable.self, "a row for each example")],
            returns: .object(Logits.self, "the scores, computed where they are needed"),
            example: "return net.output:logits(state)"
        ) { call in
            try call.receiver(Layer.self).logits(call.object("states", as: PassVariable.self))
        },
        Function(
            "__tostring", on: "nj.nn.Layer", summary: "Names the layer and its shapes.",
            returns: .string("one line")
        ) { call in try call.receiver(Layer.self).description },
    ]
}

/// How scripts name initial values.
enum InitialValues: String, CaseIterable, Sendable {
    case normal, uniform, xavier, zeros, ones
}

extension Call {
    /// The initial values of a layer's weight of a shape.
    fileprivate func distribution(
        _ shape: [Int], paddingRow: Int? = nil
    ) throws -> ParameterSource.Distribution {
        let inputs = Float(shape.last ?? 1)
        let scale = try number(ifGiven: "scale").map { Float($0) }
        switch try choice("init", as: InitialValues.self) {
        case .normal: return .normal(deviation: scale ?? 1, paddingRow: paddingRow)
        case .uniform: return .uniform(bound: scale ?? 1 / inputs.squareRoot())
        case .xavier:
            let sum = inputs + Float(shape.dropLast().last ?? 1)
            return .uniform(bound: (6 / sum).squareRoot())
        case .zeros: return .constant(0)
        case .ones: return .constant(1)
        }
    }
}
