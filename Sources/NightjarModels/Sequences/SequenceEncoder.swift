// What every way of making states of users gives a sequence model.

import NightjarRuntime
import NightjarTensor

/// Makes states of users, and says which items are predicted from them.
///
/// A state is a row of D numbers, as long as the embedding of an item, and a score is the item's bias
/// plus the inner product of both; the state of a mixture is 2m such rows, one after the other.
protocol SequenceEncoder {
    /// Parameters besides the item embeddings, in an order that never changes.
    var parameters: [Parameter] { get }

    /// What a batch is to predict, position t·B + b; 0 where nothing is predicted.
    ///
    /// What is chosen at random depends on an example's own items and on the noise: neither padding
    /// nor the other examples of a batch change it.
    func targets(of batch: Batch, noise: RandomStream?) -> [Int32]

    /// The states that the targets of a batch are predicted from.
    ///
    /// All of them in order for a tape that keeps factors, which tell examples apart by their places;
    /// for others those of targets that are not 0 are enough.
    ///
    /// - Throws: ``TensorError``.
    func states(
        _ items: Parameter, of batch: Batch, on tape: Tape
    ) throws(TensorError) -> PlacedStates

    /// The states after the last item, shape `[B, D]`.
    ///
    /// - Parameters:
    ///   - items: the embeddings, shape `[V, D]`; row 0 is padding and zero.
    ///   - ids: shape `[T·B]`, time-major, left-padded with 0.
    ///   - layout: B examples of T steps.
    ///   - tape: where the computation is written down.
    /// - Returns: the states.
    /// - Throws: ``TensorError``.
    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable
}

extension SequenceEncoder {
    /// Every target of the batch.
    func targets(of batch: Batch, noise: RandomStream?) -> [Int32] { batch.targets }
}

/// States of users at places of a batch.
struct PlacedStates {
    /// A row of D numbers for each place.
    let values: Variable
    /// Places t·B + b of the batch's targets; `nil` for all of them in order.
    var places: [Int32]?
}

extension PlacedStates {
    /// The rows of a loss: states with something to predict, and their places.
    ///
    /// A row without a target costs as much as one with; so they are left out, except where factors
    /// are kept and a row's place tells whose it is.
    func predicting(
        _ targets: [Int32], on tape: Tape
    ) throws(TensorError) -> (states: Variable, places: [Int]) {
        let rows = try tape.reshape(values, [values.value.rowCount, values.value.columnCount])
        let places = self.places.map { $0.map(Int.init) } ?? Array(targets.indices)
        let chosen = places.indices.filter { targets[places[$0]] > 0 }
        guard chosen.count < places.count, tape.sink?.keepsFactors != true else {
            return (rows, places)
        }
        return (try tape.rows(rows, chosen.map(Int32.init)), chosen.map { places[$0] })
    }
}
