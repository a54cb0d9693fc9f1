// Recurrent layers without a tape, for scoring many batches with the same weights.

/// A recurrent layer over the rows of one table, with values that stay the same.
///
/// The input products of the whole table are computed once. Calls may come from any thread.
package struct RecurrentInference {
    private let weights: any RecurrentWeights
    private let products: [Tensor]
    private let operands: [PackedOperand]
    private let initial: Parameter?
    private let emits: EmittedState

    private init(
        any weights: any RecurrentWeights, _ table: Tensor, _ initial: Parameter?,
        _ emits: EmittedState
    ) throws(TensorError) {
        try weights.check(table: table, initial: initial)
        self.weights = weights
        products = try weights.projecting(table)
        operands = weights.packedHiddenMaps()
        self.initial = initial
        self.emits = emits
    }

    /// Prepares an LSTM over a table of shape `[n, E]`.
    ///
    /// - Throws: ``TensorError``.
    package init(
        _ weights: LSTMWeights, over table: Tensor, initial: Parameter? = nil,
        emits: EmittedState = .hidden
    ) throws(TensorError) {
        try self.init(any: weights, table, initial, emits)
    }

    /// Prepares a multiplicative LSTM over a table of shape `[n, E]`.
    ///
    /// - Throws: ``TensorError``.
    package init(
        _ weights: MLSTMWeights, over table: Tensor, initial: Parameter? = nil,
        emits: EmittedState = .hidden
    ) throws(TensorError) {
        try self.init(any: weights, table, initial, emits)
    }

    /// Prepares a GRU over a table of shape `[n, E]`.
    ///
    /// - Throws: ``TensorError``.
    package init(
        _ weights: GRUWeights, over table: Tensor, initial: Parameter? = nil
    ) throws(TensorError) {
        try self.init(any: weights, table, initial, .hidden)
    }

    /// The state after the last step, shape `[B, H]`.
    ///
    /// - Parameters:
    ///   - ids: shape `[T·B]`, time-major, each a row of the table.
    ///   - examples: number of sequences B.
    ///   - steps: length T of each sequence.
    /// - Returns: the states.
    /// - Throws: ``TensorError``.
    package func lastState(
        ids: [Int32], examples: Int, steps: Int
    ) throws(TensorError) -> Tensor {
        try run(ids, examples, steps, keepsHistory: false).lastState()
    }

    /// The state after each step, shape `[T, B, H]`; parameters are those of
    /// ``lastState(ids:examples:steps:)``.
    ///
    /// - Throws: ``TensorError``.
    package func states(
        ids: [Int32], examples: Int, steps: Int
    ) throws(TensorError) -> Tensor {
        try run(ids, examples, steps, keepsHistory: true).states()
    }

    private func run(
        _ ids: [Int32], _ examples: Int, _ steps: Int, keepsHistory: Bool
    ) throws(TensorError) -> any Recurrence {
        let layout = try RowLayout(
            timeMajor: ids, examples: examples, steps: steps, rowLimit: products[0].rowCount)
        let pass = RecurrentPass(
            layout: layout, initial: initial, begins: nil, emits: emits, keepsHistory: keepsHistory)
        return try weights.recurrence(pass, InputProducts(tables: products, which: ids), operands)
    }
}
