// Training, as users call it.

import NightjarData
import NightjarModels
import NightjarRuntime

/// Hears of each epoch when it is complete, and tells whether to go on.
public typealias EpochHook = (EpochRecord) throws -> Bool

/// Trains a model in place.
///
/// Each step lowers the mean of weight·loss over the targets of a batch, without those of weight 0,
/// where each example has one and each sequence one for every item. Equal models, examples, options and
/// machines give the same bytes in every parameter and every checkpoint, also when a run was
/// stopped or killed and resumed, even in the middle of an epoch.
///
/// - Parameters:
///   - model: the model, changed from the first step on.
///   - examples: what to learn from, with their weights.
///   - options: how.
///   - recorder: writes the epochs into a recorded run.
///   - progress: receives reports at most five times a second.
///   - onEpoch: called after each epoch, when its checkpoints are written; `false` ends training
///     there, and so does an error, which is passed on.
/// - Returns: the record of the run; one that the user stopped is marked ``TrainingRun/Stop/interrupted``.
/// - Throws: ``TrainingError``, ``CheckpointError``, ``RunStoreError``, `TensorError`, or `FileError`. A
///   folder that cannot be written to is found before the first step.
public func fit(
    _ model: any NextItemModel, on examples: some TrainingSet, _ options: FitOptions = FitOptions(),
    recorder: RunRecorder? = nil, progress: ProgressHandler? = nil, onEpoch: EpochHook? = nil
) throws -> TrainingRun {
    try options.check(examples, model)
    let loop = try TrainingLoop(
        model, examples, options, progress, recorder: recorder, onEpoch: onEpoch)
    try loop.begin()
    return try loop.run()
}

extension FitOptions {
    /// Refuses options that make no sense for these examples and this model.
    func check(_ train: some TrainingSet, _ model: any NextItemModel) throws(TrainingError) {
        func require(
            _ condition: Bool, _ name: String, _ value: Any, _ allowed: String
        ) throws(TrainingError) {
            guard condition else { throw .badOption(name, "\(value)", allowed: allowed) }
        }
        try require(
            (1...1_000_000).contains(epochs), "epochs", epochs, "a number from 1 to 1000000")
        try require(
            (1...1 << 24).contains(batchSize), "batch size", batchSize,
            "a number from 1 to \(1 << 24)")
        try require(
            learningRate >= 0 && learningRate.isFinite, "learning rate", learningRate,
            "a finite number from 0")
        if let clipNorm {
            try require(
                clipNorm > 0 && clipNorm.isFinite, "clip norm", clipNorm, "a number above 0")
        }
        if let patience { try require(patience >= 1, "patience", patience, "a number from 1") }
        if case .every(let step)? = checkpoints?.epochs {
            try require(step >= 1, "checkpoint every", step, "a number of epochs from 1")
        }
        if case .only(let wanted)? = checkpoints?.epochs {
            let bad = wanted.filter { !(0...epochs).contains($0) }.min()
            if let bad {
                try require(
                    false, "checkpoint epoch", bad,
                    "epochs from 0, the model before training, to \(epochs)")
            }
        }
        if let validation {
            try require(!validation.metrics.isEmpty, "validation metrics", "none", "at least one")
            guard validation.examples.count > 0 else { throw .noExamples("validation") }
        } else if patience != nil {
            throw .needsValidation(option: "early stopping")
        }
        guard train.count > 0 else { throw .noExamples("training") }
        try model.requireFit(for: train)
        if let weights = train.weights, !weights.contains(where: { $0 > 0 }) { throw .noWeight }
        // The epochs' limit and the number of examples, which fits 32 bits, keep this from overflow.
        let batches = (train.count - 1) / batchSize + 1
        try schedule.check(totalSteps: epochs * batches)
    }
}
