// Differentiable sums, means and maxima.
//
// Attribution follows examples through the first dimension. A reduction of it is the end of that:
// afterwards only sums and multiples keep examples apart.

import CKernels

extension Tape {
    /// Σ of all elements, a scalar.
    ///
    /// Gradient: g to each.
    ///
    /// - Throws: ``TensorError``.
    public func sum(_ x: Variable) throws(TensorError) -> Variable {
        record(try Tensor(scalar: Float(x.value.sum())), needsGradient: x.needsGradient) {
            upstream throws(TensorError) in
            try x.accumulate(upstream.broadcast(to: x.value.shape))
        }
    }

    /// The mean of all elements, a scalar.
    ///
    /// Gradient: g / n to each of n.
    ///
    /// - Throws: ``TensorError``.
    public func mean(_ x: Variable) throws(TensorError) -> Variable {
        record(try Tensor(scalar: Float(x.value.mean())), needsGradient: x.needsGradient) {
            upstream throws(TensorError) in
            try x.accumulate(
                upstream.broadcast(to: x.value.shape, scale: 1 / Float(x.value.count)))
        }
    }

    /// Σ_i w_i·x_i over all elements, a scalar: the loss of a batch whose examples have weights.
    ///
    /// Gradient: g·w.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)`` unless both shapes are equal.
    public func weightedSum(_ x: Variable, _ weights: Tensor) throws(TensorError) -> Variable {
        guard x.value.shape == weights.shape else {
            throw .shapeMismatch(operation: "weighted sum", x.value.shape, weights.shape)
        }
        let value = Float(try (x.value * weights).sum())
        return record(try Tensor(scalar: value), needsGradient: x.needsGradient) {
            upstream throws(TensorError) in
            try x.accumulate(weights * upstream.reshaped([]))
        }
    }

    /// Σ along a dimension, which goes away or stays with size 1.
    ///
    /// Gradient: g to each.
    ///
    /// - Throws: ``TensorError``.
    public func sum(
        _ x: Variable, axis: Int, keepingAxis: Bool = false
    ) throws(TensorError) -> Variable {
        let value = try x.value.sum(axis: axis, keepingAxis: keepingAxis)
        return try spread(value, over: x, axis, scale: 1)
    }

    /// The mean along a dimension, which goes away or stays with size 1.
    ///
    /// Gradient: g / n to each
    /// of n.
    ///
    /// - Throws: ``TensorError``.
    public func mean(
        _ x: Variable, axis: Int, keepingAxis: Bool = false
    ) throws(TensorError) -> Variable {
        let value = try x.value.mean(axis: axis, keepingAxis: keepingAxis)
        let length = x.value.shape[try x.value.dimension(axis, "mean")]
        return try spread(value, over: x, axis, scale: 1 / Float(length))
    }

    /// The maximum along a dimension, which goes away or stays with size 1.
    ///
    /// Gradient: g to the
    /// first of the largest elements.
    ///
    /// - Throws: ``TensorError``.
    public func maximum(
        _ x: Variable, axis: Int, keepingAxis: Bool = false
    ) throws(TensorError) -> Variable {
        let found = try x.value.extremes(axis, "max", keepingAxis, nj_line_maxima)
        let lines = x.value.lines(along: try x.value.dimension(axis, "max"))
        return record(found.values, needsGradient: x.needsGradient) {
            upstream throws(TensorError) in
            let gradient = try Tensor(repeating: 0, shape: x.value.shape)
            for (line, position) in found.positions.values.enumerated() {
                let (slab, column) = line.quotientAndRemainder(dividingBy: lines.stride)
                let place = (slab * lines.length + Int(position)) * lines.stride + column
                gradient.pointer[place] = upstream.pointer[line]
            }
            withExtendedLifetime(upstream) {}
            try x.accumulate(gradient)
        }
    }

    /// Records a reduction that passes the same gradient to every element of a line.
    private func spread(
        _ value: Tensor, over x: Variable, _ axis: Int, scale: Float
    ) throws(TensorError) -> Variable {
        let kept = x.value.shape(
            without: try x.value.dimension(axis, "sum"), keepingAxis: true)
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            try x.accumulate(
                upstream.reshaped(kept).broadcast(to: x.value.shape, scale: scale))
        }
    }
}
