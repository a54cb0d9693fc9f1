// A multiplicative LSTM over a batch of sequences, as one operation.

/// The parameters of a multiplicative LSTM layer (Krause et al., 2016) with input size E and hidden
/// size H.
public struct MLSTMWeights: Sendable {
    /// Input weights of the multiplicative state, W_im of shape `[H, E]`.
    public let inputMultiplicative: Parameter
    /// Recurrent weights of the multiplicative state, W_hm of shape `[H, H]`.
    public let hiddenMultiplicative: Parameter
    /// The bias b_im of the input's factor, shape `[H]`.
    public let inputMultiplicativeBias: Parameter
    /// The bias b_hm of the state's factor, shape `[H]`.
    public let hiddenMultiplicativeBias: Parameter
    /// The parameters of the gates, which are those of an LSTM.
    public let gates: LSTMWeights

    /// Creates the layer's parameters and checks that their shapes fit.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public init(
        inputMultiplicative: Parameter, hiddenMultiplicative: Parameter,
        inputMultiplicativeBias: Parameter, hiddenMultiplicativeBias: Parameter,
        gates: LSTMWeights
    ) throws(TensorError) {
        let hidden = gates.hiddenSize
        try Self.check([
            (inputMultiplicative, [hidden, gates.inputSize]),
            (hiddenMultiplicative, [hidden, hidden]), (inputMultiplicativeBias, [hidden]),
            (hiddenMultiplicativeBias, [hidden]),
        ])
        self.inputMultiplicative = inputMultiplicative
        self.hiddenMultiplicative = hiddenMultiplicative
        self.inputMultiplicativeBias = inputMultiplicativeBias
        self.hiddenMultiplicativeBias = hiddenMultiplicativeBias
        self.gates = gates
    }

    /// Input size E.
    public var inputSize: Int { gates.inputSize }
    /// Hidden size H.
    public var hiddenSize: Int { gates.hiddenSize }
    /// The eight parameters: those of the multiplicative state, then those of the gates.
    public var parameters: [Parameter] {
        [
            inputMultiplicative, hiddenMultiplicative, inputMultiplicativeBias,
            hiddenMultiplicativeBias,
        ] + gates.parameters
    }
}

extension MLSTMWeights: RecurrentWeights {
    static let operation = "mlstm"
    var inputMaps: [InputMap] {
        gates.inputMaps
            + [InputMap(weight: inputMultiplicative, biases: [inputMultiplicativeBias])]
    }
    var hiddenMaps: [Parameter] { gates.hiddenMaps + [hiddenMultiplicative] }

    func recurrence(
        _ pass: RecurrentPass, _ products: InputProducts, _ operands: [PackedOperand]
    ) throws(TensorError) -> any Recurrence {
        try LSTMRecurrence(
            pass, gates, products, operands, multiplicative: MultiplicativeState(pass, self))
    }
}

extension Tape {
    /// Runs a multiplicative LSTM over sequences of rows of an embedding table.
    ///
    /// For step t with x = table[ids[b,t]], a factor of the input takes the place of part of the
    /// recurrent weights, which so depend on the input:
    ///
    ///     m = (x·W_imᵀ + b_im) ⊙ (h·W_hmᵀ + b_hm)
    ///     a = x·W_ihᵀ + b_ih + m·W_hhᵀ + b_hh
    ///
    /// From a on, and in its parameters, it is
    /// ``embeddedLSTM(_:ids:examples:steps:weights:initial:begins:emits:padding:wantsAllSteps:)``.
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
    public func embeddedMLSTM(
        _ table: Parameter, ids: [Int32], examples: Int, steps: Int, weights: MLSTMWeights,
        initial: Parameter? = nil, begins: [Int32]? = nil, emits: EmittedState = .hidden,
        padding: Int32 = 0, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try embedded(
            weights, table, ids: ids, examples: examples, steps: steps, initial: initial,
            begins: begins, emits: emits, padding: padding, wantsAllSteps: wantsAllSteps)
    }

    /// Runs a multiplicative LSTM over sequences of any values.
    ///
    /// The formulas and the other parameters are those of
    /// ``embeddedMLSTM(_:ids:examples:steps:weights:initial:begins:emits:padding:wantsAllSteps:)``.
    ///
    /// - Parameters:
    ///   - x: the inputs, shape `[B, T, E]`.
    ///   - weights: the layer's parameters.
    ///   - initial: h and c before the first step, shape `[H]`, for every example; zero when `nil`.
    ///   - emits: which state is given.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[B, T, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func mlstm(
        _ x: Variable, weights: MLSTMWeights, initial: Parameter? = nil,
        emits: EmittedState = .hidden, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try recurrent(
            weights, over: x, initial: initial, emits: emits,
            wantsAllSteps: wantsAllSteps)
    }
}
