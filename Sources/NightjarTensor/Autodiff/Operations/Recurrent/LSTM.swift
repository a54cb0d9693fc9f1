// A long short-term memory over a batch of sequences, as one operation.

/// The parameters of an LSTM layer with input size E and hidden size H, named and shaped as in
/// PyTorch; gates stand in the order input, forget, cell, output.
public struct LSTMWeights: Sendable {
    /// Input weights, shape `[4H, E]`.
    public let inputWeight: Parameter
    /// Recurrent weights, shape `[4H, H]`.
    public let hiddenWeight: Parameter
    /// First bias, shape `[4H]`.
    public let inputBias: Parameter
    /// Second bias, shape `[4H]`; two biases are redundant but make weights interchangeable.
    public let hiddenBias: Parameter

    /// Creates the layer's parameters and checks that their shapes fit.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public init(
        inputWeight: Parameter, hiddenWeight: Parameter, inputBias: Parameter,
        hiddenBias: Parameter
    ) throws(TensorError) {
        let hidden = hiddenWeight.value.columnCount
        try Self.check([
            (inputWeight, [4 * hidden, inputWeight.value.columnCount]),
            (hiddenWeight, [4 * hidden, hidden]), (inputBias, [4 * hidden]),
            (hiddenBias, [4 * hidden]),
        ])
        self.inputWeight = inputWeight
        self.hiddenWeight = hiddenWeight
        self.inputBias = inputBias
        self.hiddenBias = hiddenBias
    }

    /// Input size E.
    public var inputSize: Int { inputWeight.value.columnCount }
    /// Hidden size H.
    public var hiddenSize: Int { hiddenWeight.value.columnCount }
    /// The four parameters.
    public var parameters: [Parameter] { [inputWeight, hiddenWeight, inputBias, hiddenBias] }
}

extension LSTMWeights: RecurrentWeights {
    static let operation = "lstm"
    var inputMaps: [InputMap] {
        [InputMap(weight: inputWeight, biases: [inputBias, hiddenBias])]
    }
    var hiddenMaps: [Parameter] { [hiddenWeight] }

    func recurrence(
        _ pass: RecurrentPass, _ products: InputProducts, _ operands: [PackedOperand]
    ) throws(TensorError) -> any Recurrence {
        try LSTMRecurrence(pass, self, products, operands)
    }
}

extension Tape {
    /// Runs an LSTM over sequences of rows of an embedding table.
    ///
    /// For step t with x = table[ids[b,t]], a = x·W_ihᵀ + b_ih + h·W_hhᵀ + b_hh:
    ///
    ///     i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o)
    ///     c ← f·c + i·g,  h ← o·tanh(c)
    ///
    /// - Parameters:
    ///   - table: the embeddings, shape `[n, E]`.
    ///   - ids: shape `[T·B]`, time-major (position t·B + b), each a row of the table.
    ///   - examples: number of sequences B.
    ///   - steps: length T of each sequence.
    ///   - weights: the layer's parameters.
    ///   - initial: h and c before the first step, shape `[H]`, for every example; zero when `nil`.
    ///   - begins: the step from 0 with which each example begins, past its padding; its state stays
    ///     the first one until then. All begin with the first step when `nil`.
    ///   - emits: which state is given.
    ///   - padding: this id's row gets no gradient; -1 for none.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[T, B, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func embeddedLSTM(
        _ table: Parameter, ids: [Int32], examples: Int, steps: Int, weights: LSTMWeights,
        initial: Parameter? = nil, begins: [Int32]? = nil, emits: EmittedState = .hidden,
        padding: Int32 = 0, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try embedded(
            weights, table, ids: ids, examples: examples, steps: steps, initial: initial,
            begins: begins, emits: emits, padding: padding, wantsAllSteps: wantsAllSteps)
    }

    /// Runs an LSTM over sequences of any values: a second layer, or inputs of one's own.
    ///
    /// The formulas and the other parameters are those of
    /// ``embeddedLSTM(_:ids:examples:steps:weights:initial:begins:emits:padding:wantsAllSteps:)``.
    ///
    /// - Parameters:
    ///   - x: the inputs, shape `[B, T, E]`.
    ///   - weights: the layer's parameters.
    ///   - initial: h and c before the first step, shape `[H]`, for every example; zero when `nil`.
    ///   - emits: which state is given.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[B, T, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func lstm(
        _ x: Variable, weights: LSTMWeights, initial: Parameter? = nil,
        emits: EmittedState = .hidden, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try recurrent(
            weights, over: x, initial: initial, emits: emits, wantsAllSteps: wantsAllSteps)
    }
}
