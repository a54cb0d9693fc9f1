// nj.fit and nj.TrainingRun.

import LuaHost
import NightjarData
import NightjarMetrics
import NightjarTraining

/// Declares `nj.fit` and what it gives.
enum FitBinding {
    static let declaration = Class(
        "nj.TrainingRun", of: TrainingRun.self, summary: "The record of a training run.",
        properties: [
            Property("checkpoints", .list(.string), "files of single epochs, in order") {
                (run: TrainingRun) in run.checkpoints
            },
            Property("newest", .string, "the newest checkpoint, to resume from; or nil") {
                (run: TrainingRun) in run.newestCheckpoint
            },
            Property("stop", .string, "finished, early or interrupted") {
                (run: TrainingRun) in run.stop.rawValue
            },
            Property("best_epoch", .integer, "epoch with the best watched figure; or nil") {
                (run: TrainingRun) in run.bestEpoch
            },
            Property(
                "epochs",
                .list(
                    .table([
                        .init("epoch", .integer, "its number"),
                        .init("loss", .number, "mean training loss in nats"),
                        .init("lr", .number, "learning rate of its last step"),
                        .init("seconds", .number, "time of its training; or nil"),
                        .init("valid", .table, "validation metrics by name"),
                    ])), "one entry for each epoch, as on_epoch gets it"
            ) { (run: TrainingRun) in
                LuaList(run.epochs.map { LuaRecord($0) })
            },
        ])

    static let functions = [fit, text]

    private static let checkpointFields: [LuaType.Field] = [
        .init("dir", .string, "folder; made when it does not exist"),
        .init("every", .integer, "epochs between files of their own"),
        .init("epochs", .list(.integer), "or these epochs; 0 is the model before training"),
        .init("best", .boolean, "keep best.safetensors by the watched figure"),
        .init("last", .boolean, "keep last.safetensors to resume from (default true)"),
        .init("overwrite", .boolean, "delete checkpoints of an earlier run in the folder"),
    ]

    /// How parameters follow gradients, as ``Call/recipe()`` reads it.
    static let recipe: [Parameter] = [
        .integer("epochs", default: 10, in: 1...1_000_000, "passes over the examples"),
        .integer("batch", default: 256, in: 1...1 << 24, "examples of one step"),
        .number("lr", default: 1e-3, in: 0.0..., "learning rate"),
        .choice(
            "optimizer", ["adam", "adamw", "sgd", "adagrad"], default: "adam", "update rule"),
        .number("momentum", default: 0, in: 0..<1, "momentum of sgd"),
        .number("beta1", default: 0.9, in: 0..<1, "decay of adam's first moment"),
        .number("beta2", default: 0.999, in: 0..<1, "decay of adam's second moment"),
        .number(
            "epsilon", default: 1e-8, in: .above(0), "added to the denominator of adam, adagrad"
        ),
        .number(
            "weight_decay", default: 0, in: 0.0...,
            "L2 in the gradient; decoupled decay with adamw"),
        .choice(
            "schedule", ["constant", "step", "cosine", "linear", "plateau"],
            default: "constant", "how the learning rate changes"),
        .integer(
            "schedule_every", default: 10, in: 1...,
            "epochs of a step, or of patience on a plateau"),
        .number(
            "schedule_factor", default: 0.1, in: .above(0, to: 1), "factor of step and plateau"),
        .integer("warmup", default: 0, in: 0..., "steps of rising rate with cosine and linear"),
        .number("clip", optional: true, in: .above(0), "norm to which gradients are cut"),
        .boolean("shuffle", default: true, "a new random order of examples each epoch"),
    ]

    /// The seed, and what is measured while training, as ``Call/watchedOptions(historyLength:)``
    /// reads it.
    static let watching: [Parameter] = [
        .integer("seed", default: 1, in: 0..., "seed of the order"),
        .examples(
            "valid", optional: true,
            "examples measured after each epoch, or a part such as parts.valid"),
        .metrics("validation metrics; the first is watched"),
        .choice(
            "mask", CandidateSet.Masking.self, default: .nothing,
            "what validation leaves out of the ranking, as in nj.evaluate"),
        .integer(
            "patience", optional: true, in: 1...,
            "epochs without a better figure before it stops"),
        .boolean("restore_best", default: false, "end with the values of the best epoch"),
    ]

    static let fit = Function(
        "fit", on: "nj",
        summary: "Trains a model in place and gives the record of the run.",
        details: """
            Each step lowers the mean of weight * loss over the targets of a batch, without those of \
            weight 0: one for each example, one for every item of a sequence. Equal seeds give equal bytes in \
            every checkpoint, also after a resume. Ctrl-C stops after the batch and keeps what was done.
            """,
        positional: [
            .object("model", ModelObject.self, "the model"),
            .either(
                "train", [.object(Examples.self), .object(Sequences.self)],
                "examples, or sequences for a sequence model, with their weights"),
        ],
        options: recipe + watching + [
            .function(
                "on_epoch", optional: true,
                "called with the entry of each epoch; when it returns false, training ends"),
            .object(
                "run", RunObject.self, optional: true,
                "a run of nj.runs.start, which then records the model, the recipe, the data and each epoch"
            ),
            .table("checkpoint", checkpointFields, optional: true, "what is saved while training"),
            .either(
                "resume", [.boolean, .string], default: .boolean(false),
                "go on from the newest checkpoint in dir, or from this file"),
        ],
        returns: .object(TrainingRun.self, "the record of the run"),
        example:
            "run = nj.fit(net, train, { epochs = 20, valid = parts.valid, checkpoint = { dir = \"runs/demo\", every = 5 } })"
    ) { call in
        let model = try call.object("model", as: ModelObject.self)
        let train = try call.object("train", as: (any TrainingSet).self)
        let recorder = try call.object(ifGiven: "run", as: RunObject.self).map {
            // Values that were trained before are no longer those of the seed.
            RunRecorder(
                $0.run, modelSeed: model.historyLength == nil ? model.seed : nil,
                notice: call.session.notice)
        }
        let options = try call.fitOptions(historyLength: train.historyLength)
        let hook = try call.function(ifGiven: "on_epoch")
        let onEpoch = hook.map { hook -> EpochHook in
            { epoch in
                // The hook may evaluate the model on a part, whose histories are cut like these.
                model.historyLength = train.historyLength
                return try hook(LuaRecord(epoch)).isNotFalse
            }
        }
        let run = try NightjarTraining.fit(
            model.trained(), on: train, options, recorder: recorder, progress: call.progress,
            onEpoch: onEpoch)
        model.historyLength = train.historyLength
        if run.stop == .interrupted { throw call.interrupted(keeping: run) }
        return run
    }

    static let text = Function(
        "__tostring", on: "nj.TrainingRun", summary: "Sums up the run in one line.",
        returns: .string("one line")
    ) { call in try call.receiver(TrainingRun.self).description }
}

extension TrainingRun: LuaObject {}

extension LuaRecord {
    /// An epoch as scripts see it.
    fileprivate init(_ epoch: EpochRecord) {
        self.init([
            "epoch": epoch.epoch, "loss": epoch.loss, "lr": epoch.learningRate,
            "seconds": epoch.seconds,
            "valid": LuaRecord(
                fields: epoch.validation.map { ($0.name.lowercased(), $0.value) }),
        ])
    }
}

extension LuaValue {
    /// Whether a hook that gave this wants to go on; nothing at all is no objection.
    fileprivate var isNotFalse: Bool { if case .boolean(false) = self { false } else { true } }
}

extension Call {
    /// The options in ``FitBinding/recipe``.
    func recipe() throws -> FitOptions {
        FitOptions(
            epochs: try integer("epochs"), batchSize: try integer("batch"), rule: try updateRule(),
            learningRate: try number("lr"), schedule: try schedule(),
            clipNorm: try number(ifGiven: "clip"), shuffles: try boolean("shuffle"))
    }

    /// The options in ``FitBinding/recipe`` and ``FitBinding/watching``.
    func watchedOptions(historyLength: Int) throws -> FitOptions {
        var options = try recipe()
        options.seed = UInt64(try integer("seed"))
        options.patience = try integer(ifGiven: "patience")
        options.restoresBest = try boolean("restore_best")
        if let examples = try examples(ifGiven: "valid", historyLength: historyLength) {
            let names = try strings("metrics")
            options.validation = try Validation(
                examples,
                metrics: (names.isEmpty ? ["mrr"] : names).map { try Metric.parse($0) },
                ranking: RankingOptions(
                    candidates: CandidateSet(
                        masking: choice("mask", as: CandidateSet.Masking.self))))
        }
        return options
    }

    /// The options of `nj.fit`.
    fileprivate func fitOptions(historyLength: Int) throws -> FitOptions {
        var options = try watchedOptions(historyLength: historyLength)
        options.checkpoints = try checkpointPlan()
        switch try value("resume") {
        case .boolean(true): options.start = .newest
        case .string(let path): options.start = .checkpoint(try checked(path: path.text ?? ""))
        default: break
        }
        return options
    }

    private func updateRule() throws -> UpdateRule {
        let (beta1, beta2) = (Float(try number("beta1")), Float(try number("beta2")))
        let (epsilon, decay) = (Float(try number("epsilon")), Float(try number("weight_decay")))
        switch try string("optimizer") {
        case "sgd": return .sgd(momentum: Float(try number("momentum")), l2: decay)
        case "adamw":
            return .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay)
        case "adagrad": return .adagrad(epsilon: epsilon, l2: decay)
        default: return .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, l2: decay)
        }
    }

    private func schedule() throws -> LearningRateSchedule {
        let (every, factor) = (try integer("schedule_every"), try number("schedule_factor"))
        let warmup = try integer("warmup")
        switch try string("schedule") {
        case "step": return .stepDecay(every: every, factor: factor)
        case "cosine": return .cosine(warmUpSteps: warmup)
        case "linear": return .linear(warmUpSteps: warmup)
        case "plateau": return .reduceOnPlateau(factor: factor, patience: every)
        default: return .constant
        }
    }

    private func checkpointPlan() throws -> CheckpointPlan? {
        guard let table = try table(ifGiven: "checkpoint") else { return nil }
        guard let folder = try table.get("dir").text else {
            throw LuaError("checkpoint needs 'dir', the folder where files go")
        }
        var plan = CheckpointPlan(folder: try checked(path: folder))
        if let step = try table.get("every").int { plan.epochs = .every(step) }
        if case .table(let epochs) = try table.get("epochs") {
            plan.epochs = .only(Set(try epochs.integers()))
        }
        if case .boolean(let best) = try table.get("best") { plan.keepsBest = best }
        if case .boolean(let last) = try table.get("last") { plan.keepsLast = last }
        if case .boolean(let overwrite) = try table.get("overwrite") { plan.overwrites = overwrite }
        return plan
    }
}
