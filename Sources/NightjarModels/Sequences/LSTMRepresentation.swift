// The hidden state of an LSTM.

import NightjarTensor

/// The hidden states of an LSTM over the items so far; before the first item it has seen a vector of
/// zeros.
///
/// Initial values are uniform in ±1/√D, as in PyTorch. Source: Spotlight, `LSTMNet`.
struct LSTMRepresentation: SequenceRepresentation {
    private let weights: LSTMWeights

    init(dim: Int, values source: ParameterSource) throws {
        let uniform = ParameterSource.Distribution.uniform(bound: 1 / Float(dim).squareRoot())
        weights = try LSTMWeights(
            inputWeight: source.parameter("lstm.weight_ih", [4 * dim, dim], uniform),
            hiddenWeight: source.parameter("lstm.weight_hh", [4 * dim, dim], uniform),
            inputBias: source.parameter("lstm.bias_ih", [4 * dim], uniform),
            hiddenBias: source.parameter("lstm.bias_hh", [4 * dim], uniform))
    }

    var parameters: [Parameter] { weights.parameters }

    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.embeddedLSTM(
            items, ids: ids.precededByPadding(layout.examples, dropping: layout.examples),
            examples: layout.examples, steps: layout.steps, weights: weights, wantsAllSteps: true)
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.embeddedLSTM(
            items, ids: ids.precededByPadding(layout.examples), examples: layout.examples,
            steps: layout.steps + 1, weights: weights)
    }
}

extension [Int32] {
    /// One step of padding, whose embedding is zero, before the steps of time-major ids.
    func precededByPadding(_ examples: Int, dropping last: Int = 0) -> [Int32] {
        [Int32](repeating: 0, count: examples) + dropLast(last)
    }
}
