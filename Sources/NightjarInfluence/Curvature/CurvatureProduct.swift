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

/// B = ∇²L, the Hessian of the mean loss, by central differences of exact gradients.
///
///     D(ε) = [∇L(w + εv) − ∇L(w − εv)] / 2ε,  Bv ≈ (4·D(ε/2) − D(ε)) / 3
///
/// The second form (Richardson's) has an error of order ε⁴. Single precision bounds how small ε may
/// be, so the first product tries several and keeps the one for which D(ε/2) and the result differ
/// least; the largest such difference of all products is reported.
final class HessianProduct: CurvatureProduct {
    private let moment: Moment
    private let source: TileSource
    private let space: GradientSpace
    /// Length of ε·v; `nil` before the first product.
    private var step: Double?
    private var worst = 0.0

    /// Lengths of a step that are tried.
    private static let steps = [0.3, 0.1, 0.03, 0.01]

    init(_ moment: Moment, _ source: TileSource, _ space: GradientSpace) {
        self.moment = moment
        self.source = source
        self.space = space
    }

    var checkpoint: String { moment.snapshot.name }
    var notes: [String] {
        let error = NumberText.powers(worst, digits: 1)
        return ["Hessian by differences of gradients, relative error of a product at most \(error)"]
    }

    func apply(_ vectors: [DenseVector]) throws -> [DenseVector] {
        try vectors.map { try product($0, source) }
    }

    func apply(
        _ vectors: [DenseVector], to batch: [Int], draw: String
    ) throws -> [DenseVector] {
        let examples = source.choosing(batch)
        return try vectors.map { try product($0, examples) }
    }

    private func product(_ vector: DenseVector, _ examples: TileSource) throws -> DenseVector {
        let length = vector.length
        guard length > 0 else { return try vector.copy() }
        var best: (product: DenseVector, error: Double, step: Double)?
        for step in step.map({ [$0] }) ?? Self.steps {
            let coarse = try difference(vector, step / length, examples)
            let fine = try difference(vector, step / length / 2, examples)
            // (4·fine − coarse) / 3 = fine + (fine − coarse) / 3.
            let correction = try fine.copy()
            correction.add(coarse, times: -1)
            correction.multiply(by: 1.0 / 3)
            fine.add(correction, times: 1)
            let size = fine.length
            let error = size > 0 ? correction.length / size : 0
            if error < best?.error ?? .infinity { best = (fine, error, step) }
        }
        guard let best else {
            throw InfluenceError.notFinite(
                checkpoint: moment.snapshot.name, of: "the mean loss near the checkpoint")
        }
        step = best.step
        worst = max(worst, best.error)
        return best.product
    }

    /// D(ε) for one vector.
    private func difference(
        _ vector: DenseVector, _ epsilon: Double, _ examples: TileSource
    ) throws -> DenseVector {
        let tensors = try space.tensors(vector.vector)
        let ahead = try gradient(examples, moved: tensors, by: epsilon)
        ahead.add(try gradient(examples, moved: tensors, by: -epsilon), times: -1)
        ahead.multiply(by: 1 / (2 * epsilon))
        return ahead
    }

    /// ∇L with the parameters moved; they are put back, whatever happens.
    private func gradient(
        _ examples: TileSource, moved tensors: [ObjectIdentifier: Tensor], by epsilon: Double
    ) throws -> DenseVector {
        let before = try moment.parameters.map { try $0.value.copy() }
        defer {
            for (parameter, value) in zip(moment.parameters, before) {
                parameter.value.withUnsafeValues { own in
                    value.withUnsafeValues { _ = own.update(fromContentsOf: $0) }
                }
            }
        }
        for parameter in moment.parameters {
            guard let direction = tensors[ObjectIdentifier(parameter)] else { continue }
            parameter.value.addScaled(direction, Float(epsilon))
        }
        let sum = try examples.gradientSum(
            of: moment.model, moment.parameters, weights: { _ in 1 / Float(examples.count) },
            tile: GradientScoring.pairTileSize
        ) { _ in try Interruption.check() }
        return try DenseVector(space.vector(sum), in: space)
    }
}
