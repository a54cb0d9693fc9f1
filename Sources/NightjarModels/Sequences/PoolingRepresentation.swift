// The mean of what a user met.

import NightjarTensor

/// The sum of the embeddings before a step, divided by one more than their number.
///
/// Source: Spotlight, `PoolNet`.
struct PoolingRepresentation: SequenceRepresentation {
    var parameters: [Parameter] { [] }

    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.runningMeans(items, ids: ids, layout: layout)
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try tape.runningMeans(items, ids: ids, layout: layout, wantsAllSteps: false)
    }
}
