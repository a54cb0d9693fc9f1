// Random projections that keep dot products of gradients.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Which random projection gradients are given.
///
/// A projection is linear, φ(z) = P·∇ℓ(z), with E[φ(z)·φ(z′)] = ∇ℓ(z)·∇ℓ(z′) over the choice of P.
/// With d numbers the standard error of a dot product is at most ‖∇ℓ(z)‖·‖∇ℓ(z′)‖ times √(2/d) when
/// dense, and 2/√d when sparse, so scores much smaller than the product of the lengths cannot be told
/// from 0.
///
/// Source: W. Johnson and J. Lindenstrauss, *Extensions of Lipschitz mappings into a Hilbert space*,
/// 1984; the kinds name theirs.
public struct GradientProjection: Sendable, Equatable, Codable {
    /// How the random matrix is made.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// One ±1 in each column (``SparseProjection``): the cheapest, and nearly as exact as the dense.
        case sparse
        /// Independent ±1/√d everywhere (``DenseProjection``): the reference, and slow.
        case dense
        /// A⊗B for each weight matrix (``KroneckerProjection``): cheap, and far less exact for gradients
        /// of low rank, as those of single steps are: their error falls as d^(−1/4).
        case kronecker
    }

    /// How the random matrix is made.
    public var kind: Kind
    /// Numbers d of a projected gradient.
    public var dimension: Int
    /// Seed of the random matrix.
    public var seed: UInt64

    /// Creates a description of a projection.
    public init(kind: Kind = .sparse, dimension: Int = 2048, seed: UInt64 = 1) {
        self.kind = kind
        self.dimension = dimension
        self.seed = seed
    }

    /// The projection of a checkpoint by its place: independent of those of the others, as in TRAK, so
    /// that the errors of several checkpoints average out.
    func ofCheckpoint(_ index: Int) -> GradientProjection {
        guard index > 0 else { return self }
        var stream = RandomStream(seed: seed, "projection of checkpoint \(index)")
        var own = self
        own.seed = stream.next()
        return own
    }

    /// The most numbers of a projected gradient.
    public static let dimensions = 1...1 << 20

    /// The projection for a model's parameters; parameters are told apart by their names.
    ///
    /// - Throws: ``InfluenceError/badOption(_:_:)`` for a dimension out of range, or `TensorError`.
    func projector(for parameters: [Parameter]) throws -> any GradientProjector {
        guard Self.dimensions.contains(dimension) else {
            throw InfluenceError.badOption(
                "dimension \(dimension)", "choose a number from 1 to \(1 << 20)")
        }
        return switch kind {
        case .sparse: try SparseProjection(self, parameters)
        case .dense: DenseProjection(self)
        case .kronecker: try KroneckerProjection(self, parameters)
        }
    }
}

extension GradientProjection: CustomStringConvertible {
    /// As users write it.
    public var description: String {
        "projection = \(kind.rawValue), dimension = \(dimension), seed = \(seed)"
    }
}

/// A random projection for the parameters of one model.
protocol GradientProjector: Sendable {
    /// Adds the projected gradients of a use to `features`, shape `[examples, dimension]`.
    func add(_ use: ParameterUse, to features: Tensor) throws(TensorError)
}

extension TileSource {
    /// The projected gradient and the loss of each example of a tile.
    func features(
        _ tile: Range<Int>, of model: any NextItemModel, _ parameters: [Parameter],
        _ projector: any GradientProjector, dimension: Int
    ) throws -> (features: Tensor, losses: [Float]) {
        let (uses, losses) = try uses(tile, of: model, parameters)
        let features = try Tensor(repeating: 0, shape: [tile.count, dimension])
        for use in uses { try projector.add(use, to: features) }
        return (features, losses)
    }
}
