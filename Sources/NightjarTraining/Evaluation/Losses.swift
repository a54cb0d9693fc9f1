// What a model loses on each example.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// The loss of a model on each example, in nats, not weighted.
///
/// The loss of an example is the sum over the items that the model predicts of it: one, or those of
/// a sequence. It is what attribution takes gradients of: nothing is dropped out, and sampled
/// candidates are the same for equal examples.
///
/// - Parameters:
///   - model: the model.
///   - examples: what to predict.
///   - batchSize: examples that go through the model together.
///   - progress: receives reports at most five times a second.
/// - Returns: one loss for each example; 0 where the model predicts nothing.
/// - Throws: ``TrainingError``, what the model throws, and `Interrupted`.
public func losses(
    of model: any NextItemModel, on examples: some TrainingSet, batchSize: Int = 512,
    progress: ProgressHandler? = nil
) throws -> [Float] {
    guard examples.count > 0 else { throw TrainingError.noExamples("evaluation") }
    guard batchSize >= 1 else {
        throw TrainingError.badOption(
            "evaluation batch size", "\(batchSize)", allowed: "a number from 1")
    }
    try model.requireFit(for: examples)
    let meter = ProgressMeter(progress)
    var losses: [Float] = []
    losses.reserveCapacity(examples.count)
    while losses.count < examples.count {
        try Interruption.check()
        let numbers = losses.count..<min(losses.count + batchSize, examples.count)
        let loss = try model.loss(
            examples.batch(numbers), scales: [Float](repeating: 1, count: numbers.count), on: Tape()
        )
        losses += loss.perExample.values
        meter.count(
            Double(numbers.count), of: Double(examples.count), "ex", task: "losses")
    }
    return losses
}

extension NextItemModel {
    /// Refuses examples of another kind or with other items than the model was built for.
    ///
    /// - Throws: ``TrainingError/needsExamples(kind:)``,
    ///   ``TrainingError/tooManyItems(data:model:)``.
    public func requireFit(for examples: some TrainingSet) throws(TrainingError) {
        guard tasks.contains(examples.task) else {
            throw .needsExamples(kind: configuration.kind)
        }
        guard examples.log.itemCount < classCount else {
            throw .tooManyItems(data: examples.log.itemCount, model: classCount - 1)
        }
    }
}
