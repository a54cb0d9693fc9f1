// The recurrent part of an LSTM: what happens after the inputs are projected.

import CKernels
import NightjarRuntime

/// Runs the recurrence forward, keeps what the backward pass needs, and runs it backward.
///
/// Examples are independent, so a block of them goes through all steps on one thread: threads meet
/// once a pass, not once a step. Block sizes depend on the batch alone.
final class LSTMRecurrence {
    private let layout: RowLayout
    private let weights: LSTMWeights
    private let hidden: Int
    private let keepsHistory: Bool
    /// Activated gates, then their gradients: `[T, B, 4H]`; one step only without history.
    private let gates: Tensor
    /// Cell states `[T, B, H]`; two alternating steps without history.
    private let cells: Tensor
    /// tanh of the cell states, `[T, B, H]`; one step only without history.
    private let squashed: Tensor
    /// Hidden states `[T + 1, B, H]` beginning with the zero state; two steps without history.
    private let hiddens: Tensor

    /// Runs all steps.
    ///
    /// `projected` holds input products as rows `[n, 4H]`; row t·B + b of the batch uses row
    /// `which[t·B + b]` of them. `recurrent` is what ``LSTMWeights/packedForward()`` gives.
    init(
        projected: Tensor, which: [Int32], layout: RowLayout, weights: LSTMWeights,
        recurrent: PackedOperand, keepsHistory: Bool
    ) throws(TensorError) {
        let (steps, batch) = (layout.steps, layout.examples)
        self.layout = layout
        self.weights = weights
        self.keepsHistory = keepsHistory
        hidden = weights.hiddenSize
        gates = try Tensor(uninitialized: [keepsHistory ? steps : 1, batch, 4 * hidden])
        cells = try Tensor(uninitialized: [keepsHistory ? steps : 2, batch, hidden])
        squashed = try Tensor(uninitialized: [keepsHistory ? steps : 1, batch, hidden])
        hiddens = try Tensor(uninitialized: [keepsHistory ? steps + 1 : 2, batch, hidden])
        try hiddens.row(0).fill(0)
        which.withUnsafeBufferPointer { which in
            guard let which = which.baseAddress else { return }
            Workers.run(blockCount) { forward(block: $0, projected, which, recurrent) }
        }
        withExtendedLifetime(projected) {}
    }

    /// Blocks of 128 to 256 examples: few enough that a product's weights are packed seldom, small
    /// enough that a step's operands stay in the second-level cache.
    private var blockCount: Int {
        let blocks = layout.examples < 512 ? (layout.examples + 64) / 128 : layout.examples / 256
        return max(1, min(64, blocks))
    }

    private func block(_ index: Int) -> Range<Int> {
        Slices.range(index, of: blockCount, over: layout.examples)
    }

    // Where the block that begins at example `b` stands in step t of each buffer.
    private func gate(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Float> {
        gates.pointer + ((keepsHistory ? t : 0) * layout.examples + b) * 4 * hidden
    }
    private func cell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Float> {
        cells.pointer + ((keepsHistory ? t : t & 1) * layout.examples + b) * hidden
    }
    private func tanhCell(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Float> {
        squashed.pointer + ((keepsHistory ? t : 0) * layout.examples + b) * hidden
    }
    /// The state before step t.
    private func state(_ t: Int, _ b: Int) -> UnsafeMutablePointer<Float> {
        hiddens.pointer + ((keepsHistory ? t : t & 1) * layout.examples + b) * hidden
    }

    private func forward(
        block index: Int, _ projected: Tensor, _ which: UnsafePointer<Int32>,
        _ recurrent: PackedOperand
    ) {
        let rows = block(index)
        let b = rows.lowerBound
        for t in 0..<layout.steps {
            if t > 0 {
                BLAS.multiply(
                    Matrix(state(t, b), rows.count, hidden), recurrent,
                    into: Matrix(gate(t, b), rows.count, 4 * hidden))
            }
            nj_lstm_forward(
                rows.count, hidden, gate(t, b), projected.pointer,
                which + t * layout.examples + b, t > 0 ? cell(t - 1, b) : nil, cell(t, b),
                tanhCell(t, b), state(t + 1, b))
        }
    }

    /// The state after the last step, shape `[B, H]`.
    func lastState() throws(TensorError) -> Tensor {
        try hiddens.row(keepsHistory ? layout.steps : layout.steps & 1)
    }

    /// The states after each step, shape `[T, B, H]`; only with history.
    func states() throws(TensorError) -> Tensor {
        guard keepsHistory else {
            throw .badValue(operation: "lstm", "all states are wanted but were not kept")
        }
        return try hiddens.rows(1..<layout.steps + 1)
    }

    /// The gradient before activation of every gate, shape `[T·B, 4H]`; can be asked for once,
    /// because it takes the place of the gates.
    ///
    /// With `hiddenSums`, whose count is ``blockCount``, also collects the gradient of the recurrent
    /// weights, while a step's gates are in the cache.
    private func backward(
        _ upstream: Tensor, isForAllSteps: Bool, hiddenSums: TransposedSums?
    ) throws(TensorError) -> Tensor {
        let batch = layout.examples
        let stateGradient = try Tensor(uninitialized: [batch, hidden])
        let cellGradient = try Tensor(repeating: 0, shape: [batch, hidden])
        let lastOffset = isForAllSteps ? (layout.steps - 1) * batch * hidden : 0
        let recurrent = PackedOperand(Matrix(weights.hiddenWeight.value), as: .right)
        Workers.run(blockCount) { index in
            let rows = block(index)
            let b = rows.lowerBound
            let dh = stateGradient.pointer + b * hidden
            let dc = cellGradient.pointer + b * hidden
            dh.update(
                from: upstream.pointer + lastOffset + b * hidden, count: rows.count * hidden)
            for t in stride(from: layout.steps - 1, through: 0, by: -1) {
                nj_lstm_backward(
                    rows.count, hidden, gate(t, b), t > 0 ? cell(t - 1, b) : nil, tanhCell(t, b),
                    dh, dc)
                guard t > 0 else { break }
                let delta = Matrix(gate(t, b), rows.count, 4 * hidden)
                hiddenSums?.add(
                    Matrix(state(t, b), rows.count, hidden), delta, to: index,
                    isFirst: t == layout.steps - 1)
                if isForAllSteps {
                    dh.update(
                        from: upstream.pointer + ((t - 1) * batch + b) * hidden,
                        count: rows.count * hidden)
                }
                BLAS.multiply(
                    delta, recurrent, into: Matrix(dh, rows.count, hidden), adds: isForAllSteps)
            }
        }
        withExtendedLifetime(upstream) {}
        return try gates.reshaped([layout.rowCount, 4 * hidden])
    }

    /// Delivers the uses of the layer's weights with `inputs` as the rows they were applied to, and
    /// gives the gradients of the gates.
    func deliverFactors(
        _ upstream: Tensor, isForAllSteps: Bool, _ inputs: FactorInput, _ sink: any GradientSink
    ) throws(TensorError) -> Tensor {
        let deltas = try backward(upstream, isForAllSteps: isForAllSteps, hiddenSums: nil)
        let states = try hiddens.rows(0..<layout.steps).reshaped([layout.rowCount, hidden])
        try sink.take(.linear(weights.inputWeight, inputs: inputs, deltas: deltas, layout))
        try sink.take(.linear(weights.hiddenWeight, inputs: .rows(states), deltas: deltas, layout))
        try sink.take(.direct(weights.inputBias, deltas: deltas, layout))
        try sink.take(.direct(weights.hiddenBias, deltas: deltas, layout))
        return deltas
    }

    /// Delivers the summed gradient of the recurrent weights, and gives the gradients of the gates.
    ///
    /// The first step's state is zero and adds nothing.
    func deliverHiddenSum(
        _ upstream: Tensor, isForAllSteps: Bool, _ sink: any GradientSink
    ) throws(TensorError) -> Tensor {
        let isWanted = layout.steps > 1 && sink.wants(weights.hiddenWeight)
        let sums =
            isWanted
            ? try TransposedSums(count: blockCount, rows: hidden, columns: 4 * hidden) : nil
        let deltas = try backward(upstream, isForAllSteps: isForAllSteps, hiddenSums: sums)
        if let sums { try sink.take(.dense(sums.total()), of: weights.hiddenWeight) }
        return deltas
    }
}
