// The layers that models written in Lua are made of.

import LuaHost
import NightjarModels
import NightjarTensor

/// A row of values for each item.
final class EmbeddingLayer: Layer {
    private let padding: Int32

    init(
        rows: Int, dim: Int, padding: Int32, _ distribution: ParameterSource.Distribution,
        isTrainable: Bool
    ) {
        self.padding = padding
        super.init(
            "embedding",
            [Need(role: "weight", shape: [rows, dim], distribution: distribution)],
            isTrainable: isTrainable)
    }

    override func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        guard case .ids(let ids) = input else {
            throw LuaError("an embedding takes item numbers, such as batch.ids or batch.targets")
        }
        let rows = try ids.pass.tape.gather(
            bound()[0], ids.ids, shape: ids.shape, padding: padding)
        return try ids.pass.value(rows)
    }

    override func logits(_ states: PassVariable) throws -> Logits {
        try Logits(states, weight: bound()[0], bias: nil)
    }
}

/// y = x·Wᵀ + b.
final class LinearLayer: Layer {
    init(
        inputs: Int, outputs: Int, hasBias: Bool, _ distribution: ParameterSource.Distribution,
        _ biasDistribution: ParameterSource.Distribution, isTrainable: Bool
    ) {
        var needs = [Need(role: "weight", shape: [outputs, inputs], distribution: distribution)]
        if hasBias {
            needs.append(Need(role: "bias", shape: [outputs], distribution: biasDistribution))
        }
        super.init("linear", needs, isTrainable: isTrainable)
    }

    override func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        let x = try input.value(for: kind)
        let parameters = try bound()
        return try x.pass.value(
            x.pass.tape.linear(x.get(), parameters[0], bias: parameters.dropFirst().first))
    }

    override func logits(_ states: PassVariable) throws -> Logits {
        let parameters = try bound()
        return try Logits(states, weight: parameters[0], bias: parameters.dropFirst().first)
    }
}

/// Rows brought to mean 0 and deviation 1, then scaled and shifted by what is learned.
final class LayerNormLayer: Layer {
    private let epsilon: Float

    init(size: Int, epsilon: Float) {
        self.epsilon = epsilon
        super.init(
            "layer_norm",
            [
                Need(role: "weight", shape: [size], distribution: .constant(1)),
                Need(role: "bias", shape: [size], distribution: .constant(0)),
            ])
    }

    override func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        let x = try input.value(for: kind)
        let parameters = try bound()
        return try x.pass.value(
            x.pass.tape.layerNorm(
                x.get(), gain: parameters[0], bias: parameters[1], epsilon: epsilon))
    }
}

/// A long short-term memory over the second dimension.
final class LSTMLayer: Layer {
    private let wantsAllSteps: Bool

    init(inputs: Int, hidden: Int, wantsAllSteps: Bool) {
        self.wantsAllSteps = wantsAllSteps
        let uniform = ParameterSource.Distribution.uniform(bound: 1 / Float(hidden).squareRoot())
        super.init(
            "lstm",
            [
                Need(role: "weight_ih", shape: [4 * hidden, inputs], distribution: uniform),
                Need(role: "weight_hh", shape: [4 * hidden, hidden], distribution: uniform),
                Need(role: "bias_ih", shape: [4 * hidden], distribution: uniform),
                Need(role: "bias_hh", shape: [4 * hidden], distribution: uniform),
            ])
    }

    override func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        let x = try input.value(for: kind)
        let parameters = try bound()
        let weights = try LSTMWeights(
            inputWeight: parameters[0], hiddenWeight: parameters[1], inputBias: parameters[2],
            hiddenBias: parameters[3])
        return try x.pass.value(
            x.pass.tape.lstm(x.get(), weights: weights, wantsAllSteps: wantsAllSteps))
    }
}

/// Random zeros while training, nothing otherwise.
final class DropoutLayer: Layer {
    private let rate: Float

    init(rate: Float) {
        self.rate = rate
        super.init("dropout", [])
    }

    override func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        try input.value(for: kind).dropout(rate)
    }
}

/// One tensor of a formula of one's own.
final class ParameterLayer: Layer {
    init(
        _ kind: String, shape: [Int], _ distribution: ParameterSource.Distribution,
        isTrainable: Bool
    ) {
        super.init(
            kind, [Need(role: "", shape: shape, distribution: distribution)],
            isTrainable: isTrainable)
    }

    /// The parameter itself.
    func parameter() throws -> NightjarTensor.Parameter { try bound()[0] }
}

extension PassVariable {
    /// Zeros at random while training, the same value otherwise.
    func dropout(_ rate: Float) throws -> PassVariable {
        let x = try get()
        guard var stream = pass.tape.noise else { return self }
        let result = try pass.tape.dropout(x, rate: rate, &stream)
        pass.tape.noise = stream
        return try pass.value(result)
    }
}
