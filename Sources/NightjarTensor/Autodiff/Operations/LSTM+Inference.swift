// An LSTM without a tape, for scoring many batches with the same weights.

import NightjarRuntime

extension LSTMWeights {
    /// The state after the last step, shape `[B, H]`, from input products computed before.
    ///
    /// - Parameters:
    ///   - projected: what ``projecting(_:)`` gave for the rows of the embedding table.
    ///   - recurrent: what ``packedForward()`` gave.
    ///   - ids: shape `[T·B]`, time-major, each a row of the table.
    ///   - examples: number of sequences B.
    ///   - steps: length T of each sequence.
    /// - Returns: the states.
    /// - Throws: ``TensorError``.
    package func lastState(
        projected: Tensor, recurrent: PackedOperand, ids: [Int32], examples: Int, steps: Int
    ) throws(TensorError) -> Tensor {
        let layout = RowLayout(examples: examples, steps: steps, isTimeMajor: true)
        guard ids.count == layout.rowCount, examples > 0, steps > 0 else {
            throw .countMismatch(shape: [steps, examples], values: ids.count)
        }
        guard projected.columnCount == 4 * hiddenSize else {
            throw .shapeMismatch(operation: "lstm", projected.shape, hiddenWeight.value.shape)
        }
        let rowLimit = projected.rowCount
        if let bad = ids.first(where: { $0 < 0 || Int($0) >= rowLimit }) {
            throw .indexOutOfRange(operation: "embedding", index: Int(bad), limit: rowLimit)
        }
        try BLAS.require()
        return try LSTMRecurrence(
            projected: projected, which: ids, layout: layout, weights: self, recurrent: recurrent,
            keepsHistory: false
        ).lastState()
    }
}
