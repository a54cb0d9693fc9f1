// How large curvature is, by which its damping and the scale of a series are chosen.

import NightjarRuntime

/// Sizes of the eigenvalues of a curvature matrix that is never written down.
enum CurvatureScale {
    /// The mean eigenvalue of B = E[ggᵀ]: its trace E‖g‖² over the number of parameters.
    ///
    /// - Throws: `TensorError`, `Interrupted`.
    static func meanEigenvalue(
        _ gradients: FisherGradients, in space: GradientSpace, count: (Int) -> Void
    ) throws -> Double {
        var trace = 0.0
        try gradients.forEachTile(of: gradients.tileSize(bytes: 0), count: count) { factors in
            trace += try SelfScorer.scores(factors).reduce(0) { $0 + Double($1) }
        }
        return trace / Double(max(1, gradients.count)) / Double(max(1, space.dimension))
    }

    private static let batches = 4
    private static let steps = 8

    /// The largest eigenvalue of the curvature of some random batches, by the power method.
    ///
    /// - Throws: what the product throws.
    static func largestEigenvalue(
        _ product: any CurvatureProduct, in space: GradientSpace, batch size: Int, of examples: Int,
        seed: UInt64
    ) throws -> Double {
        let root = RandomStream(seed: seed, "largest eigenvalue")
        var largest = 0.0
        for number in 0..<batches {
            let name = "batch \(number)"
            var stream = root.split(name)
            let chosen = (0..<size).map { _ in stream.below(examples) }
            var vector = try DenseVector(normal: &stream, in: space)
            for _ in 0..<steps {
                let length = vector.length
                guard length > 0, length.isFinite else { break }
                vector.multiply(by: 1 / length)
                vector = try product.apply([vector], to: chosen, draw: name)[0]
            }
            largest = max(largest, vector.length)
        }
        return largest
    }
}
