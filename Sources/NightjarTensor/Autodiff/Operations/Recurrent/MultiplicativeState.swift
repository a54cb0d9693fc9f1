// What the gates of a multiplicative LSTM see of the state before.

import CKernels

/// m = p ⊙ q with p = x·W_imᵀ + b_im and q = h·W_hmᵀ + b_hm, at each step.
struct MultiplicativeState {
    let weights: MLSTMWeights
    /// The input's factor p, then its gradient.
    let inputFactors: StepBuffer
    /// The state's factor q, then its gradient.
    let stateFactors: StepBuffer
    /// m of one step: the factors give it again.
    let products: StepBuffer

    init(_ pass: RecurrentPass, _ weights: MLSTMWeights) throws(TensorError) {
        self.weights = weights
        let hidden = weights.hiddenSize
        inputFactors = try pass.buffer(width: hidden)
        stateFactors = try pass.buffer(width: hidden)
        products = try StepBuffer(steps: 1, examples: pass.layout.examples, width: hidden)
    }

    /// m of some examples at step t.
    ///
    /// `state` is h before the step, `nil` when it is zero; `projected` has the products of the inputs
    /// and `which` the row for each example.
    func forward(
        _ t: Int, _ examples: Range<Int>, state: Matrix?, _ operand: PackedOperand,
        projected: Tensor, which: UnsafePointer<Int32>
    ) -> Matrix {
        let (factor, product) = (stateFactors.at(t, examples), products.at(t, examples))
        if let state {
            BLAS.multiply(state, operand, into: factor)
        } else {
            factor.pointer.update(repeating: 0, count: factor.rows * factor.columns)
        }
        nj_multiplicative_forward(
            factor.rows, factor.columns, factor.pointer,
            weights.hiddenMultiplicativeBias.value.pointer, projected.pointer, which,
            inputFactors.at(t, examples).pointer, product.pointer)
        return product
    }
}

/// The multiplicative state in the backward pass.
struct MultiplicativeBackward {
    /// The map of the state to its factor, through which gradients reach the state.
    let map: BackwardMap
    private let state: MultiplicativeState
    private let layout: RowLayout
    /// m of all steps, when uses want it as an input; else of one.
    private let products: StepBuffer

    init(
        _ state: MultiplicativeState, _ pass: RecurrentPass, _ sink: any GradientSink
    ) throws(TensorError) {
        self.state = state
        layout = pass.layout
        map = try BackwardMap(state.weights.hiddenMultiplicative, pass, sink)
        products =
            try sink.keepsFactors ? pass.buffer(width: state.weights.hiddenSize) : state.products
    }

    /// Passes the gradient of a step's gates on to the factors, which their gradients take the place
    /// of, and gives that of the state's factor.
    func step(
        _ t: Int, _ examples: Range<Int>, gates: Matrix, through gateMap: BackwardMap,
        of block: Int, isFirst: Bool
    ) -> Matrix {
        let (product, factor) = (products.at(t, examples), state.stateFactors.at(t, examples))
        gateMap.inputGradient(gates, into: product)
        nj_multiplicative_backward(
            product.rows * product.columns, state.inputFactors.at(t, examples).pointer,
            factor.pointer, product.pointer)
        gateMap.collect(product, gates, of: block, isFirst: isFirst)
        return factor
    }

    /// m of all steps, shape `[T·B, H]`; only for a sink that keeps factors.
    func inputsOfGates() throws(TensorError) -> Tensor { try products.rows(layout.steps) }

    /// The gradients of the input's factor, shape `[T·B, H]`.
    func inputDeltas() throws(TensorError) -> Tensor {
        try state.inputFactors.rows(layout.steps)
    }

    /// Delivers the uses of the parameters; `inputs` and `states` are what they were applied to.
    func deliverFactors(
        _ inputs: FactorInput, _ states: Tensor, _ sink: any GradientSink
    ) throws(TensorError) {
        let weights = state.weights
        let (input, factor) = (try inputDeltas(), try state.stateFactors.rows(layout.steps))
        try sink.take(.linear(weights.inputMultiplicative, inputs: inputs, deltas: input, layout))
        try sink.take(
            .linear(weights.hiddenMultiplicative, inputs: .rows(states), deltas: factor, layout))
        try sink.take(.direct(weights.inputMultiplicativeBias, deltas: input, layout))
        try sink.take(.direct(weights.hiddenMultiplicativeBias, deltas: factor, layout))
    }

    /// Delivers the sums for the parameters of the state's factor.
    func deliverSums(_ pass: RecurrentPass, _ sink: any GradientSink) throws(TensorError) {
        if pass.hasStates { try map.deliver(to: sink) }
        let bias = state.weights.hiddenMultiplicativeBias
        guard sink.wants(bias) else { return }
        try sink.take(.dense(state.stateFactors.rows(layout.steps).columnSums()), of: bias)
    }
}
