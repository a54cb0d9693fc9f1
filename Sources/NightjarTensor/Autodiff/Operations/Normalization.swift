// Rows brought to a common scale: layer normalisation and unit length.

import CKernels

extension Tape {
    /// y = gain·(x − mean) / √(variance + ε) + bias over the last dimension.
    ///
    /// Gradient, with n the normalised row, h = g·gain and s = 1 / √(variance + ε):
    /// s·(h − mean(h) − n·mean(h·n)) to x, Σ g·n to the gain and Σ g to the bias.
    ///
    /// Source: J. Ba, J. Kiros and G. Hinton, *Layer normalization*, 2016.
    ///
    /// - Throws: ``TensorError``.
    public func layerNorm(
        _ x: Variable, gain: Parameter, bias: Parameter, epsilon: Float = 1e-5
    ) throws(TensorError) -> Variable {
        try add(multiply(standardize(x, epsilon: epsilon), gain), bias)
    }

    /// n = (x − mean) / √(variance + ε) over the last dimension, the variance being divided by the
    /// number of elements.
    ///
    /// Gradient, with s = 1 / √(variance + ε): s·(g − mean(g) − n·mean(g·n)).
    ///
    /// - Throws: ``TensorError``.
    public func standardize(
        _ x: Variable, epsilon: Float = 1e-5
    ) throws(TensorError) -> Variable {
        try normalized(
            "layer norm", x, epsilon,
            { rows, width, x, y, inverse in
                nj_standardize(rows, width, epsilon, x, y, inverse)
            },
            { rows, width, y, inverse, upstream, out in
                nj_standardize_gradient(rows, width, y, inverse, upstream, out)
            })
    }

    /// y = x / max(‖x‖, ε) over the last dimension: rows of length 1.
    ///
    /// Gradient: (g − y·(g·y)) / ‖x‖, or g / ε for a row that is shorter than ε.
    ///
    /// - Throws: ``TensorError``.
    public func l2Normalize(
        _ x: Variable, epsilon: Float = 1e-12
    ) throws(TensorError) -> Variable {
        try normalized(
            "l2 normalize", x, epsilon,
            { rows, width, x, y, inverse in
                nj_l2_normalize(rows, width, epsilon, x, y, inverse)
            },
            { rows, width, y, inverse, upstream, out in
                nj_l2_normalize_gradient(rows, width, epsilon, y, inverse, upstream, out)
            })
    }

    private typealias Forward = (
        _ rows: Int, _ width: Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>,
        _ inverse: UnsafeMutablePointer<Float>
    ) -> Void

    private typealias Backward = (
        _ rows: Int, _ width: Int, UnsafePointer<Float>, _ inverse: UnsafePointer<Float>,
        _ upstream: UnsafePointer<Float>, UnsafeMutablePointer<Float>
    ) -> Void

    /// Records a function of rows that multiplies each by a number of its own.
    private func normalized(
        _ operation: String, _ x: Variable, _ epsilon: Float, _ forward: Forward,
        _ backward: @escaping Backward
    ) throws(TensorError) -> Variable {
        let width = try x.value.lastDimension(operation)
        guard epsilon > 0, epsilon.isFinite else {
            throw .badValue(
                operation: operation, "epsilon is \(epsilon), it must be a number above 0")
        }
        try requireOwnGradients(operation, alongLastDimensionOf: x)
        let inverse = try Tensor(uninitialized: [x.value.rowCount])
        let value = try x.value.mappedRows { rows, x, y in
            forward(rows.count, width, x, y, inverse.pointer + rows.lowerBound)
        }
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            let gradient = try upstream.reshaped(value.shape).mappedRows { rows, upstream, out in
                backward(
                    rows.count, width, value.pointer + rows.lowerBound * width,
                    inverse.pointer + rows.lowerBound, upstream, out)
            }
            withExtendedLifetime((value, inverse)) {}
            try x.accumulate(gradient)
        }
    }
}
