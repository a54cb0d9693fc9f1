// Everything that decides how a model is trained.

import NightjarData
import NightjarMetrics

/// How ``fit(_:on:_:recorder:progress:)`` trains.
///
///     var options = FitOptions(epochs: 20, batchSize: 256)
///     options.validation = Validation(examples)
///     options.checkpoints = CheckpointPlan(folder: "runs/demo", epochs: .every(5))
public struct FitOptions: Sendable {
    /// Passes over the examples.
    public var epochs: Int
    /// Examples that are averaged for one step; the last batch of an epoch may be smaller.
    public var batchSize: Int
    /// How parameters follow gradients.
    public var rule: UpdateRule
    /// Base learning rate; the schedule gives the share of it that a step uses.
    public var learningRate: Double
    /// How the learning rate changes.
    public var schedule: LearningRateSchedule
    /// Norm to which longer gradients, over all parameters, are cut; `nil` for no clipping.
    public var clipNorm: Double?
    /// Whether examples come in a new random order each epoch.
    public var shuffles: Bool
    /// Seed of the order of examples.
    public var seed: UInt64
    /// What is measured after each epoch; `nil` for the training loss alone.
    public var validation: Validation?
    /// Epochs in a row without a better watched figure after which training stops; `nil` for never.
    public var patience: Int?
    /// Whether the model gets the values of its best epoch when training ends.
    public var restoresBest: Bool
    /// What is saved while training; `nil` for nothing.
    public var checkpoints: CheckpointPlan?
    /// Where training begins.
    public var start: Start

    /// Where training begins.
    public enum Start: Sendable, Equatable {
        /// With the model as it is.
        case fresh
        /// With the newest checkpoint in the folder of the plan; with the model as it is when the
        /// folder has none.
        case newest
        /// With the checkpoint at this path.
        case checkpoint(String)
    }

    /// Creates options.
    public init(
        epochs: Int = 10, batchSize: Int = 256, rule: UpdateRule = .adam(),
        learningRate: Double = 1e-3, schedule: LearningRateSchedule = .constant,
        clipNorm: Double? = nil, shuffles: Bool = true, seed: UInt64 = 1,
        validation: Validation? = nil, patience: Int? = nil, restoresBest: Bool = false,
        checkpoints: CheckpointPlan? = nil, start: Start = .fresh
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.rule = rule
        self.learningRate = learningRate
        self.schedule = schedule
        self.clipNorm = clipNorm
        self.shuffles = shuffles
        self.seed = seed
        self.validation = validation
        self.patience = patience
        self.restoresBest = restoresBest
        self.checkpoints = checkpoints
        self.start = start
    }
}

/// What is measured after each epoch.
public struct Validation: Sendable {
    /// The examples; never those that results are reported on.
    public var examples: Examples
    /// The metrics; the first one is watched by early stopping, plateaus and "best".
    public var metrics: [any RankingMetric]
    /// How targets are ranked.
    public var ranking: RankingOptions

    /// Creates a validation by MRR against all items unless said otherwise.
    public init(
        _ examples: Examples, metrics: [any RankingMetric] = [ReciprocalRank()],
        ranking: RankingOptions = RankingOptions()
    ) {
        self.examples = examples
        self.metrics = metrics
        self.ranking = ranking
    }
}

/// What is saved while a model trains.
public struct CheckpointPlan: Sendable, Equatable {
    /// Which epochs leave a file of their own, `epoch-0005.safetensors`.
    public enum Epochs: Sendable, Equatable {
        /// None.
        case none
        /// Every n-th.
        case every(Int)
        /// These, counted from 1; 0 is the model before training.
        case only(Set<Int>)

        /// Whether the state after `epoch` epochs is saved.
        func contains(_ epoch: Int) -> Bool {
            switch self {
            case .none: false
            case .every(let step): epoch > 0 && step > 0 && epoch.isMultiple(of: step)
            case .only(let epochs): epochs.contains(epoch)
            }
        }
    }

    /// Where files go; made when it does not exist.
    public var folder: String
    /// Which epochs leave a file of their own.
    public var epochs: Epochs
    /// Whether `best.safetensors` is kept: the epoch with the best watched figure.
    public var keepsBest: Bool
    /// Whether `last.safetensors` is kept: the newest epoch, to resume from.
    ///
    /// An interrupted run leaves it in any case.
    public var keepsLast: Bool
    /// Whether checkpoints of an earlier run in the folder are deleted before a fresh start.
    public var overwrites: Bool

    /// Creates a plan.
    public init(
        folder: String, epochs: Epochs = .none, keepsBest: Bool = false, keepsLast: Bool = true,
        overwrites: Bool = false
    ) {
        self.folder = folder
        self.epochs = epochs
        self.keepsBest = keepsBest
        self.keepsLast = keepsLast
        self.overwrites = overwrites
    }
}
