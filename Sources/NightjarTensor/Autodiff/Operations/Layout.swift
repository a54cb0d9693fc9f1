// Differentiable changes of shape and order, and parts of values.

extension Tape {
    /// The same elements under another shape.
    ///
    /// Gradient: g under the old shape.
    ///
    /// Attribution takes the first dimension for the example wherever a parameter is used, so a
    /// shape that merges examples with steps belongs after the last parameter.
    ///
    /// - Throws: ``TensorError``.
    public func reshape(_ x: Variable, _ shape: [Int]) throws(TensorError) -> Variable {
        record(try x.value.reshaped(shape), needsGradient: x.needsGradient) {
            upstream throws(TensorError) in
            try x.accumulate(upstream.reshaped(x.value.shape))
        }
    }

    /// The dimensions in another order: dimension i of the result is `order[i]` of x.
    ///
    /// Gradient: g in
    /// the old order.
    ///
    /// - Throws: ``TensorError``.
    public func transpose(_ x: Variable, _ order: [Int]) throws(TensorError) -> Variable {
        let value = try x.value.transposed(order)
        var inverse = order
        for (new, old) in order.enumerated() { inverse[old] = new }
        return record(value, needsGradient: x.needsGradient) {
            [inverse] upstream throws(TensorError) in
            try x.accumulate(upstream.reshaped(value.shape).transposed(inverse))
        }
    }

    /// Two dimensions exchanged, the last two when none are named.
    ///
    /// Gradient: g exchanged back.
    ///
    /// - Throws: ``TensorError``.
    public func transpose(
        _ x: Variable, _ first: Int = -2, _ second: Int = -1
    ) throws(TensorError) -> Variable {
        let value = try x.value.transposed(first, second)
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            try x.accumulate(upstream.reshaped(value.shape).transposed(first, second))
        }
    }

    /// A range of one dimension.
    ///
    /// Gradient: g in the range, 0 outside.
    ///
    /// - Throws: ``TensorError``.
    public func slice(
        _ x: Variable, axis: Int, _ range: Range<Int>
    ) throws(TensorError) -> Variable {
        let value = try x.value.slice(axis: axis, range)
        let dimension = try x.value.dimension(axis, "slice")
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            var (before, after) = (x.value.shape, x.value.shape)
            before[dimension] = range.lowerBound
            after[dimension] -= range.upperBound
            try x.accumulate(
                .concatenate(
                    [
                        Tensor(repeating: 0, shape: before), upstream.reshaped(value.shape),
                        Tensor(repeating: 0, shape: after),
                    ], axis: dimension))
        }
    }

    /// Values one after the other along a dimension.
    ///
    /// Gradient: to each its part of g.
    ///
    /// - Throws: ``TensorError``.
    public func concatenate(_ parts: [Variable], axis: Int = 0) throws(TensorError) -> Variable {
        let value = try Tensor.concatenate(parts.map { $0.value }, axis: axis)
        let dimension = try value.dimension(axis, "concat")
        return record(value, needsGradient: parts.contains { $0.needsGradient }) {
            upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape)
            var start = 0
            for part in parts {
                let range = start..<start + part.value.shape[dimension]
                start = range.upperBound
                guard part.needsGradient else { continue }
                try part.accumulate(upstream.slice(axis: dimension, range))
            }
        }
    }

    /// Values of one shape side by side along a new dimension.
    ///
    /// Gradient: to each its part of g.
    ///
    /// - Throws: ``TensorError``.
    public func stack(_ parts: [Variable], axis: Int = 0) throws(TensorError) -> Variable {
        let value = try Tensor.stack(parts.map { $0.value }, axis: axis)
        let dimension = try value.dimension(axis, "stack")
        return record(value, needsGradient: parts.contains { $0.needsGradient }) {
            upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape)
            for (index, part) in parts.enumerated() where part.needsGradient {
                let own = try upstream.slice(axis: dimension, index..<index + 1)
                try part.accumulate(own.reshaped(part.value.shape))
            }
        }
    }
}
