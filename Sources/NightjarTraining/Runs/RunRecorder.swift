// Training, written into a recorded run while it goes on.

import NightjarModels

/// Writes what ``fit(_:on:_:recorder:progress:)`` does into a run: the model's options and the
/// recipe as parameters, the digests of the data, and the figures of each epoch at its number.
///
/// A store that cannot be written to does not end a training of hours: the figures are kept in memory
/// for the next attempt, and `notice` hears of it once.
public final class RunRecorder {
    private let run: Run
    private let modelSeed: UInt64?
    private let notice: (String) -> Void
    private var hasFailed = false

    /// Creates a recorder.
    ///
    /// - Parameters:
    ///   - run: where everything goes.
    ///   - modelSeed: the seed of the model's initial values, where it is known.
    ///   - notice: takes a line for the user when figures could not be written.
    public init(
        _ run: Run, modelSeed: UInt64? = nil, notice: @escaping (String) -> Void = { _ in }
    ) {
        self.run = run
        self.modelSeed = modelSeed
        self.notice = notice
    }

    /// Records what is known before the first step.
    ///
    /// - Throws: ``RunStoreError`` when the store cannot be written to, or when the run has already
    ///   recorded a training with other choices.
    func begin(
        _ model: ModelConfiguration, _ options: FitOptions, data: DataIdentity,
        validation: DataIdentity?
    ) throws {
        let seed = modelSeed.map { [(key: "model.seed", value: "\($0)")] } ?? []
        try run.add(parameters: model.runParameters + seed + options.runParameters)
        try run.use(data, for: "training")
        if let validation { try run.use(validation, for: "validation") }
    }

    /// Records epochs that were trained before a resume, those that the run does not have yet.
    ///
    /// - Throws: ``RunStoreError``.
    func replay(_ history: [EpochRecord]) throws {
        let known = Set(try run.history(of: Self.loss).map(\.step))
        for epoch in history where !known.contains(epoch.epoch) { record(epoch) }
    }

    private static let loss = "loss"

    /// Records an epoch.
    func record(_ epoch: EpochRecord) {
        var figures = [Self.loss: epoch.loss, "lr": epoch.learningRate]
        for figure in epoch.validation {
            figures["valid.\(figure.name.lowercased())"] = figure.value
        }
        if let seconds = epoch.seconds { figures["seconds"] = seconds }
        do {
            try run.log(figures, step: epoch.epoch)
        } catch {
            if !hasFailed { notice("the run's figures were not written: \(error)") }
            hasFailed = true
        }
    }
}

extension ModelConfiguration {
    /// The options as parameters of a run, `model.` in front.
    var runParameters: [(key: String, value: String)] {
        let options =
            sizes.map { ($0, "\($1)") } + switches.map { ($0, "\($1)") }
            + (numbers ?? [:]).map { ($0, "\($1)") } + (words ?? [:]).map { ($0, $1) }
        return [(key: "model", value: kind)]
            + options.sorted { $0.0 < $1.0 }.map { (key: "model.\($0.0)", value: $0.1) }
    }
}

extension FitOptions {
    /// The options that decide the result as parameters of a run, `fit.` in front and otherwise named
    /// as in Lua.
    var runParameters: [(key: String, value: String)] {
        var list: [(key: String, value: String)] = [
            ("epochs", "\(epochs)"), ("batch", "\(batchSize)"), ("lr", "\(learningRate)"),
            ("optimizer", rule.name), ("schedule", "\(schedule)"), ("shuffle", "\(shuffles)"),
            ("seed", "\(seed)"), ("restore_best", "\(restoresBest)"),
        ]
        list += rule.constants.map { ($0.name, "\($0.value)") }
        if let clipNorm { list.append(("clip", "\(clipNorm)")) }
        if let patience { list.append(("patience", "\(patience)")) }
        return list.map { (key: "fit.\($0.key)", value: $0.value) }
    }
}

extension UpdateRule {
    /// The constants by their names in Lua.
    fileprivate var constants: [(name: String, value: Float)] {
        switch self {
        case .sgd(let momentum, let l2): [("momentum", momentum), ("weight_decay", l2)]
        case .adam(let beta1, let beta2, let epsilon, let decay),
            .adamW(let beta1, let beta2, let epsilon, let decay):
            [
                ("beta1", beta1), ("beta2", beta2), ("epsilon", epsilon), ("weight_decay", decay),
            ]
        case .adagrad(let epsilon, let l2): [("epsilon", epsilon), ("weight_decay", l2)]
        }
    }
}
