// The recurrent part of an LSTM, plain or multiplicative: what happens after the input products.

import CKernels

/// Runs the recurrence forward, keeps what the backward pass needs, and runs it backward.
final class LSTMRecurrence: Recurrence {
    private let pass: RecurrentPass
    private let weights: LSTMWeights
    /// What the gates see of the state before; the state itself when there is none.
    private let multiplicative: MultiplicativeState?
    private let hidden: Int
    /// Activated gates, then their gradients: `[T, B, 4H]`; one step only without history.
    private let gates: StepBuffer
    /// Cell states `[T, B, H]`; two alternating steps without history.
    private let cells: StepBuffer
    /// tanh of the cell states, `[T, B, H]`; one step only without history.
    private let squashed: StepBuffer
    /// Hidden states `[T + 1, B, H]` beginning with the first state; two steps without history.
    private let hiddens: StepBuffer

    /// Runs all steps.
    ///
    /// Input products and packed weights are those of the gates and, after them, those of the
    /// multiplicative state.
    init(
        _ pass: RecurrentPass, _ weights: LSTMWeights, _ products: InputProducts,
        _ operands: [PackedOperand], multiplicative: MultiplicativeState? = nil
    ) throws(TensorError) {
        self.pass = pass
        self.weights = weights
        self.multiplicative = multiplicative
        hidden = weights.hiddenSize
        gates = try pass.buffer(width: 4 * hidden)
        cells = try pass.buffer(keeping: 2, width: hidden)
        squashed = try pass.buffer(width: hidden)
        hiddens = try pass.states(width: hidden)
        products.which.withUnsafeBufferPointer { which in
            guard let which = which.baseAddress else { return }
            pass.forEachBlock { _, examples in
                for t in 0..<pass.layout.steps {
                    forward(
                        t, examples, products.tables, operands,
                        which: which + t * pass.layout.examples + examples.lowerBound)
                }
            }
        }
        withExtendedLifetime(products) {}
    }

    private func forward(
        _ t: Int, _ examples: Range<Int>, _ projected: [Tensor], _ operands: [PackedOperand],
        which: UnsafePointer<Int32>
    ) {
        let gate = gates.at(t, examples)
        var seen = pass.isZero(before: t) ? nil : hiddens.at(t, examples)
        if let multiplicative {
            seen = multiplicative.forward(
                t, examples, state: seen, operands[1], projected: projected[1], which: which)
        }
        if let seen { BLAS.multiply(seen, operands[0], into: gate) }
        nj_lstm_forward(
            examples.count, hidden, gate.pointer, projected[0].pointer, which,
            previousCells(t, examples), cells.at(t, examples).pointer,
            squashed.at(t, examples).pointer, hiddens.at(t + 1, examples).pointer)
        pass.keepFirst(t, examples, in: hiddens.at(t + 1, examples))
        pass.keepFirst(t, examples, in: cells.at(t, examples))
    }

    /// The cell states before step t; `nil` when they are zero and the gates have no product.
    private func previousCells(
        _ t: Int, _ examples: Range<Int>
    ) -> UnsafeMutablePointer<Float>? {
        if t > 0 { return cells.at(t - 1, examples).pointer }
        // Both states begin with the same values.
        return hasFirstProduct ? hiddens.at(0, examples).pointer : nil
    }

    /// Whether the gates of the first step, too, have a product with what they see of the state.
    private var hasFirstProduct: Bool { multiplicative != nil || !pass.isZero(before: 0) }

    func lastState() throws(TensorError) -> Tensor {
        switch pass.emits {
        case .hidden: try hiddens.row(pass.layout.steps)
        case .cell: try cells.row(pass.layout.steps - 1)
        }
    }

    func states() throws(TensorError) -> Tensor {
        switch pass.emits {
        case .hidden: try hiddens.values.rows(1..<pass.layout.steps + 1)
        case .cell: try cells.values.rows(0..<pass.layout.steps)
        }
    }

    /// Puts the gradients before activation of all gates into the place of the gates.
    ///
    /// - Returns: the gradient of the first state, shape `[B, H]`.
    private func backward(
        _ upstream: StepBuffer, _ gateMap: BackwardMap, _ multiplicative: MultiplicativeBackward?
    ) throws(TensorError) -> Tensor {
        let shape = [pass.layout.examples, hidden]
        let stateGradient = try Tensor(repeating: 0, shape: shape)
        let cellGradient = try Tensor(repeating: 0, shape: shape)
        let last = pass.layout.steps - 1
        pass.forEachBlock { block, examples in
            let dh = Matrix(stateGradient).rows(examples)
            let dc = Matrix(cellGradient).rows(examples)
            _ = receive(upstream.at(last, examples), dh, dc)
            for t in stride(from: last, through: 0, by: -1) {
                let gate = gates.at(t, examples)
                let held = pass.takeUnbegun(t, examples, from: [dh, dc])
                nj_lstm_backward(
                    examples.count, hidden, gate.pointer, previousCells(t, examples),
                    squashed.at(t, examples).pointer, dh.pointer, dc.pointer)
                var (delta, map) = (gate, gateMap)
                if let multiplicative {
                    delta = multiplicative.step(
                        t, examples, gates: gate, through: gateMap, of: block, isFirst: t == last)
                    map = multiplicative.map
                }
                guard !pass.isZero(before: t) else { break }
                map.collect(hiddens.at(t, examples), delta, of: block, isFirst: t == last)
                var hasBegun = false
                if t > 0, upstream.keepsSteps {
                    hasBegun = receive(upstream.at(t - 1, examples), dh, dc)
                }
                map.inputGradient(delta, into: dh, adds: hasBegun)
                held.forEach { $0.putBack() }
            }
            // Both states began with the same values.
            nj_axpy(examples.count * hidden, 1, dc.pointer, dh.pointer)
        }
        withExtendedLifetime((upstream, cellGradient)) {}
        return stateGradient
    }

    /// Takes the gradient of a step's emitted state, and says whether that of h was begun with it.
    private func receive(_ emitted: Matrix, _ dh: Matrix, _ dc: Matrix) -> Bool {
        let count = emitted.rows * emitted.columns
        switch pass.emits {
        case .hidden: dh.pointer.update(from: emitted.pointer, count: count)
        case .cell: nj_axpy(count, 1, emitted.pointer, dc.pointer)
        }
        return pass.emits == .hidden
    }

    func deliverFactors(
        _ upstream: StepBuffer, _ inputs: FactorInput, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor] {
        let layout = pass.layout
        let through = try multiplicativeBackward(sink)
        let first = try backward(
            upstream, BackwardMap(weights.hiddenWeight, pass, sink), through)
        let deltas = try gates.rows(layout.steps)
        let states = try hiddens.rows(layout.steps)
        let seen = try through?.inputsOfGates() ?? states
        try sink.take(.linear(weights.inputWeight, inputs: inputs, deltas: deltas, layout))
        try sink.take(.linear(weights.hiddenWeight, inputs: .rows(seen), deltas: deltas, layout))
        try sink.take(.direct(weights.inputBias, deltas: deltas, layout))
        try sink.take(.direct(weights.hiddenBias, deltas: deltas, layout))
        try through?.deliverFactors(inputs, states, sink)
        try pass.deliverInitial(first, sink)
        return try inputDeltas(through)
    }

    func deliverHiddenSums(
        _ upstream: StepBuffer, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor] {
        let through = try multiplicativeBackward(sink)
        let gateMap = try BackwardMap(weights.hiddenWeight, pass, sink)
        let first = try backward(upstream, gateMap, through)
        if through != nil || pass.hasStates { try gateMap.deliver(to: sink) }
        try through?.deliverSums(pass, sink)
        try pass.deliverInitial(first, sink)
        return try inputDeltas(through)
    }

    private func multiplicativeBackward(
        _ sink: any GradientSink
    ) throws(TensorError) -> MultiplicativeBackward? {
        try multiplicative.map { state throws(TensorError) in
            try MultiplicativeBackward(state, pass, sink)
        }
    }

    /// The gradients of the results of the input maps.
    private func inputDeltas(
        _ multiplicative: MultiplicativeBackward?
    ) throws(TensorError) -> [Tensor] {
        let gates = try gates.rows(pass.layout.steps)
        guard let multiplicative else { return [gates] }
        return [gates, try multiplicative.inputDeltas()]
    }
}
