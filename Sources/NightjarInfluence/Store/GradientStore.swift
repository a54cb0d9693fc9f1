// Projected gradients on disk: computed once, asked many times.

import NightjarData
import NightjarRuntime
import NightjarTensor

/// A folder of projected gradients of one training set at some checkpoints.
///
///     store.json                            what they were computed from
///     checkpoint-0001/shard-00001.safetensors
///
/// Each shard is written whole or not at all and carries its SHA-256 and the digest of what it was
/// computed from; opening a store checks every shard and computes those that are missing or damaged,
/// so a build that was stopped or killed goes on. A store of other examples, checkpoints, parameters or
/// projections is refused. Shards are mapped while they are read, so what the system still has of them
/// in memory is not copied, and a store may be larger than memory.
public final class GradientStore: GradientFeatures {
    /// How numbers are kept.
    public enum Precision: String, Codable, Sendable, CaseIterable {
        /// As they are computed.
        case float32
        /// Rounded to 8 bits, which adds an error far below that of a projection.
        case bfloat16
    }

    /// Where it is.
    public let folder: String
    /// What the gradients were computed from.
    public let recipe: FeatureRecipe
    /// How numbers are kept.
    public let precision: Precision
    /// Shards that opening the store computed, because they were missing.
    public let built: Int
    /// Shards that opening the store computed anew, because they were damaged.
    public let mended: Int
    private let shards: [[GradientShard]]

    /// Opens the store in a folder and computes what it lacks.
    ///
    /// - Parameters:
    ///   - folder: made when it does not exist.
    ///   - recipe: of what.
    ///   - trainDigest: digest of the training examples.
    ///   - precision: how numbers are kept.
    ///   - progress: receives reports at most five times a second.
    /// - Throws: ``GradientStoreError``, `Interrupted` when stopped, with what is complete on disk, or
    ///   what computing gradients and writing files throws.
    public init(
        folder: String, _ recipe: FeatureRecipe, trainDigest: String,
        precision: Precision = .bfloat16, progress: ProgressHandler? = nil
    ) throws {
        self.folder = folder
        self.recipe = recipe
        self.precision = precision
        let moments = try recipe.snapshots.indices.map { index in
            try GradientStoreManifest.Moment(
                name: recipe.snapshots[index].name, digest: recipe.moment(index).digest,
                learningRate: recipe.snapshots[index].learningRate)
        }
        let manifest = GradientStoreManifest(
            version: 2, examples: recipe.train.count, train: trainDigest,
            parameters: "\(recipe.selection)", projection: recipe.projection,
            precision: precision, shard: recipe.block, moments: moments)
        if let found = try GradientStoreManifest(folder: folder) {
            try found.check(against: manifest, folder: folder)
        } else {
            try Self.requireEmpty(folder)
            try Folders.make(folder)
            try manifest.write(to: folder)
        }
        let pieces = recipe.train.tiles(of: recipe.block)
        shards = recipe.snapshots.indices.map { checkpoint in
            let digest = manifest.digest(of: checkpoint)
            return pieces.enumerated().map { number, rows in
                GradientShard(
                    path: "\(folder)/\(Self.name("checkpoint", checkpoint, 4))"
                        + "/\(Self.name("shard", number, 5)).safetensors",
                    rows: rows, dimension: recipe.projection.dimension, precision: precision,
                    recipe: digest)
            }
        }
        (built, mended) = try Self.complete(shards, recipe, progress)
    }

    private static func name(_ kind: String, _ index: Int, _ digits: Int) -> String {
        let number = String(index + 1)
        return "\(kind)-" + String(repeating: "0", count: max(0, digits - number.count)) + number
    }

    /// Refuses a folder that has files of something else.
    private static func requireEmpty(_ folder: String) throws(GradientStoreError) {
        // A manifest that was being written when its process was killed is no file of others.
        guard Paths.names(in: folder).allSatisfy({ $0.hasPrefix(".") }) else {
            throw .notAStore(folder: folder)
        }
    }

    /// Computes the shards that are missing or damaged.
    private static func complete(
        _ shards: [[GradientShard]], _ recipe: FeatureRecipe, _ progress: ProgressHandler?
    ) throws -> (built: Int, mended: Int) {
        let states = try shards.map { try GradientShard.states(of: $0) }
        let lacking = zip(shards, states).map { list, states in
            zip(list, states).filter { $1 != .whole }.map(\.0)
        }
        let work = lacking.joined().reduce(0) { $0 + $1.rows.count }
        let meter = ProgressMeter(progress)
        for (checkpoint, list) in lacking.enumerated() where !list.isEmpty {
            let moment = try recipe.moment(checkpoint)
            let task = "store checkpoint \(checkpoint + 1)/\(shards.count)"
            for shard in list {
                let found = try moment.features(of: recipe.train, shard.rows) {
                    meter.count(Double($0), of: Double(work), "ex", task: task)
                }
                try shard.write(found.features, losses: found.losses)
            }
        }
        let all = states.joined()
        return (all.count { $0 == .missing }, all.count { $0 == .damaged })
    }

    /// Bytes of all shards.
    public var bytes: Int {
        let size = precision == .float32 ? 4 : 2
        let example = recipe.projection.dimension * size + 4
        return recipe.snapshots.count * recipe.train.count * example
    }

    /// Projected gradients of examples that are all in one shard, as tiles of the recipe's block are.
    ///
    /// - Throws: ``GradientStoreError/changed(file:)``, or what reading the file throws.
    public func rows(_ range: Range<Int>, at checkpoint: Int) throws -> Tensor {
        try shards[checkpoint][range.lowerBound / recipe.block].features(range)
    }

    /// The loss of each example at a checkpoint.
    ///
    /// - Throws: as ``rows(_:at:)``.
    public func losses(at checkpoint: Int) throws -> [Float] {
        try shards[checkpoint].flatMap { try $0.losses() }
    }
}
