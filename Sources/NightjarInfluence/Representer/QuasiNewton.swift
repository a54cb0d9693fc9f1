// Minimising a smooth convex function of many values to a point where its gradient vanishes.

import CKernels
import NightjarRuntime
import NightjarTensor

/// L-BFGS with steps that are halved until the function falls far enough or, near the minimum, where
/// rounding hides that, until the approximate Wolfe condition holds.
///
/// Source: J. Nocedal and S. Wright, *Numerical Optimization*, 2nd edition, 2006, algorithms 7.4, 7.5
/// and 3.1; W. Hager and H. Zhang, SIAM J. Optim. 16(1), 2005 (that condition).
struct QuasiNewton {
    /// Pairs of steps and changes of the gradient that are remembered.
    private static let memory = 10
    /// The part of the fall that the slope promises which a step must have.
    private static let sufficient = 1e-4
    /// Values that differ by less, relatively, are equal but for rounding; then slopes tell whether
    /// a step went down.
    private static let rounding = 1e-6
    /// The most steps.
    let iterations: Int

    /// One remembered step.
    private struct Change {
        let step: Tensor
        let gradient: Tensor
        /// 1 / ⟨step, change of gradient⟩.
        let scale: Double
    }

    /// Changes `x` until `isDone` with its gradient, or until no step helps any more.
    ///
    /// - Parameters:
    ///   - x: where to begin; holds the minimum afterwards.
    ///   - isDone: gets the number of steps and the gradient.
    ///   - function: the value and the gradient at `x`.
    /// - Throws: what `function` and `isDone` throw.
    func minimise(
        _ x: Tensor, until isDone: (Int, Tensor) throws -> Bool,
        _ function: (Tensor) throws -> (value: Double, gradient: Tensor)
    ) throws {
        var (value, gradient) = try function(x)
        var changes: [Change] = []
        for iteration in 0..<iterations {
            if try isDone(iteration, gradient) { return }
            var direction = try Self.direction(gradient, changes)
            var slope = Self.dot(direction, gradient)
            if slope >= 0 {
                // Rounding has spoilt what was remembered: begin again downhill.
                changes = []
                direction = try Self.direction(gradient, [])
                slope = Self.dot(direction, gradient)
            }
            guard slope < 0 else { return }
            var length = changes.isEmpty ? 1 / (-slope).squareRoot() : 1
            let start = try x.copy()
            var isBetter = false
            for _ in 0..<40 where !isBetter {
                try x.assign(start)
                x.addScaled(direction, Float(length))
                let step = try x.copy()
                step.addScaled(start, -1)
                guard Self.dot(step, step) > 0 else { break }
                let (newValue, newGradient) = try function(x)
                let isLower = newValue <= value + Self.sufficient * length * slope
                let isAlike = newValue <= value + Self.rounding * abs(value)
                let newSlope = Self.dot(direction, newGradient)
                guard isLower || isAlike && newSlope <= (2 * Self.sufficient - 1) * slope else {
                    length /= 2
                    continue
                }
                isBetter = true
                let change = try newGradient.copy()
                change.addScaled(gradient, -1)
                let curvature = Self.dot(step, change)
                if curvature > 0 {
                    changes.append(Change(step: step, gradient: change, scale: 1 / curvature))
                    if changes.count > Self.memory { changes.removeFirst() }
                }
                (value, gradient) = (newValue, newGradient)
            }
            guard isBetter else {
                try x.assign(start)
                return
            }
        }
        _ = try isDone(iterations, gradient)
    }

    /// −H·gradient with the inverse curvature H that the changes stand for.
    private static func direction(
        _ gradient: Tensor, _ changes: [Change]
    ) throws(TensorError) -> Tensor {
        let result = try gradient.copy()
        var weights: [Double] = []
        for change in changes.reversed() {
            let weight = change.scale * dot(change.step, result)
            weights.append(weight)
            result.addScaled(change.gradient, Float(-weight))
        }
        if let last = changes.last {
            let scale = 1 / (last.scale * dot(last.gradient, last.gradient))
            nj_scale(result.count, Float(scale), result.pointer, result.pointer)
        }
        for (change, weight) in zip(changes, weights.reversed()) {
            let other = change.scale * dot(change.gradient, result)
            result.addScaled(change.step, Float(weight - other))
        }
        nj_scale(result.count, -1, result.pointer, result.pointer)
        return result
    }

    private static func dot(_ left: Tensor, _ right: Tensor) -> Double {
        DenseVector.dot(left, right)
    }
}
