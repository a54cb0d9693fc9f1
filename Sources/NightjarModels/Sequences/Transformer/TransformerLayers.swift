// The parts that transformers are made of, with their parameters.

import NightjarTensor

/// A linear map of rows with a bias.
struct LinearMap {
    let weight: Parameter
    let bias: Parameter

    /// - Throws: what the source throws.
    init(
        _ name: String, _ out: Int, _ input: Int, _ values: ParameterSource.Distribution,
        from source: ParameterSource
    ) throws {
        weight = try source.parameter("\(name).weight", [out, input], values)
        bias = try source.parameter("\(name).bias", [out], .constant(0))
    }

    var parameters: [Parameter] { [weight, bias] }

    func callAsFunction(_ x: Variable, on tape: Tape) throws(TensorError) -> Variable {
        try tape.linear(x, weight, bias: bias)
    }
}

/// A layer normalisation of rows.
struct RowNorm {
    let gain: Parameter
    let bias: Parameter
    private let epsilon: Float

    /// - Throws: what the source throws.
    init(_ name: String, _ width: Int, epsilon: Float, from source: ParameterSource) throws {
        gain = try source.parameter("\(name).weight", [width], .constant(1))
        bias = try source.parameter("\(name).bias", [width], .constant(0))
        self.epsilon = epsilon
    }

    var parameters: [Parameter] { [gain, bias] }

    func callAsFunction(
        _ x: Variable, layout: RowLayout? = nil, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.layerNorm(x, gain: gain, bias: bias, epsilon: epsilon, layout: layout)
    }
}

/// Attention with the maps before and after it.
struct SelfAttention {
    private let query: LinearMap
    private let keyValue: LinearMap
    private let output: LinearMap

    /// - Throws: what the source throws.
    init(
        _ name: String, _ width: Int, maps: ParameterSource.Distribution,
        output: ParameterSource.Distribution, from source: ParameterSource
    ) throws {
        query = try LinearMap("\(name).query", width, width, maps, from: source)
        keyValue = try LinearMap("\(name).key_value", 2 * width, width, maps, from: source)
        self.output = try LinearMap("\(name).output", width, width, output, from: source)
    }

    var parameters: [Parameter] { query.parameters + keyValue.parameters + output.parameters }

    /// What rows that ask find in rows that answer.
    func callAsFunction(
        _ asking: Variable, _ answering: Variable, _ layout: AttentionLayout,
        _ dropout: RowDropout?, site: UInt32, on tape: Tape
    ) throws(TensorError) -> Variable {
        let found = try tape.attention(
            query(asking, on: tape), keyValue(answering, on: tape), layout, dropout: dropout,
            site: site)
        return try output(found, on: tape)
    }
}

/// The parameters of a block: attention and two maps of each row, with a norm for both.
struct TransformerBlock {
    let attention: SelfAttention
    let attentionNorm: RowNorm
    let inner: LinearMap
    let outer: LinearMap
    let forwardNorm: RowNorm

    /// - Throws: what the source throws.
    init(
        _ name: String, _ width: Int, innerWidth: Int, attention: ParameterSource.Distribution,
        maps: ParameterSource.Distribution, epsilon: Float, from source: ParameterSource
    ) throws {
        self.attention = try SelfAttention(
            "\(name).attention", width, maps: attention, output: maps, from: source)
        attentionNorm = try RowNorm(
            "\(name).attention_norm", width, epsilon: epsilon, from: source)
        inner = try LinearMap("\(name).inner", innerWidth, width, maps, from: source)
        outer = try LinearMap("\(name).outer", width, innerWidth, maps, from: source)
        forwardNorm = try RowNorm("\(name).forward_norm", width, epsilon: epsilon, from: source)
    }

    var parameters: [Parameter] {
        attention.parameters + attentionNorm.parameters + inner.parameters + outer.parameters
            + forwardNorm.parameters
    }
}
