// A long short-term memory over a batch of sequences, as one operation.

import CKernels
import NightjarRuntime

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
        let expected = [
            (inputWeight, [4 * hidden, inputWeight.value.columnCount]),
            (hiddenWeight, [4 * hidden, hidden]), (inputBias, [4 * hidden]),
            (hiddenBias, [4 * hidden]),
        ]
        for (parameter, shape) in expected where parameter.value.shape != shape {
            throw .shapeMismatch(operation: "lstm", parameter.value.shape, shape)
        }
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

extension Tape {
    /// Runs an LSTM over sequences of rows of an embedding table, from a zero state.
    ///
    /// For step t with x = table[ids[b,t]], a = x·W_ihᵀ + b_ih + h·W_hhᵀ + b_hh:
    ///
    ///     i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o)
    ///     c ← f·c + i·g,  h ← o·tanh(c)
    ///
    /// The input product depends on the id alone, so it is computed once for each distinct id of
    /// the batch and not once for each position.
    ///
    /// - Parameters:
    ///   - table: the embeddings, shape `[n, E]`.
    ///   - ids: shape `[T·B]`, time-major (position t·B + b), each a row of the table.
    ///   - examples: number of sequences B.
    ///   - steps: length T of each sequence.
    ///   - weights: the layer's parameters.
    ///   - padding: this id's row gets no gradient; -1 for none.
    ///   - wantsAllSteps: whether every state is wanted, or the last one only.
    /// - Returns: the states, shape `[T, B, H]`, or the last, shape `[B, H]`.
    /// - Throws: ``TensorError``.
    public func embeddedLSTM(
        _ table: Parameter, ids: [Int32], examples: Int, steps: Int, weights: LSTMWeights,
        padding: Int32 = 0, wantsAllSteps: Bool = false
    ) throws(TensorError) -> Variable {
        let layout = RowLayout(examples: examples, steps: steps, isTimeMajor: true)
        guard ids.count == layout.rowCount, examples > 0, steps > 0 else {
            throw .countMismatch(shape: [steps, examples], values: ids.count)
        }
        guard table.value.columnCount == weights.inputSize else {
            throw .shapeMismatch(
                operation: "lstm", table.value.shape, weights.inputWeight.value.shape)
        }
        let rowLimit = table.value.rowCount
        if let bad = ids.first(where: { $0 < 0 || Int($0) >= rowLimit }) {
            throw .indexOutOfRange(operation: "embedding", index: Int(bad), limit: rowLimit)
        }
        let groups = RowGroups(ids)
        let distinct = try table.value.gatheringRows(groups.ids)
        let needsGradient = wants(table) || weights.parameters.contains(where: wants)
        let recurrence = try LSTMRecurrence(
            projected: weights.projecting(distinct), which: groups.groupOfRow, layout: layout,
            weights: weights, recurrent: weights.packedForward(),
            keepsHistory: needsGradient || wantsAllSteps)
        let result = try wantsAllSteps ? recurrence.states() : recurrence.lastState()
        let source = EmbeddedInput(
            table: table, ids: ids, groups: groups, distinct: distinct, padding: padding)
        return record(result, needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            if sink.keepsFactors {
                let deltas = try recurrence.deliverFactors(
                    upstream, isForAllSteps: wantsAllSteps,
                    .gathered(table: table.value, ids: ids), sink)
                try source.deliverFactors(deltas, weights, layout, sink)
            } else {
                let deltas = try recurrence.deliverHiddenSum(
                    upstream, isForAllSteps: wantsAllSteps, sink)
                try source.deliverSums(deltas, weights, sink)
            }
        }
    }
}

extension LSTMWeights {
    /// The recurrent weights, arranged for the products of a forward pass.
    package func packedForward() -> PackedOperand {
        PackedOperand(Matrix(hiddenWeight.value).transposed, as: .right)
    }

    /// x·W_ihᵀ + b_ih + b_hh for each row x, shape `[rows, 4H]`.
    ///
    /// - Throws: ``TensorError``.
    package func projecting(_ rows: Tensor) throws(TensorError) -> Tensor {
        try BLAS.require()
        let width = 4 * hiddenSize
        let result = try Tensor(uninitialized: [rows.rowCount, width])
        let bias = try inputBias.value.copy()
        nj_axpy(width, 1, hiddenBias.value.pointer, bias.pointer)
        let operand = PackedOperand(Matrix(inputWeight.value).transposed, as: .right)
        let blocks = max(1, min(64, rows.rowCount / 128))
        Workers.run(blocks) { block in
            let some = Slices.range(block, of: blocks, over: rows.rowCount)
            let part = Matrix(result).rows(some)
            for row in 0..<some.count {
                (part.pointer + row * width).update(from: bias.pointer, count: width)
            }
            BLAS.multiply(Matrix(rows).rows(some), operand, into: part, adds: true)
        }
        withExtendedLifetime((rows, bias)) {}
        return result
    }
}

/// Where the inputs of an embedded LSTM came from, and how their gradients go back there.
private struct EmbeddedInput {
    let table: Parameter
    let ids: [Int32]
    let groups: RowGroups
    let distinct: Tensor
    let padding: Int32

    /// Delivers each position's gradient by its table row.
    func deliverFactors(
        _ deltas: Tensor, _ weights: LSTMWeights, _ layout: RowLayout, _ sink: any GradientSink
    ) throws(TensorError) {
        guard sink.wants(table) else { return }
        let gradient = try inputGradient(deltas, weights)
        let rows = ids.map { $0 == padding ? -1 : $0 }
        try sink.take(.gather(table, ids: rows, deltas: gradient, layout))
    }

    /// Delivers the sums over the batch for the input weights, the biases and the table.
    ///
    /// Both products are linear in the deltas, so the deltas of equal ids are added up first when
    /// ids repeat: the products then run over distinct ids instead of positions.
    func deliverSums(
        _ deltas: Tensor, _ weights: LSTMWeights, _ sink: any GradientSink
    ) throws(TensorError) {
        let repeats = groups.ids.count * 5 <= ids.count * 3
        let summed = repeats ? try groups.sum(deltas) : deltas
        let inputs = repeats ? distinct : try table.value.gatheringRows(ids)
        let weightSum = try OuterProductSum.of(summed, inputs)
        try sink.take(.dense(weightSum), of: weights.inputWeight)
        let biasSum = try summed.columnSums()
        try sink.take(.dense(biasSum), of: weights.inputBias)
        try sink.take(.dense(biasSum), of: weights.hiddenBias)
        guard sink.wants(table) else { return }
        var gradient = try inputGradient(summed, weights)
        if !repeats { gradient = try groups.sum(gradient) }
        try sink.take(withoutPadding(gradient), of: table)
    }

    /// δ·W_ih, the gradient of the inputs.
    private func inputGradient(
        _ deltas: Tensor, _ weights: LSTMWeights
    ) throws(TensorError) -> Tensor {
        let width = weights.inputSize
        let result = try Tensor(uninitialized: [deltas.rowCount, width])
        BLAS.multiplyInParallel(
            Matrix(deltas), Matrix(weights.inputWeight.value), into: Matrix(result))
        withExtendedLifetime(deltas) {}
        return result
    }

    /// Rows of the table's gradient; the padding row is set to zero rather than cut out.
    private func withoutPadding(_ gradient: Tensor) throws(TensorError) -> SummedGradient {
        if let row = groups.ids.firstIndex(of: padding) {
            try gradient.row(row).fill(0)
        }
        return .rows(groups.ids, gradient)
    }
}
