// One pass of a recurrent layer over a batch: what it is given, and how it is cut into blocks.

import CKernels
import NightjarRuntime

/// Which state of an LSTM its layer gives.
public enum EmittedState: Sendable {
    /// The hidden state h, between -1 and 1.
    case hidden
    /// The cell state c, which has no bounds.
    case cell
}

/// How a recurrent layer goes through a batch.
struct RecurrentPass {
    let layout: RowLayout
    /// The state that every example begins with, shape `[H]`; zero when there is none.
    let initial: Parameter?
    /// The step with which each example begins; `nil` when all begin with step 0.
    ///
    /// Steps before it, those of padding, are left out: the state stays the first one.
    let begins: [Int32]?
    let emits: EmittedState
    /// Whether every step is kept: for a backward pass, or because all states are wanted.
    let keepsHistory: Bool

    /// A buffer for all steps, or for the last `kept` of them without history.
    func buffer(
        steps: Int? = nil, keeping kept: Int = 1, width: Int
    ) throws(TensorError) -> StepBuffer {
        try StepBuffer(
            steps: keepsHistory ? steps ?? layout.steps : kept, examples: layout.examples,
            width: width)
    }

    /// A buffer for the states before the first step and after each, with the first filled in.
    func states(width: Int) throws(TensorError) -> StepBuffer {
        let states = try buffer(steps: layout.steps + 1, keeping: 2, width: width)
        let first = try states.row(0)
        if let initial {
            for example in 0..<layout.examples {
                (first.pointer + example * width).update(from: initial.value.pointer, count: width)
            }
        } else {
            first.fill(0)
        }
        return states
    }

    /// Whether every state before step t is zero, so that products with it need not be computed.
    func isZero(before t: Int) -> Bool { t == 0 && initial == nil }

    /// Whether any step begins with a state that is not zero.
    var hasStates: Bool { layout.steps > 1 || !isZero(before: 0) }

    /// The examples of a block, counted from its first, that have not begun when step t is over.
    private func waiting(_ t: Int, _ examples: Range<Int>) -> [Int] {
        guard let begins else { return [] }
        return examples.filter { begins[$0] > t }.map { $0 - examples.lowerBound }
    }

    /// Puts the first state back where step t has changed it although an example had not begun.
    func keepFirst(_ t: Int, _ examples: Range<Int>, in states: Matrix) {
        let width = states.columns
        for row in waiting(t, examples) {
            let state = states.pointer + row * width
            if let initial {
                state.update(from: initial.value.pointer, count: width)
            } else {
                state.update(repeating: 0, count: width)
            }
        }
    }

    /// Takes the gradients of the states after step t of those examples that had not begun: they
    /// are not the step's, but those of the states before it.
    func takeUnbegun(_ t: Int, _ examples: Range<Int>, from gradients: [Matrix]) -> [HeldGradient] {
        waiting(t, examples).flatMap { row in
            gradients.map { matrix in
                let place = matrix.pointer + row * matrix.columns
                defer { place.update(repeating: 0, count: matrix.columns) }
                return HeldGradient(
                    values: Array(UnsafeBufferPointer(start: place, count: matrix.columns)),
                    place: place)
            }
        }
    }

    /// Delivers the gradient of the learned first state, shape `[B, H]`.
    func deliverInitial(
        _ gradient: Tensor, _ sink: any GradientSink
    ) throws(TensorError) {
        guard let initial, sink.wants(initial) else { return }
        let layout = RowLayout(examples: layout.examples, steps: 1, isTimeMajor: false)
        try sink.take(.direct(initial, deltas: gradient, layout))
    }

    /// Blocks of 128 to 256 examples: few enough that a product's weights are packed seldom, small
    /// enough that a step's operands stay in the second-level cache.
    ///
    /// Examples are independent, so a block of them goes through all steps on one thread: threads
    /// meet once a pass, not once a step. Block sizes depend on the batch alone.
    var blockCount: Int {
        let blocks = layout.examples < 512 ? (layout.examples + 64) / 128 : layout.examples / 256
        return max(1, min(64, blocks))
    }

    /// Calls `body` with each block and its examples, on several threads.
    func forEachBlock(_ body: (_ block: Int, _ examples: Range<Int>) -> Void) {
        Workers.run(blockCount) {
            body($0, Slices.range($0, of: blockCount, over: layout.examples))
        }
    }
}

/// A row of a gradient that passes by a step.
struct HeldGradient {
    fileprivate let values: [Float]
    fileprivate let place: UnsafeMutablePointer<Float>

    /// Adds it where it was taken from.
    func putBack() { nj_axpy(values.count, 1, values, place) }
}

/// Products of the inputs, of which each is computed once however often it occurs in a batch.
struct InputProducts {
    /// One for each input map of the layer, shape `[n, out]`.
    let tables: [Tensor]
    /// Their row for each row t·B + b of the batch.
    let which: [Int32]
}

/// The steps of a recurrent layer: run forward when created, backward when asked.
protocol Recurrence: AnyObject {
    /// The state after each step, shape `[T, B, H]`; only with history.
    func states() throws(TensorError) -> Tensor

    /// The state after the last step, shape `[B, H]`.
    func lastState() throws(TensorError) -> Tensor

    /// Delivers the uses of all parameters of the layer, with `inputs` as the rows that the input
    /// maps were applied to.
    ///
    /// `upstream` has the gradients of all states, or of the last alone. A backward pass can be asked
    /// for once, because gradients take the place of what they were computed from.
    ///
    /// - Returns: the gradient of each input map's result, shape `[T·B, out]`.
    func deliverFactors(
        _ upstream: StepBuffer, _ inputs: FactorInput, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor]

    /// Delivers the summed gradients of the parameters that the input maps do not have, and gives
    /// the gradient of each input map's result.
    func deliverHiddenSums(
        _ upstream: StepBuffer, _ sink: any GradientSink
    ) throws(TensorError) -> [Tensor]
}
