// A softmax head on states that stay as they are, trained to a point of rest.

import CKernels
import NightjarRuntime
import NightjarTensor

/// The weights W that minimise (1/n)·Σ_r ℓ_r(W·h_r) + λ‖W‖² over the rows h of training states.
///
/// ℓ is the cross-entropy of a softmax over all items but padding. Each row ends in a 1, so that the
/// biases are part of W.
struct SoftmaxHead: Sendable {
    let states: StateTable
    /// W, shape `[classes, width]`.
    let weight: Tensor
    /// λ.
    let l2: Double
    /// ‖∇‖ / ‖2λW‖ at the end: how far W is from the sum of its representers.
    let residual: Double
    /// Steps that were taken.
    let steps: Int

    /// Trains the head.
    ///
    /// - Parameters:
    ///   - states: the rows.
    ///   - classes: their number, padding included.
    ///   - l2: λ.
    ///   - tolerance: the residual that is good enough.
    ///   - iterations: the most steps.
    ///   - progress: gets the number of steps and the residual.
    /// - Throws: ``TensorError``, ``Interrupted``.
    init(
        _ states: StateTable, classes: Int, l2: Double, tolerance: Double, iterations: Int,
        progress: (Int, Double) -> Void
    ) throws {
        let count = max(1, states.targets.count)
        let weight = Parameter(
            "head", try Tensor(repeating: 0, shape: [classes, states.rows.columnCount]))
        let bias = Parameter("bias", try Tensor(repeating: 0, shape: [classes]), isTrainable: false)
        let scales = [Float](repeating: 1 / Float(count), count: states.targets.count)
        var (residual, steps) = (Double.infinity, 0)
        try QuasiNewton(iterations: iterations).minimise(
            weight.value,
            until: { iteration, gradient in
                try Interruption.check()
                let size = 2 * l2 * DenseVector.dot(weight.value, weight.value).squareRoot()
                let rest = DenseVector.dot(gradient, gradient).squareRoot()
                (residual, steps) = (size > 0 ? rest / size : .infinity, iteration)
                progress(iteration, residual)
                return residual <= tolerance
            },
            { point in
                let sum = GradientSum([weight])
                let tape = Tape(sum)
                let loss = try tape.softmaxCrossEntropy(
                    tape.constant(states.rows), weight: weight, bias: bias,
                    targets: states.targets, scales: scales, leavesOutPadding: true)
                try tape.backward(from: loss.total)
                let mean = loss.perExample.values.reduce(0.0) { $0 + Double($1) } / Double(count)
                let gradient =
                    try sum[weight]?.dense(like: point).copy()
                    ?? Tensor(repeating: 0, shape: point.shape)
                gradient.addScaled(point, Float(2 * l2))
                return (mean + l2 * DenseVector.dot(point, point), gradient)
            })
        self.states = states
        self.weight = weight.value
        self.l2 = l2
        (self.residual, self.steps) = (residual, steps)
    }

    /// α of some rows, −(p − onehot) / 2λn, shape `[rows, classes]`.
    ///
    /// - Throws: ``TensorError``.
    func representers(_ rows: Range<Int>) throws(TensorError) -> Tensor {
        let logits = try states.rows.rows(rows).linear(weight)
        let classes = logits.columnCount
        for row in 0..<rows.count { logits.pointer[row * classes] = -1e30 }
        let alpha = try logits.softmax()
        for (place, row) in rows.enumerated() {
            alpha.pointer[place * classes + Int(states.targets[row])] -= 1
        }
        let scale = -1 / (2 * l2 * Double(max(1, states.targets.count)))
        nj_scale(alpha.count, Float(scale), alpha.pointer, alpha.pointer)
        return alpha
    }
}
