// What decides the projected gradients of a training set.

import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor
import NightjarTraining

/// Everything that decides projected gradients: examples, checkpoints, parameters, projection.
public struct FeatureRecipe: Sendable {
    /// The examples.
    public let train: TileSource
    /// Moments of training, in their order.
    public let snapshots: [Snapshot]
    /// Parameters whose gradients count.
    public let selection: ParameterSelection
    /// The random projection of the first checkpoint; others have their own, drawn from its seed.
    public let projection: GradientProjection

    /// Describes projected gradients.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        train: TileSource, snapshots: [Snapshot], selection: ParameterSelection = .all,
        projection: GradientProjection = GradientProjection()
    ) throws(InfluenceError) {
        guard !snapshots.isEmpty else { throw .noCheckpoints }
        guard train.count > 0 else { throw .empty("training examples") }
        self.train = train
        self.snapshots = snapshots
        self.selection = selection
        self.projection = projection
    }

    /// As users write it.
    var settings: [String] { ["parameters = \(selection)", "\(projection)"] }

    /// Examples that go through the model together.
    static let tile = 256

    /// Examples whose features are kept and read together: a multiple of ``tile`` whose numbers take
    /// 32 MiB, where that many fit, and at most 4,096.
    var block: Int {
        let fitting = (32 << 20) / 4 / max(1, projection.dimension) / Self.tile * Self.tile
        return min(4096, max(Self.tile, fitting))
    }

    /// What computes projected gradients at a checkpoint.
    func moment(_ checkpoint: Int) throws -> FeatureMoment {
        try FeatureMoment(snapshots[checkpoint], selection, projection.ofCheckpoint(checkpoint))
    }
}

/// A checkpoint with its projection, which computes projected gradients of any examples.
struct FeatureMoment {
    private let model: any NextItemModel
    private let parameters: [Parameter]
    private let projector: any GradientProjector
    private let snapshot: Snapshot
    private let dimension: Int

    init(
        _ snapshot: Snapshot, _ selection: ParameterSelection, _ projection: GradientProjection
    ) throws {
        self.snapshot = snapshot
        model = try snapshot.model()
        parameters = try selection.parameters(of: model)
        projector = try projection.projector(for: parameters)
        dimension = projection.dimension
    }

    /// Projected gradients of some examples, shape `[examples, dimension]`, and their losses.
    ///
    /// Tiles begin at multiples of the same number, so that a range that begins at one has the same
    /// bytes whichever others were computed before.
    ///
    /// - Throws: ``InfluenceError/notFinite(checkpoint:of:)``, `Interrupted`, `TensorError`.
    func features(
        of examples: TileSource, _ range: Range<Int>, named name: String = "example",
        afterEach: (Int) -> Void = { _ in }
    ) throws -> (features: Tensor, losses: [Float]) {
        let features = try Tensor(uninitialized: [range.count, dimension])
        var losses: [Float] = []
        for first in stride(from: range.lowerBound, to: range.upperBound, by: FeatureRecipe.tile) {
            try Interruption.check()
            let tile = first..<min(first + FeatureRecipe.tile, range.upperBound)
            let found = try examples.features(
                tile, of: model, parameters, projector, dimension: dimension)
            guard found.features.isFinite else {
                let place = found.features.values.firstIndex { !$0.isFinite } ?? 0
                let bad = first + place / dimension + 1
                throw InfluenceError.notFinite(checkpoint: snapshot.name, of: "\(name) \(bad)")
            }
            let place = first - range.lowerBound
            try features.rows(place..<place + tile.count).assign(found.features)
            losses += found.losses
            afterEach(tile.count)
        }
        return (features, losses)
    }

    /// Whether the loss of an example is −log of the probability that one softmax gives its target.
    ///
    /// - Throws: what the model's loss throws.
    func isLogLikelihood(of examples: TileSource) throws -> Bool {
        let batch = try examples.batch(0..<1, for: model)
        guard model.termCounts(of: batch, noise: nil) == [1] else { return false }
        return try model.softmaxCount(of: batch) == 1
    }

    /// SHA-256 of what gradients depend on: names, shapes and values of all parameters.
    var digest: String {
        var hash = SHA256()
        for parameter in model.parameters {
            hash.update("\(parameter.name) \(parameter.value.shape)\n")
            parameter.value.withUnsafeValues { hash.update(.init($0)) }
        }
        return hash.hexadecimal
    }
}
