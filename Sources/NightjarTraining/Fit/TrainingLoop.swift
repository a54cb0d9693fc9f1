// The loop over epochs and batches, which can begin and end at any batch.

import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// One training run under way.
///
/// Everything that decides what comes next is in the model, the optimiser and the fields that
/// ``record()`` saves; the order of an epoch's examples follows from the seed and its number.
final class TrainingLoop {
    private let model: any NextItemModel
    private let examples: any TrainingSet
    private let options: FitOptions
    private let optimiser: Optimiser
    private let stepper: TrainingStep
    private let recipe: TrainingRecipe
    private let data: DataIdentity
    private let validationData: DataIdentity?
    private let batchCount: Int

    // What a checkpoint saves.
    private var epoch = 0
    private var batch = 0
    private var learningRate = 0.0
    private var losses = LossSum()
    private var history: [EpochRecord] = []
    private var watch = FigureWatch()
    private var best: [Tensor] = []

    private let folder: CheckpointFolder?
    private var newestCheckpoint: String?
    private var clock: EpochClock
    private let meter: ProgressMeter
    private let recorder: RunRecorder?
    private let onEpoch: EpochHook?
    private let checkInterruption: () throws -> Void

    /// Prepares a run; `checkInterruption` is asked before each batch and throws to end the run.
    init(
        _ model: any NextItemModel, _ examples: some TrainingSet, _ options: FitOptions,
        _ progress: ProgressHandler?, recorder: RunRecorder? = nil,
        checkInterruption: @escaping () throws -> Void = { try Interruption.check() },
        onEpoch: EpochHook? = nil
    ) throws {
        self.model = model
        self.examples = examples
        self.options = options
        optimiser = try Optimiser(options.rule, for: model.parameters)
        stepper = TrainingStep(model, optimiser, options)
        recipe = TrainingRecipe(options)
        data = DataIdentity(examples)
        validationData = options.validation.map { DataIdentity($0.examples) }
        batchCount = (examples.count - 1) / options.batchSize + 1
        folder = options.checkpoints.map { CheckpointFolder(path: $0.folder) }
        clock = EpochClock(total: options.epochs * examples.count)
        meter = ProgressMeter(progress)
        self.recorder = recorder
        self.onEpoch = onEpoch
        self.checkInterruption = checkInterruption
        learningRate = nextLearningRate()
    }

    /// Prepares the folder and goes to where the options want to start.
    func begin() throws {
        try folder?.prepare()
        let start: Checkpoint?
        switch options.start {
        case .fresh:
            start = nil
            if let folder, let plan = options.checkpoints {
                if plan.overwrites {
                    try folder.removeCheckpoints()
                } else if let newest = try folder.newest() {
                    throw TrainingError.folderInUse(folder.path, newest: newest.path)
                }
            }
        case .newest:
            guard let folder else { throw TrainingError.nothingToResume }
            start = try folder.newest()
        case .checkpoint(let path):
            start = try Checkpoint(path: path)
        }
        if let start {
            try resume(from: start)
        } else if options.checkpoints?.epochs.contains(0) ?? false, let folder {
            try save(to: folder.file(epoch: 0))
        }
        try recorder?.begin(
            model.configuration, options, data: data, validation: validationData)
        try recorder?.replay(history)
        clock.start(
            at: epoch * examples.count + min(batch * options.batchSize, examples.count))
    }

    /// Trains until all is done, nothing gets better, or the user asks to stop.
    func run() throws -> TrainingRun {
        var stop = TrainingRun.Stop.finished
        do {
            while epoch < options.epochs {
                if let patience = options.patience, watch.epochsSinceBest >= patience {
                    stop = .early
                    break
                }
                try trainEpoch()
                try finishEpoch()
                if let onEpoch, try !onEpoch(history[epoch - 1]), epoch < options.epochs {
                    stop = .early
                    break
                }
            }
        } catch is Interrupted {
            try checkFinite()
            if let folder { try save(to: folder.last) }
            return try summary(.interrupted)
        }
        if options.restoresBest {
            for (parameter, value) in zip(model.parameters, best) {
                try parameter.value.assign(value)
            }
        }
        return try summary(stop)
    }

    // MARK: - Epochs and batches

    private func trainEpoch() throws {
        let order = options.order(of: epoch, count: examples.count)
        clock.startEpoch(isWhole: batch == 0)
        while batch < batchCount {
            try checkInterruption()
            let first = batch * options.batchSize
            let chosen = order[first..<min(first + options.batchSize, order.count)]
            try step(chosen)
            batch += 1
            clock.count(chosen.count)
            report()
        }
        // Some models do not predict every item: SASRec, for one, not the first of a sequence.
        guard losses.weight > 0 else { throw TrainingError.nothingToPredict }
        clock.endEpoch()
    }

    private func step(_ chosen: ArraySlice<Int>) throws {
        let rate = nextLearningRate()
        do {
            try stepper(
                chosen, of: examples, epoch: epoch, number: batch, learningRate: rate,
                adding: &losses)
        } catch let divergence as TrainingStep.Divergence {
            throw diverged(divergence.what)
        }
        learningRate = rate
    }

    private func nextLearningRate() -> Double {
        let share = options.schedule.share(
            step: epoch * batchCount + batch, of: options.epochs * batchCount, epoch: epoch,
            reductions: watch.reductions)
        return options.learningRate * share
    }

    /// Measures, remembers and saves a complete epoch.
    private func finishEpoch() throws {
        try checkFinite()
        var figures: [EpochRecord.Figure] = []
        if let validation = options.validation {
            let report = try evaluate(
                model, on: validation.examples, validation.metrics, ranking: validation.ranking)
            figures = report.rows.map { EpochRecord.Figure(name: $0.name, value: $0.mean) }
        }
        history.append(
            EpochRecord(
                epoch: epoch + 1, loss: losses.mean, validation: figures,
                learningRate: learningRate, seconds: clock.seconds,
                examplesPerSecond: clock.seconds.map { Double(examples.count) / $0 }))
        if let record = history.last { recorder?.record(record) }
        epoch += 1
        batch = 0
        losses = LossSum()
        var plateauPatience: Int?
        if case .reduceOnPlateau(_, let patience, _) = options.schedule {
            plateauPatience = patience
        }
        watch.see(
            figures.first?.value ?? history[epoch - 1].loss, epoch: epoch,
            higherIsBetter: options.validation?.metrics.first?.higherIsBetter ?? false,
            plateauPatience: plateauPatience)
        if options.restoresBest, watch.bestEpoch == epoch {
            best = try model.parameters.map { try $0.value.copy() }
        }
        try saveEpoch()
    }

    /// Refuses to go on, and to save anything, with values that are not finite.
    private func checkFinite() throws {
        for parameter in model.parameters where !parameter.value.isFinite {
            throw diverged("a value of '\(parameter.name)'")
        }
    }

    /// The error for the batch at hand, or for the last one when the epoch is complete.
    private func diverged(_ what: String) -> TrainingError {
        .diverged(
            epoch: epoch + 1, batch: min(batch + 1, batchCount), what: what,
            checkpoint: newestCheckpoint)
    }

    private func report() {
        meter.report { _ in
            var figures = [("loss", losses.mean)]
            if let last = history.last?.validation.first {
                figures.append(("valid \(last.name)", last.value))
            }
            return ProgressReport(
                task: "epoch \(epoch + 1)/\(options.epochs)", done: Double(clock.done),
                total: Double(clock.total), unit: "ex", rate: clock.rate,
                figures: figures.map { (name: $0.0, value: $0.1) },
                secondsLeft: clock.secondsLeft)
        }
    }

    // MARK: - Checkpoints

    private func saveEpoch() throws {
        guard let folder, let plan = options.checkpoints else { return }
        if plan.keepsBest, watch.bestEpoch == epoch { try save(to: folder.best) }
        if plan.epochs.contains(epoch) { try save(to: folder.file(epoch: epoch)) }
        if plan.keepsLast { try save(to: folder.last) }
    }

    private func save(to path: String) throws {
        let isAtBest = watch.bestEpoch == epoch && batch == 0
        try Checkpoint.write(
            record(), model, optimiser, best: isAtBest || best.isEmpty ? nil : best, to: path)
        newestCheckpoint = path
    }

    private func record() -> CheckpointRecord {
        CheckpointRecord(
            format: CheckpointRecord.currentFormat, nightjar: Version.current, machine: .current,
            model: model.configuration, recipe: recipe, data: data, validation: validationData,
            historyLength: examples.historyLength, epoch: epoch, batch: batch,
            learningRate: learningRate, history: history,
            losses: losses, watch: watch)
    }

    private func resume(from checkpoint: Checkpoint) throws {
        let record = checkpoint.record
        if let difference = record.recipe.difference(from: recipe) {
            throw TrainingError.otherOption(
                difference.name, file: checkpoint.path, saved: difference.saved,
                given: difference.given)
        }
        for (saved, given) in [(record.data, data), (record.validation, validationData)]
        where saved != given {
            throw CheckpointError.otherData(
                file: checkpoint.path, saved: saved?.description ?? "none",
                given: given?.description ?? "none")
        }
        guard record.epoch <= options.epochs else {
            throw TrainingError.pastEnd(
                file: checkpoint.path, epoch: record.epoch, epochs: options.epochs)
        }
        guard record.batch <= batchCount, record.batch == 0 || record.epoch < options.epochs else {
            throw CheckpointError.badRecord(
                file: checkpoint.path, problem: "it has more batches than an epoch has")
        }
        try checkpoint.restore(model)
        try checkpoint.restore(
            optimiser, stepCount: record.epoch * batchCount + record.batch)
        if options.restoresBest, record.watch.bestEpoch != nil {
            best = try checkpoint.bestValues(of: model)
        }
        (epoch, batch) = (record.epoch, record.batch)
        (learningRate, losses) = (record.learningRate, record.losses)
        (history, watch) = (record.history, record.watch)
        newestCheckpoint = checkpoint.path
    }

    private func summary(_ stop: TrainingRun.Stop) throws -> TrainingRun {
        let files = try folder.map { folder in
            try folder.epochs().filter { $0 <= epoch }.map(folder.file(epoch:))
        }
        return TrainingRun(
            epochs: history, stop: stop, bestEpoch: watch.bestEpoch, checkpoints: files ?? [],
            newestCheckpoint: newestCheckpoint, recipe: recipe, data: data)
    }
}
