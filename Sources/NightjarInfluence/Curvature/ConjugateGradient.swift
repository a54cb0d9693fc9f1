// Linear equations with curvature, by conjugate gradients.

import NightjarRuntime

/// Solves (B + λI)x = b for several right-hand sides, whose products with B share their passes.
///
/// Source: M. Hestenes and E. Stiefel, *Methods of conjugate gradients for solving linear systems*,
/// 1952; for influence P. Koh and P. Liang, *Understanding black-box predictions via influence
/// functions*, ICML 2017.
struct ConjugateGradient {
    /// λ.
    let damping: Double
    /// ‖b − (B + λI)x‖ / ‖b‖ at which a solution is good enough; single precision has no less than
    /// ``precision``.
    let tolerance: Double
    /// The most products.
    let iterations: Int

    private static let precision = 1e-7

    /// One equation on its way.
    private struct Equation {
        let solution: DenseVector
        let residual: DenseVector
        let direction: DenseVector
        let scale: Double
        var squared: Double
    }

    /// The solutions, and the largest ‖b − (B + λI)x‖ / ‖b‖, by one more product: the residuals of the
    /// iteration drift away from it in single precision.
    ///
    /// - Throws: ``InfluenceError/negativeCurvature``, what the product throws.
    func solve(
        _ product: any CurvatureProduct, _ sides: [DenseVector], progress: (Int) -> Void
    ) throws -> (solutions: [DenseVector], residual: Double) {
        var equations = try sides.map { side in
            let zero = try side.copy()
            zero.multiply(by: 0)
            let squared = side.dot(side)
            return Equation(
                solution: zero, residual: try side.copy(), direction: try side.copy(),
                scale: squared, squared: squared)
        }
        let least = max(tolerance, Self.precision)
        func isOpen(_ equation: Equation) -> Bool {
            equation.squared > least * least * equation.scale
        }
        for iteration in 0..<iterations {
            let open = equations.indices.filter { isOpen(equations[$0]) }
            guard !open.isEmpty else { break }
            progress(iteration + 1)
            let products = try product.apply(open.map { equations[$0].direction })
            for (index, image) in zip(open, products) {
                let equation = equations[index]
                image.add(equation.direction, times: damping)
                let curvature = equation.direction.dot(image)
                guard curvature.isFinite else {
                    throw InfluenceError.notFinite(
                        checkpoint: product.checkpoint, of: "the examples of the curvature")
                }
                guard curvature > 0 else { throw InfluenceError.negativeCurvature }
                let step = equation.squared / curvature
                equation.solution.add(equation.direction, times: step)
                equation.residual.add(image, times: -step)
                let squared = equation.residual.dot(equation.residual)
                equation.direction.multiply(by: squared / equation.squared)
                equation.direction.add(equation.residual, times: 1)
                equations[index].squared = squared
            }
        }
        let solutions = equations.map(\.solution)
        var worst = 0.0
        for (index, image) in try product.apply(solutions).enumerated() {
            image.add(solutions[index], times: damping)
            image.add(sides[index], times: -1)
            let length = equations[index].scale.squareRoot()
            if length > 0 { worst = max(worst, image.length / length) }
        }
        return (solutions, worst)
    }
}
