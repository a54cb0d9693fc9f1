// The recurrent part of a GRU: what happens after the input products.

import CKernels

/// Runs the recurrence forward, keeps what the backward pass needs, and runs it backward.
final class GRURecurrence: Recurrence {
    private let pass: RecurrentPass
    private let weights: GRUWeights
    private let hidden: Int
    /// Activated gates, then their gradients: `[T, B, 3H]`; one step only without history.
    private let gates: StepBuffer
    /// What the reset gate is applied to, `[T, B, H]`; one step only without history.
    private let candidates: StepBuffer
    /// States `[T + 1, B, H]` beginning with the first; two alternating steps without history.
    private let hiddens: StepBuffer

    /// Runs all steps.
    init(
        _ pass: RecurrentPass, _ weights: GRUWeights, _ products: InputProducts,
        _ operands: [PackedOperand]
    ) throws(TensorError) {
        self.pass = pass
        self.weights = weights
        hidden = weights.hiddenSize
        gates = try pass.buffer(width: 3 * hidden)
        candidates = try pass.buffer(width: hidden)
        hiddens = try pass.states(width: hidden)
        products.which.withUnsafeBufferPointer { which in
            guard let which = which.baseAddress else { return }
            pass.forEachBlock { _, examples in
                for t in 0..<pass.layout.steps {
                    forward(
                        t, examples, products.tables[0], operands[0],
                        which: which + t * pass.layout.examples + examples.lowerBound)
                }
            }
        }
        withExtendedLifetime(products) {}
    }

    private func forward(
        _ t: Int, _ examples: Range<Int>, _ projected: Tensor, _ operand: PackedOperand,
        which: UnsafePointer<Int32>
    ) {
        let (gate, before) = (gates.at(t, examples), hiddens.at(t, examples))
        if pass.isZero(before: t) {
            gate.pointer.update(repeating: 0, count: gate.rows * gate.columns)
        } else {
            BLAS.multiply(before, operand, into: gate)
        }
        nj_gru_forward(
            examples.count, hidden, gate.pointer, weights.hiddenBias.value.pointer,
            projected.pointer, which, before.pointer, candidates.at(t, examples).pointer,
            hiddens.at(t + 1, examples).pointer)
        pass.keepFirst(t, examples, in: hiddens.at(t + 1, examples))
    }

    func lastState() throws(TensorError) -> Tensor { try hiddens.row(pass.layout.steps) }

    func states() throws(TensorError) -> Tensor {
        try hiddens.values.rows(1..<pass.layout.steps + 1)
    }

    /// Puts the gradients before activation of all gates, as the input products see them, into the
    /// place of the gates.
    ///
    /// The reset gate stands between the candidate and its recurrent product, whose gradients
    /// therefore differ: `recurrent` has those of all steps afterwards, or of one when it has no
    /// room for more. With `biasSums`, shape `[blocks, 3H]`, also adds these up.
    ///
    /// - Returns: the gradient of the first state, shape `[B, H]`.
    private func backward(
        _ upstream: StepBuffer, _ map: BackwardMap, recurrent: StepBuffer, biasSums: Tensor?
    ) throws(TensorError) -> Tensor {
        let stateGradient = try Tensor(uninitialized: [pass.layout.examples, hidden])
        let last = pass.layout.steps - 1
        pass.forEachBlock { block, examples in
            let dh = Matrix(stateGradient).rows(examples)
            let count = examples.count * hidden
            dh.pointer.update(from: upstream.at(last, examples).pointer, count: count)
            for t in stride(from: last, through: 0, by: -1) {
                let (before, delta) = (hiddens.at(t, examples), recurrent.at(t, examples))
                let held = pass.takeUnbegun(t, examples, from: [dh])
                nj_gru_backward(
                    examples.count, hidden, gates.at(t, examples).pointer,
                    candidates.at(t, examples).pointer, before.pointer, dh.pointer, delta.pointer)
                if let biasSums {
                    nj_add_column_sums(
                        delta.rows, delta.columns, delta.pointer,
                        biasSums.pointer + block * delta.columns)
                }
                guard !pass.isZero(before: t) else { break }
                map.collect(before, delta, of: block, isFirst: t == last)
                if t > 0, upstream.keepsSteps {
                    nj_axpy(count, 1, upstream.at(t - 1, examples).pointer, dh.pointer)
                }
                map.inputGradient(delta, into: dh, adds: true)
                held.forEach { $0.putBack() }
            }
        }
        withExtendedLifetime((upstream, biasSums)) {}
        return stateGradient
    }

    func deliverFactors(
        _ upstream: StepBuffer, _ inputs: FactorInput, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor] {
        let layout = pass.layout
        let recurrent = try pass.buffer(width: 3 * hidden)
        let map = try BackwardMap(weights.hiddenWeight, pass, sink)
        let first = try backward(upstream, map, recurrent: recurrent, biasSums: nil)
        let (deltas, recurrentDeltas) = (
            try gates.rows(layout.steps), try recurrent.rows(layout.steps)
        )
        let states = try hiddens.rows(layout.steps)
        try sink.take(.linear(weights.inputWeight, inputs: inputs, deltas: deltas, layout))
        try sink.take(
            .linear(weights.hiddenWeight, inputs: .rows(states), deltas: recurrentDeltas, layout))
        try sink.take(.direct(weights.inputBias, deltas: deltas, layout))
        try sink.take(.direct(weights.hiddenBias, deltas: recurrentDeltas, layout))
        try pass.deliverInitial(first, sink)
        return [deltas]
    }

    func deliverHiddenSums(
        _ upstream: StepBuffer, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor] {
        let (layout, bias) = (pass.layout, weights.hiddenBias)
        let recurrent = try StepBuffer(steps: 1, examples: layout.examples, width: 3 * hidden)
        let map = try BackwardMap(weights.hiddenWeight, pass, sink)
        let sums =
            try sink.wants(bias) ? Tensor(repeating: 0, shape: [pass.blockCount, 3 * hidden]) : nil
        let first = try backward(upstream, map, recurrent: recurrent, biasSums: sums)
        if pass.hasStates { try map.deliver(to: sink) }
        if let sums { try sink.take(.dense(sums.columnSums()), of: bias) }
        try pass.deliverInitial(first, sink)
        return [try gates.rows(layout.steps)]
    }
}
