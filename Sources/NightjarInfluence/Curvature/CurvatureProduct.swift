// Products of curvature with vectors, for methods that never see the matrix.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Multiplies vectors with a curvature matrix B, the mean over training examples.
protocol CurvatureProduct: AnyObject {
    /// The moment whose curvature it is.
    var checkpoint: String { get }
    /// What B is, and how exact its products were.
    var notes: [String] { get }

    /// B·v for several vectors in one pass over all examples.
    ///
    /// - Throws: ``TensorError``, ``Interrupted``.
    func apply(_ vectors: [DenseVector]) throws -> [DenseVector]

    /// The same with the mean over a few examples, by number; labels are those of `draw`.
    ///
    /// - Throws: as ``apply(_:)``.
    func apply(_ vectors: [DenseVector], to batch: [Int], draw: String) throws -> [DenseVector]
}

/// B = E[ggᵀ]: a directional derivative gᵀv of each example, then the sum of gradients that these
/// weigh, from the factors of one backward pass.
final class FisherProduct: CurvatureProduct {
    private let gradients: FisherGradients
    private let space: GradientSpace

    init(_ gradients: FisherGradients, _ space: GradientSpace) {
        self.gradients = gradients
        self.space = space
    }

    var checkpoint: String { gradients.moment.snapshot.name }
    var notes: [String] { [gradients.note] }

    func apply(_ vectors: [DenseVector]) throws -> [DenseVector] {
        try sums(vectors, share: 1 / Float(gradients.count)) { body in
            let size = gradients.tileSize(bytes: space.writtenBytes)
            try gradients.forEachTile(of: size, body: body)
        }
    }

    func apply(
        _ vectors: [DenseVector], to batch: [Int], draw: String
    ) throws -> [DenseVector] {
        let examples = gradients.source.choosing(batch)
        let share = 1 / Float(max(1, batch.count * gradients.draws))
        return try sums(vectors, share: share) { body in
            for number in 0..<gradients.draws {
                try Interruption.check()
                try body(
                    gradients.factors(
                        of: examples, 0..<batch.count, draw: "\(draw) label \(number)"))
            }
        }
    }

    private func sums(
        _ vectors: [DenseVector], share: Float,
        _ forEach: ((ExampleFactors) throws -> Void) throws -> Void
    ) throws -> [DenseVector] {
        let scorers = try vectors.map { try space.scorer($0.vector) }
        let sums = vectors.map { _ in GradientSum(gradients.moment.parameters) }
        try forEach { factors in
            for (scorer, sum) in zip(scorers, sums) {
                try factors.add(weights: scorer.scores(factors).map { $0 * share }, to: sum)
            }
        }
        return try sums.map { try DenseVector(space.vector($0), in: space) }
    }
}
