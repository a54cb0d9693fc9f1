// A gated recurrent unit over a batch of sequences, as one operation.

/// The parameters of a GRU layer with input size E and hidden size H, named and shaped as in
/// PyTorch; gates stand in the order reset, update, candidate.
public struct GRUWeights: Sendable {
    /// Input weights, shape `[3H, E]`.
    public let inputWeight: Parameter
    /// Recurrent weights, shape `[3H, H]`.
    public let hiddenWeight: Parameter
    /// Bias of the input products, shape `[3H]`.
    public let inputBias: Parameter
    /// Bias of the recurrent products, shape `[3H]`; that of the candidate is under the reset gate.
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
            (inputWeight, [3 * hidden, inputWeight.value.columnCount]),
            (hiddenWeight, [3 * hidden, hidden]), (inputBias, [3 * hidden]),
            (hiddenBias, [3 * hidden]),
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

extension GRUWeights: RecurrentWeights {
    static let operation = "gru"
    var inputMaps: [InputMap] { [InputMap(weight: inputWeight, biases: [inputBias])] }
    var hiddenMaps: [Parameter] { [hiddenWeight] }

    func recurrence(
        _ pass: RecurrentPass, _ products: InputProducts, _ operands: [PackedOperand]
    ) throws(TensorError) -> any Recurrence {
        try GRURecurrence(pass, self, products, operands)
    }
}

extension Tape {
    /// Runs a GRU over sequences of rows of an embedding table.
    ///
    /// For step t with x = table[ids[b,t]], v = x·W_ihᵀ + b_ih and u = h·W_hhᵀ + b_hh:
    ///
    ///     r = σ(v_r + u_r), z = σ(v_z + u_z), n = tanh(v_n + r·u_n)
    ///     h ← (1 − z)·n + z·h
    ///
    /// - Parameters:
    ///   - table: the embeddings, shape `[n, E]`.
    ///   - ids: shape `[T·B]`, time-major (position t·B + b), each a row of the table.
    ///   - examples: number of sequences B.
    ///   - steps: length T of each sequence.
    ///   - weights: the layer's parameters.
    ///   - initial: h before the first step, shape `[H]`, for every example; zero when `nil`.
    ///   - begins: the step from 0 with which each example begins, past its padding; its state stays
    ///     the first one until then. All begin with the first step when `nil`.
    ///   - padding: this id's row gets no gradient; -1 for none.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[T, B, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func embeddedGRU(
        _ table: Parameter, ids: [Int32], examples: Int, steps: Int, weights: GRUWeights,
        initial: Parameter? = nil, begins: [Int32]? = nil, padding: Int32 = 0,
        wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try embedded(
            weights, table, ids: ids, examples: examples, steps: steps, initial: initial,
            begins: begins, padding: padding, wantsAllSteps: wantsAllSteps)
    }

    /// Runs a GRU over sequences of any values: a second layer, or inputs of one's own.
    ///
    /// The formulas and the other parameters are those of
    /// ``embeddedGRU(_:ids:examples:steps:weights:initial:begins:padding:wantsAllSteps:)``.
    ///
    /// - Parameters:
    ///   - x: the inputs, shape `[B, T, E]`.
    ///   - weights: the layer's parameters.
    ///   - initial: h before the first step, shape `[H]`, for every example; zero when `nil`.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[B, T, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func gru(
        _ x: Variable, weights: GRUWeights, initial: Parameter? = nil, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        try recurrent(weights, over: x, initial: initial, wantsAllSteps: wantsAllSteps)
    }
}
