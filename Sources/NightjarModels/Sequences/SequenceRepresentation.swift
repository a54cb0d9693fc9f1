// What a sequence model knows of a user before and after each item.

import NightjarTensor

/// A ``SequenceEncoder`` with a state before each item, from which that item is predicted.
protocol SequenceRepresentation: SequenceEncoder {
    /// The states before each item, shape `[T, B, D]`.
    ///
    /// - Parameters:
    ///   - items: the embeddings, shape `[V, D]`; row 0 is padding and zero.
    ///   - ids: shape `[T·B]`, time-major, left-padded with 0.
    ///   - layout: B examples of T steps.
    ///   - tape: where the computation is written down.
    /// - Returns: the states.
    /// - Throws: ``TensorError``.
    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable
}

extension SequenceRepresentation {
    func states(
        _ items: Parameter, of batch: Batch, on tape: Tape
    ) throws(TensorError) -> PlacedStates {
        let layout = RowLayout(examples: batch.examples, steps: batch.steps, isTimeMajor: true)
        return switch batch.task {
        case .everyItem: PlacedStates(values: try states(items, batch.ids, layout, on: tape))
        case .nextItem: PlacedStates(values: try lastState(items, batch.ids, layout, on: tape))
        }
    }
}
