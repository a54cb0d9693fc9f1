// Checkpoint files as the moments that influence looks at.

import NightjarModels
import NightjarTraining

extension Snapshot {
    /// The moment that a checkpoint file holds, with the learning rate of its last step.
    ///
    /// - Throws: ``CheckpointError`` when the file is damaged or no checkpoint.
    public init(checkpoint path: String, registry: ModelRegistry = .builtIn) throws {
        let checkpoint = try Checkpoint(path: path)
        self.init(
            name: path, learningRate: checkpoint.record.learningRate,
            stepScale: { try checkpoint.stepScale(of: $0) },
            load: { try Checkpoint(path: path).model(registry) })
    }
}
