// What must be the same for a resumed run to give the bytes of an uninterrupted one.

import NightjarData
import NightjarMetrics

/// The choices that decide the values of a trained model, besides the data.
public struct TrainingRecipe: Sendable, Equatable, Codable {
    /// Seed of the order of examples.
    public let seed: UInt64
    /// Whether examples are shuffled.
    public let shuffles: Bool
    /// Examples of one step.
    public let batchSize: Int
    /// The update rule and its constants.
    public let rule: UpdateRule
    /// Base learning rate.
    public let learningRate: Double
    /// How the learning rate changes.
    public let schedule: LearningRateSchedule
    /// Number of epochs where the schedule depends on it, else `nil`: such a run can be prolonged.
    public let epochs: Int?
    /// Norm to which gradients are cut.
    public let clipNorm: Double?
    /// The figure that is watched: `loss`, or the name of a validation metric.
    public let watched: String
    /// The candidates of the watched metric where they are not the usual ones, else `nil`.
    public let candidates: String?
    /// Whether the best values are kept along.
    public let restoresBest: Bool

    init(_ options: FitOptions) {
        seed = options.seed
        shuffles = options.shuffles
        batchSize = options.batchSize
        rule = options.rule
        learningRate = options.learningRate
        schedule = options.schedule
        epochs = options.schedule.dependsOnLength ? options.epochs : nil
        clipNorm = options.clipNorm
        watched = options.validation?.metrics.first?.description ?? "loss"
        let asked = options.validation?.ranking.candidates
        candidates = asked == CandidateSet() ? nil : asked?.description
        restoresBest = options.restoresBest
    }

    /// The first choice in which `given` differs, in words; `nil` for equal recipes.
    func difference(
        from given: TrainingRecipe
    ) -> (name: String, saved: String, given: String)? {
        func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }
        let fields: [(String, (TrainingRecipe) -> String)] = [
            ("seed", { text($0.seed) }), ("shuffle", { text($0.shuffles) }),
            ("batch size", { text($0.batchSize) }), ("update rule", { text($0.rule) }),
            ("learning rate", { text($0.learningRate) }), ("schedule", { text($0.schedule) }),
            ("epochs", { text($0.epochs) }), ("clip norm", { text($0.clipNorm) }),
            ("watched figure", { $0.watched }), ("candidates", { text($0.candidates) }),
            ("restoring the best", { text($0.restoresBest) }),
        ]
        for (name, field) in fields where field(self) != field(given) {
            return (name, field(self), field(given))
        }
        return nil
    }
}

/// Which data a run used.
public struct DataIdentity: Sendable, Equatable, Codable {
    /// Name of the data set and the side, such as `ml-100k train`.
    public let name: String
    /// Number of examples.
    public let examples: Int
    /// Digest of the log that they are cut from.
    public let logDigest: String
    /// Digest of the examples, with their weights.
    public let digest: String

    init(_ data: some TrainingSet) {
        name = data.log.name + (data.role.map { " \($0.rawValue)" } ?? "")
        examples = data.count
        logDigest = data.log.digest
        digest = data.digest
    }
}

extension DataIdentity: CustomStringConvertible {
    /// Name, size and the beginning of the digest, such as `ml-100k train, 90404 examples, 3f2a91c0`.
    public var description: String { "\(name), \(examples) examples, \(digest.prefix(8))" }
}
