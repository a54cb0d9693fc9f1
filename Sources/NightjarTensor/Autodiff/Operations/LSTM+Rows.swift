// An LSTM over values instead of table rows: a second layer, or inputs of one's own.

extension Tape {
    /// Runs an LSTM over sequences of any values, from a zero state.
    ///
    /// The formulas are those of
    /// ``embeddedLSTM(_:ids:examples:steps:weights:padding:wantsAllSteps:)``.
    ///
    /// - Parameters:
    ///   - x: the inputs, shape `[B, T, E]`.
    ///   - weights: the layer's parameters.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[B, T, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func lstm(
        _ x: Variable, weights: LSTMWeights, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        let shape = x.value.shape
        guard shape.count == 3, !shape.contains(0) else {
            throw .rank(
                operation: "lstm", expected: "examples, steps and inputs, at least one of each",
                found: shape)
        }
        guard shape[2] == weights.inputSize else {
            throw .shapeMismatch(operation: "lstm", shape, weights.inputWeight.value.shape)
        }
        let layout = RowLayout(examples: shape[0], steps: shape[1], isTimeMajor: true)
        guard layout.rowCount <= Int(Int32.max) else { throw .badShape(shape) }
        let timeMajor = try transpose(x, 0, 1)
        let rows = try timeMajor.value.reshaped([layout.rowCount, shape[2]])
        let needsGradient = x.needsGradient || weights.parameters.contains(where: wants)
        let recurrence = try LSTMRecurrence(
            projected: weights.projecting(rows), which: (0..<layout.rowCount).map(Int32.init),
            layout: layout, weights: weights, recurrent: weights.packedForward(),
            keepsHistory: needsGradient || wantsAllSteps)
        let result = try wantsAllSteps ? recurrence.states() : recurrence.lastState()
        let states = record(result, needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let deltas: Tensor
            if sink.keepsFactors {
                deltas = try recurrence.deliverFactors(
                    upstream, isForAllSteps: wantsAllSteps, .rows(rows), sink)
            } else {
                deltas = try recurrence.deliverHiddenSum(
                    upstream, isForAllSteps: wantsAllSteps, sink)
                try sink.take(.dense(OuterProductSum.of(deltas, rows)), of: weights.inputWeight)
                let biasSum = try deltas.columnSums()
                try sink.take(.dense(biasSum), of: weights.inputBias)
                try sink.take(.dense(biasSum), of: weights.hiddenBias)
            }
            guard timeMajor.needsGradient else { return }
            let gradient = try deltas.matmul(weights.inputWeight.value)
            try timeMajor.accumulate(gradient.reshaped(timeMajor.value.shape))
        }
        return try wantsAllSteps ? transpose(states, 0, 1) : states
    }
}
