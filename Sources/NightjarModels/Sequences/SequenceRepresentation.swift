// What a sequence model knows of a user before and after each item.

import NightjarTensor

/// Makes states of users from the items that they met: the part in which sequence models differ.
///
/// A state is a row of D numbers, as long as the embedding of an item, and a score is the item's bias
/// plus the inner product of both; the state of a mixture is 2m such rows, one after the other.
protocol SequenceRepresentation {
    /// Parameters besides the item embeddings, in an order that never changes.
    var parameters: [Parameter] { get }

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

    /// The states after the last item, shape `[B, D]`.
    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable
}
