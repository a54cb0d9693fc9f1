// The loss of each example, as training sees it.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// The loss of each example in nats, unweighted: what training would lower, without dropout.
///
/// A sequence has the mean over the items that the model predicts of it.
///
/// - Parameters:
///   - model: the model.
///   - examples: what it is asked about.
///   - progress: receives reports at most five times a second.
/// - Returns: shape `[examples]`.
/// - Throws: ``TrainingError``, `TensorError`, and `Interrupted` when the user asks to stop.
public func losses(
    of model: any NextItemModel, on examples: some TrainingSet, progress: ProgressHandler? = nil
) throws -> Tensor {
    guard examples.count > 0 else { throw TrainingError.noExamples("loss") }
    guard model.tasks.contains(examples.task) else {
        throw TrainingError.needsExamples(kind: model.configuration.kind)
    }
    guard examples.log.itemCount < model.classCount else {
        throw TrainingError.tooManyItems(data: examples.log.itemCount, model: model.classCount - 1)
    }
    let tileSize = 256
    let result = try Tensor(uninitialized: [examples.count])
    let meter = ProgressMeter(progress)
    for first in stride(from: 0, to: examples.count, by: tileSize) {
        try Interruption.check()
        let tile = first..<min(first + tileSize, examples.count)
        let batch = try examples.batch(tile)
        let found = try model.loss(
            batch, scales: [Float](repeating: 1, count: tile.count), on: Tape())
        let terms = model.termCounts(of: batch, noise: nil)
        found.perExample.withUnsafeValues { values in
            result.withUnsafeValues { losses in
                for (place, example) in tile.enumerated() {
                    losses[example] = values[place] / Float(max(1, terms[place]))
                }
            }
        }
        meter.count(Double(tile.count), of: Double(examples.count), "ex", task: "losses")
    }
    return result
}
