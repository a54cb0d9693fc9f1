// Rows brought to a common scale: layer normalisation and unit length.

import CKernels
import NightjarRuntime

extension Tape {
    /// y = gain·(x − mean) / √(variance + ε) + bias over the last dimension.
    ///
    /// Gradient, with n the normalised row, h = g·gain and s = 1 / √(variance + ε):
    /// s·(h − mean(h) − n·mean(h·n)) to x, Σ g·n to the gain and Σ g to the bias.
    ///
    /// Source: J. Ba, J. Kiros and G. Hinton, *Layer normalization*, 2016.
    ///
    /// - Parameters:
    ///   - x: rows, shape `[.., width]`.
    ///   - gain: shape `[width]`.
    ///   - bias: shape `[width]`.
    ///   - epsilon: what is added to variances.
    ///   - layout: which row belongs to which example; by the first dimension unless given.
    /// - Returns: the rows.
    /// - Throws: ``TensorError``.
    public func layerNorm(
        _ x: Variable, gain: Parameter, bias: Parameter, epsilon: Float = 1e-5,
        layout: RowLayout? = nil
    ) throws(TensorError) -> Variable {
        let operation = "layer norm"
        let width = try x.value.lastDimension(operation)
        try requirePositive(epsilon, operation)
        for parameter in [gain, bias] where parameter.value.shape != [width] {
            throw .shapeMismatch(operation: operation, x.value.shape, parameter.value.shape)
        }
        try requireOwnGradients(operation, alongLastDimensionOf: x)
        let norm = try LayerNorm(x.value, gain.value, bias.value, epsilon)
        let layout = layout ?? RowLayout(leading: x.value.shape.dropLast())
        guard layout.rowCount == x.value.rowCount else {
            throw .countMismatch(
                shape: [layout.examples, layout.steps], values: x.value.rowCount)
        }
        return record(
            norm.value, needsGradient: x.needsGradient || wants(gain) || wants(bias)
        ) { [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let gradient = try norm.gradient(upstream, keepsRows: sink.keepsFactors)
            try x.accumulate(gradient.input)
            if sink.keepsFactors {
                try sink.takeDirect(gain, gradient.gain, layout)
                try sink.takeDirect(bias, upstream, layout)
            } else {
                try sink.take(.dense(gradient.gain), of: gain)
                try sink.take(.dense(gradient.bias), of: bias)
            }
        }
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

    private func requirePositive(
        _ epsilon: Float, _ operation: String
    ) throws(TensorError) {
        guard epsilon > 0, epsilon.isFinite else {
            throw .badValue(
                operation: operation, "epsilon is \(epsilon), it must be a number above 0")
        }
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
        try requirePositive(epsilon, operation)
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

/// A layer normalisation with what its gradient needs: the input and two numbers of each row.
private struct LayerNorm {
    let value: Tensor
    private let x: Tensor
    private let gain: Tensor
    private let mean: Tensor
    private let inverse: Tensor

    init(
        _ x: Tensor, _ gain: Tensor, _ bias: Tensor, _ epsilon: Float
    ) throws(TensorError) {
        self.x = x
        self.gain = gain
        let (mean, inverse) = (
            try Tensor(uninitialized: [x.rowCount]), try Tensor(uninitialized: [x.rowCount])
        )
        value = try x.mappedRows { rows, x, y in
            let first = rows.lowerBound
            nj_layer_norm(
                rows.count, gain.count, epsilon, x, gain.pointer, bias.pointer, y,
                mean.pointer + first, inverse.pointer + first)
        }
        self.mean = mean
        self.inverse = inverse
        withExtendedLifetime(bias) {}
    }

    /// The gradient by the input, and those by gain and bias: sums, or, with rows kept, that by the
    /// gain for each row.
    func gradient(
        _ upstream: Tensor, keepsRows: Bool
    ) throws(TensorError) -> (input: Tensor, gain: Tensor, bias: Tensor) {
        let width = gain.count
        let input = try Tensor(uninitialized: x.shape)
        let pieces = Pieces.count(for: x.count)
        let sums = try Tensor(repeating: 0, shape: [keepsRows ? 0 : pieces, 2, width])
        let products = try Tensor(uninitialized: keepsRows ? x.shape : [0])
        Workers.run(x.count > 0 ? pieces : 0) { piece in
            let rows = Slices.range(piece, of: pieces, over: x.rowCount)
            let (first, start) = (rows.lowerBound, rows.lowerBound * width)
            let sum = sums.pointer + piece * 2 * width
            nj_layer_norm_gradient(
                rows.count, width, x.pointer + start, gain.pointer, mean.pointer + first,
                inverse.pointer + first, upstream.pointer + start, input.pointer + start,
                keepsRows ? products.pointer + start : nil, keepsRows ? nil : sum,
                keepsRows ? nil : sum + width)
        }
        withExtendedLifetime((upstream, x, gain, mean, inverse)) {}
        guard !keepsRows else { return (input, products, products) }
        let total = try sums.reshaped([pieces, 2 * width]).columnSums()
        return (
            input, try total.rows(0..<width), try total.rows(width..<2 * width)
        )
    }
}
