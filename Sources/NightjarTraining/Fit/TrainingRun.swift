// What training leaves behind besides the model.

/// One epoch of training.
public struct EpochRecord: Sendable, Equatable, Codable {
    /// A metric and its mean over the validation examples.
    public struct Figure: Sendable, Equatable, Codable {
        /// The metric's name, such as `MRR`.
        public let name: String
        /// The mean.
        public let value: Double
    }

    /// Number of the epoch, from 1.
    public let epoch: Int
    /// Σ weight·loss / Σ weight over the epoch, in nats, each batch before its step.
    public let loss: Double
    /// The validation metrics in the order asked for.
    public let validation: [Figure]
    /// Learning rate of the last step.
    public let learningRate: Double
    /// Seconds that the training took, without validation; `nil` for an epoch that was not trained,
    /// or not wholly, in this process.
    public var seconds: Double?
    /// Training examples a second; `nil` as for ``seconds``.
    public var examplesPerSecond: Double?

    /// Times differ between equal runs, so files leave them out.
    private enum CodingKeys: CodingKey {
        case epoch, loss, validation, learningRate
    }
}

/// The record of a training run.
public struct TrainingRun: Sendable {
    /// Why training ended.
    public enum Stop: String, Sendable {
        /// All epochs were done.
        case finished
        /// The watched figure did not get better for as long as was asked, or the caller had enough.
        case early
        /// The user asked to stop; the model is as the last complete batch left it.
        case interrupted
    }

    /// The complete epochs, in order, also those before a resume.
    public let epochs: [EpochRecord]
    /// Why training ended.
    public let stop: Stop
    /// Number of the epoch with the best watched figure; `nil` before the first is complete.
    public let bestEpoch: Int?
    /// Paths of the checkpoints of single epochs, in order, also those before a resume.
    public let checkpoints: [String]
    /// Path of the newest checkpoint, to resume from; `nil` when none was written.
    public let newestCheckpoint: String?
    /// The choices that training followed.
    public let recipe: TrainingRecipe
    /// The training data.
    public let data: DataIdentity
}

extension TrainingRun: CustomStringConvertible {
    /// One line, such as `TrainingRun finished: 20 epochs, loss 5.871, MRR 0.0612 (best epoch 17)`.
    public var description: String {
        var words = "TrainingRun \(stop.rawValue): \(epochs.count) epochs"
        if let last = epochs.last {
            words += ", loss \(Self.short(last.loss))"
            for figure in last.validation {
                words += ", \(figure.name) \(Self.short(figure.value))"
            }
        }
        if let bestEpoch { words += " (best epoch \(bestEpoch))" }
        return words
    }

    /// Four digits after the point.
    private static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
        let scaled = Int((abs(value) * 10_000).rounded())
        let digits = String(scaled % 10_000)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        return "\(value < 0 ? "-" : "")\(scaled / 10_000).\(zeros)\(digits)"
    }
}
