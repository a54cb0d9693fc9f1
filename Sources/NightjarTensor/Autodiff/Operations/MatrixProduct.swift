// Differentiable products of matrices and of rows.

extension Tape {
    /// The matrix product of the last two dimensions, C = A·B.
    ///
    /// Leading dimensions are batches, repeated by NumPy's rules. A flag reads an operand's matrices
    /// transposed.
    ///
    /// Gradients, for operands as they are read: G·Bᵀ to A and Aᵀ·G to B, summed over what was
    /// repeated.
    ///
    /// Matrices without a batch dimension keep examples apart only as left operands that are not
    /// transposed; attribution refuses other uses of a value that depends on parameters.
    ///
    /// - Throws: ``TensorError``.
    public func matmul(
        _ a: Variable, _ b: Variable, transposingLeft: Bool = false,
        transposingRight: Bool = false
    ) throws(TensorError) -> Variable {
        let value = try a.value.matmul(
            b.value, transposingLeft: transposingLeft, transposingRight: transposingRight)
        try requireSeparateExamples(a, b, transposingLeft)
        let rank = a.value.shape.count
        if rank > 2, b.value.shape.count == 2, !transposingLeft {
            // One matrix for all: the batch is more rows, and its gradient one product.
            let rows = try reshape(a, [a.value.rowCount, a.value.columnCount])
            let product = record(
                try value.reshaped([value.rowCount, value.columnCount]), a: rows, b: b,
                transposingLeft: false, transposingRight: transposingRight)
            return try reshape(product, value.shape)
        }
        return record(
            value, a: a, b: b, transposingLeft: transposingLeft,
            transposingRight: transposingRight)
    }

    /// Σ_k x_k·y_k over the last dimension of two values of one shape.
    ///
    /// Gradients: g·y to x and g·x to y.
    ///
    /// - Throws: ``TensorError``.
    public func rowDot(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        let value = try x.value.rowDot(y.value)
        for operand in [x, y] {
            try requireOwnGradients("row dot", alongLastDimensionOf: operand)
        }
        return record(value, needsGradient: x.needsGradient || y.needsGradient) {
            upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape + [1])
            if x.needsGradient { try x.accumulate(upstream * y.value) }
            if y.needsGradient { try y.accumulate(upstream * x.value) }
        }
    }

    private func record(
        _ value: Tensor, a: Variable, b: Variable, transposingLeft: Bool, transposingRight: Bool
    ) -> Variable {
        record(value, needsGradient: a.needsGradient || b.needsGradient) {
            upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape)
            if a.needsGradient {
                let gradient =
                    transposingLeft
                    ? try b.value.matmul(
                        upstream, transposingLeft: transposingRight, transposingRight: true)
                    : try upstream.matmul(b.value, transposingRight: !transposingRight)
                try a.accumulate(gradient.summed(to: a.value.shape))
            }
            if b.needsGradient {
                let gradient =
                    transposingRight
                    ? try upstream.matmul(
                        a.value, transposingLeft: true, transposingRight: transposingLeft)
                    : try a.value.matmul(upstream, transposingLeft: !transposingLeft)
                try b.accumulate(gradient.summed(to: b.value.shape))
            }
        }
    }

    private func requireSeparateExamples(
        _ a: Variable, _ b: Variable, _ transposingLeft: Bool
    ) throws(TensorError) {
        let (left, right) = (a.value.shape, b.value.shape)
        if left.count == 2, right.count == 2 {
            let examples = transposingLeft ? left[1] : left[0]
            try requireOwnGradients(
                "matmul", of: a, isShared: transposingLeft && left[0] > 1)
            try requireOwnGradients(
                "matmul", of: b, isShared: examples > 1 || (transposingLeft && left[0] > 1))
            return
        }
        let batch = max(left.count, right.count)
        let examples = left.count == batch ? left[0] : right[0]
        let other = right.count == batch ? right[0] : left[0]
        let shape = [max(examples, other)] + [Int](repeating: 1, count: batch - 1)
        try requireOwnGradients("matmul", of: a, repeatedTo: shape)
        try requireOwnGradients("matmul", of: b, repeatedTo: shape)
    }
}
