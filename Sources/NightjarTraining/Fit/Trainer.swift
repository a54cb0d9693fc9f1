// Training step by step, with moments to come back to.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// A model and its optimiser between two steps of training.
///
/// A step on the batch that ``fit(_:on:_:recorder:progress:onEpoch:)`` would take gives the bytes that
/// it would give, and going back to a ``Mark`` and repeating a step gives the same bytes again.
public final class Trainer {
    /// The model, changed by every step.
    public let model: any NextItemModel
    /// The examples whose batches ``step()`` takes in turn.
    public let examples: any TrainingSet
    /// How steps are made.
    public let options: FitOptions
    /// Steps done since training began, also before the checkpoint that it goes on from.
    public private(set) var stepCount = 0

    private let optimiser: Optimiser
    private let stepper: TrainingStep
    private let batchCount: Int
    private var order: (epoch: Int, examples: [Int])?

    /// Prepares to train a model; `options.start` may name a checkpoint to go on from.
    ///
    /// - Throws: ``TrainingError``, ``CheckpointError``, `TensorError`.
    public init(
        _ model: any NextItemModel, on examples: some TrainingSet, _ options: FitOptions
    ) throws {
        try options.check(examples, model)
        self.model = model
        self.examples = examples
        self.options = options
        optimiser = try Optimiser(options.rule, for: model.parameters)
        stepper = TrainingStep(model, optimiser, options)
        batchCount = (examples.count - 1) / options.batchSize + 1
        guard case .checkpoint(let path) = options.start else { return }
        let checkpoint = try Checkpoint(path: path)
        let record = checkpoint.record
        let recipe = TrainingRecipe(options)
        guard record.recipe.rule == recipe.rule else {
            throw TrainingError.otherOption(
                "update rule", file: path, saved: "\(record.recipe.rule)", given: "\(recipe.rule)")
        }
        stepCount = record.epoch * batchCount + record.batch
        try checkpoint.restore(model)
        try checkpoint.restore(optimiser, stepCount: stepCount)
    }

    /// Does the step that a run would do next.
    ///
    /// - Returns: the mean loss of the batch before the step.
    /// - Throws: ``TrainingError``, `Interrupted`, and what the model throws; nothing has changed then.
    public func step() throws -> Double {
        let epoch = stepCount / batchCount
        if order?.epoch != epoch {
            order = (epoch, options.order(of: epoch, count: examples.count))
        }
        let first = stepCount % batchCount * options.batchSize
        let all = order?.examples ?? []
        return try step(all[first..<min(first + options.batchSize, all.count)], of: examples)
    }

    /// Does a step on all of `batch`, whatever a run would take next.
    ///
    /// - Returns: the mean loss of the batch before the step.
    /// - Throws: ``TrainingError``, `Interrupted`, and what the model throws; nothing has changed then.
    public func step(on batch: some TrainingSet) throws -> Double {
        guard batch.count > 0 else { throw TrainingError.noExamples("batch") }
        try model.requireFit(for: batch)
        return try step(0..<batch.count, of: batch)
    }

    private func step(
        _ chosen: some RandomAccessCollection<Int>, of examples: some TrainingSet
    ) throws -> Double {
        let (epoch, number) = stepCount.quotientAndRemainder(dividingBy: batchCount)
        // Behind its end a schedule stays where it ended.
        let total = options.epochs * batchCount
        let share = options.schedule.share(
            step: min(stepCount, total), of: total, epoch: epoch, reductions: 0)
        var losses = LossSum()
        do {
            try stepper(
                chosen, of: examples, epoch: epoch, number: number,
                learningRate: options.learningRate * share, adding: &losses)
        } catch let divergence as TrainingStep.Divergence {
            throw TrainingError.diverged(
                epoch: epoch + 1, batch: number + 1, what: divergence.what, checkpoint: nil)
        }
        stepCount += 1
        return losses.mean
    }

    // MARK: - Marks

    /// A moment of training in memory: values, the optimiser's state, and the number of steps.
    public struct Mark: Sendable {
        let values: [Tensor]
        let state: [String: Tensor]
        /// Steps that had been done.
        public let stepCount: Int
        /// Bytes of the copies.
        public var bytes: Int {
            (values + state.values).reduce(0) { $0 + $1.storageBytes }
        }
    }

    /// Copies everything that later steps change.
    ///
    /// - Throws: `TensorError/outOfMemory(bytes:)`.
    public func mark() throws(TensorError) -> Mark {
        var values: [Tensor] = []
        for parameter in model.parameters { values.append(try parameter.value.copy()) }
        var state: [String: Tensor] = [:]
        for (name, tensor) in optimiser.state { state[name] = try tensor.copy() }
        return Mark(values: values, state: state, stepCount: stepCount)
    }

    /// Goes back, or forward, to a moment of this trainer or of one of an equal model and rule.
    ///
    /// - Throws: `TensorError` when the mark is of another architecture or rule; nothing has changed
    ///   then.
    public func restore(_ mark: Mark) throws(TensorError) {
        let own = model.parameters.map(\.value.shape)
        let isSame =
            own == mark.values.map(\.shape)
            && optimiser.state.mapValues(\.shape) == mark.state.mapValues(\.shape)
        guard isSame else {
            throw .badValue(
                operation: "restore",
                "the mark is of another model or optimiser. Make one with mark() of this trainer.")
        }
        for (parameter, value) in zip(model.parameters, mark.values) {
            try parameter.value.assign(value)
        }
        try optimiser.restore(stepCount: mark.stepCount, state: mark.state)
        stepCount = mark.stepCount
    }
}

extension Trainer: CustomStringConvertible {
    /// One line, such as `Trainer of lstm after 12 steps: adam, lr 0.001`.
    public var description: String {
        "Trainer of \(model.configuration.kind) after \(stepCount) step\(stepCount == 1 ? "" : "s"):"
            + " \(options.rule.name), lr \(options.learningRate)"
    }
}
