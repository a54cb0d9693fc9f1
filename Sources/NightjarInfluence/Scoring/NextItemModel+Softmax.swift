// Whether a model's loss comes from probabilities of all items.

import NightjarModels
import NightjarRuntime
import NightjarTensor

extension NextItemModel {
    /// How many losses of a batch compare a label with a softmax over all items, found by asking the
    /// model to draw its own labels; 0 for sampled and pairwise losses.
    ///
    /// - Throws: what the model's loss throws.
    func softmaxCount(of batch: Batch) throws -> Int {
        let tape = Tape()
        tape.labelDraws = LabelDraws(RandomStream(seed: 1, "probe"))
        let scales = [Float](repeating: 1, count: batch.examples)
        _ = try loss(batch, scales: scales, on: tape)
        return tape.drawnLosses
    }
}
