// Several tastes of a user, and what each is about.

import NightjarTensor

/// m tastes and as many attentions, a linear map of the states of an LSTM.
///
/// Which taste counts depends on the item that is scored. Initial values are uniform in ±1/√D, as in
/// PyTorch. Source: Spotlight, `MixtureLSTMNet`.
struct MixtureRepresentation: SequenceRepresentation {
    private let lstm: RecurrentRepresentation
    private let weight: Parameter
    private let bias: Parameter

    /// - Throws: ``TensorError``, or what the source throws.
    init(_ options: SequenceRecommender.Options, values source: ParameterSource) throws {
        lstm = try RecurrentRepresentation(options, values: source)
        let width = 2 * options.tastes * options.dim
        let initial = ParameterSource.Distribution.uniform(
            bound: 1 / Float(options.dim).squareRoot())
        weight = try source.parameter("mixture.weight", [width, options.dim], initial)
        bias = try source.parameter("mixture.bias", [width], initial)
    }

    var parameters: [Parameter] { lstm.parameters + [weight, bias] }

    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.linear(
            lstm.states(items, ids, layout, on: tape), weight, bias: bias, layout: layout)
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        let ends = RowLayout(examples: layout.examples, steps: 1, isTimeMajor: true)
        return try tape.linear(
            lstm.lastState(items, ids, layout, on: tape), weight, bias: bias, layout: ends)
    }
}
