// Linear equations with curvature, by a series over random batches.

import NightjarRuntime

/// Solves (B + λI)x = b by a recursion over random batches.
///
///     h ← b + h − (B_batch + λI)·h / scale,  x = h / scale
///
/// with the curvature of a random batch at each of `depth` steps, from h = b, as a mean over
/// `repeats` runs. It converges where `scale` is above half the largest eigenvalue of every batch's
/// B + λI, in some scale / (e + λ) steps along an eigenvector of eigenvalue e; before that it solves as
/// if λ were larger.
///
/// Source: N. Agarwal, B. Bullins and E. Hazan, *Second-order stochastic optimization for machine
/// learning in linear time*, JMLR 2017; for influence P. Koh and P. Liang, ICML 2017.
struct LiSSA {
    /// λ.
    let damping: Double
    let scale: Double
    let depth: Int
    let batch: Int
    let repeats: Int
    let seed: UInt64

    /// Solves for several right-hand sides, whose products share their passes.
    ///
    /// - Parameters:
    ///   - product: B.
    ///   - sides: the right-hand sides.
    ///   - examples: the number of examples that batches are drawn from.
    ///   - progress: gets the number of steps done.
    /// - Returns: the solutions, and the largest ‖b − (B + λI)x‖ / ‖b‖ with all examples.
    /// - Throws: ``InfluenceError/seriesDiverged(scale:)``, what the product throws.
    func solve(
        _ product: any CurvatureProduct, _ sides: [DenseVector], examples: Int,
        progress: (Int) -> Void
    ) throws -> (solutions: [DenseVector], residual: Double) {
        let root = RandomStream(seed: seed, "lissa")
        let sums = try sides.map { side in
            let zero = try side.copy()
            zero.multiply(by: 0)
            return zero
        }
        for run in 0..<repeats {
            let estimates = try sides.map { try $0.copy() }
            for step in 0..<depth {
                progress(run * depth + step + 1)
                let name = "run \(run) step \(step)"
                var draws = root.split(name)
                let chosen = (0..<batch).map { _ in draws.below(examples) }
                let images = try product.apply(estimates, to: chosen, draw: name)
                guard images.allSatisfy(\.vector.isFinite) else {
                    throw InfluenceError.notFinite(
                        checkpoint: product.checkpoint, of: "the examples of the curvature")
                }
                for (index, side) in sides.enumerated() {
                    estimates[index].multiply(by: 1 - damping / scale)
                    estimates[index].add(side, times: 1)
                    estimates[index].add(images[index], times: -1 / scale)
                    let length = estimates[index].length
                    // A convergent series stays below so many times ‖b‖, as none of its terms grows.
                    guard length.isFinite, length <= 10 * side.length * Double(step + 2) else {
                        throw InfluenceError.seriesDiverged(scale: scale)
                    }
                }
            }
            for (sum, estimate) in zip(sums, estimates) {
                sum.add(estimate, times: 1 / (scale * Double(repeats)))
            }
        }
        let images = try product.apply(sums)
        var worst = 0.0
        for (index, side) in sides.enumerated() {
            let rest = images[index]
            rest.add(sums[index], times: damping)
            rest.add(side, times: -1)
            if side.length > 0 { worst = max(worst, rest.length / side.length) }
        }
        return (sums, worst)
    }
}
