// Recurrent layers as operations: what is the same for every kind.

extension RowLayout {
    /// The layout of time-major ids, each of which must be a row of a table with `rowLimit` rows.
    ///
    /// - Throws: ``TensorError/badShape(_:)``, ``TensorError/countMismatch(shape:values:)``,
    ///   ``TensorError/indexOutOfRange(operation:index:limit:)``.
    init(
        timeMajor ids: [Int32], examples: Int, steps: Int, rowLimit: Int
    ) throws(TensorError) {
        guard try Tensor.elementCount([steps, examples]) == ids.count, !ids.isEmpty else {
            throw .countMismatch(shape: [steps, examples], values: ids.count)
        }
        if let bad = ids.first(where: { $0 < 0 || Int($0) >= rowLimit }) {
            throw .indexOutOfRange(operation: "embedding", index: Int(bad), limit: rowLimit)
        }
        self.init(examples: examples, steps: steps, isTimeMajor: true)
    }
}

extension Tape {
    /// Runs a recurrent layer over sequences of rows of an embedding table.
    ///
    /// - Returns: the states, shape `[T, B, H]`, or the last, shape `[B, H]`.
    func embedded(
        _ weights: some RecurrentWeights, _ table: Parameter, ids: [Int32],
        examples: Int, steps: Int, initial: Parameter?, begins: [Int32]?,
        emits: EmittedState = .hidden, padding: Int32, wantsAllSteps: Bool
    ) throws(TensorError) -> Variable {
        try weights.check(table: table.value, initial: initial)
        let layout = try RowLayout(
            timeMajor: ids, examples: examples, steps: steps, rowLimit: table.value.rowCount)
        return try recurrent(
            weights, EmbeddedInput(table, ids, padding: padding), layout,
            initial: initial, begins: begins, emits: emits, wantsAllSteps: wantsAllSteps)
    }

    /// Runs a recurrent layer over sequences of any values, shape `[B, T, E]`.
    ///
    /// - Returns: the states, shape `[B, T, H]`, or the last, shape `[B, H]`.
    func recurrent(
        _ weights: some RecurrentWeights, over x: Variable,
        initial: Parameter?, emits: EmittedState = .hidden, wantsAllSteps: Bool
    ) throws(TensorError) -> Variable {
        let shape = x.value.shape
        guard shape.count == 3, !shape.contains(0) else {
            throw .rank(
                operation: type(of: weights).operation,
                expected: "examples, steps and inputs, at least one of each", found: shape)
        }
        try weights.check(inputs: shape, initial: initial)
        let layout = RowLayout(examples: shape[0], steps: shape[1], isTimeMajor: true)
        guard layout.rowCount <= Int(Int32.max) else { throw .badShape(shape) }
        let states = try recurrent(
            weights, ComputedInput(transpose(x, 0, 1)), layout, initial: initial,
            begins: nil, emits: emits, wantsAllSteps: wantsAllSteps)
        return try wantsAllSteps ? transpose(states, 0, 1) : states
    }

    private func recurrent(
        _ weights: some RecurrentWeights, _ input: some RecurrentInput,
        _ layout: RowLayout, initial: Parameter?, begins: [Int32]?, emits: EmittedState,
        wantsAllSteps: Bool
    ) throws(TensorError) -> Variable {
        if let begins, begins.count != layout.examples {
            throw .countMismatch(shape: [layout.examples], values: begins.count)
        }
        let own = weights.parameters + (initial.map { [$0] } ?? [])
        let needsGradient =
            own.contains(where: wants) || sink.map(input.needsGradient) ?? false
        let pass = RecurrentPass(
            layout: layout, initial: initial, begins: begins, emits: emits,
            keepsHistory: needsGradient || wantsAllSteps)
        let recurrence = try weights.recurrence(
            pass, InputProducts(tables: weights.projecting(input.rows), which: input.which),
            weights.packedHiddenMaps())
        let result = try wantsAllSteps ? recurrence.states() : recurrence.lastState()
        return record(result, needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let steps = wantsAllSteps ? layout.steps : 1
            let gradient = try StepBuffer(
                upstream.reshaped([steps, layout.examples, weights.hiddenSize]))
            if sink.keepsFactors {
                let deltas = try recurrence.deliverFactors(gradient, input.factors, sink)
                try input.deliverFactors(deltas, weights.inputMaps, layout, sink)
            } else {
                let deltas = try recurrence.deliverHiddenSums(gradient, sink)
                try input.deliverSums(deltas, weights.inputMaps, sink)
            }
        }
    }
}
