// Differentiable softmax and its relatives over the last dimension.

import CKernels

extension Tape {
    /// p = softmax(x) over the last dimension.
    ///
    /// Gradient: p·(g − Σ p·g).
    ///
    /// - Throws: ``TensorError``.
    public func softmax(_ x: Variable) throws(TensorError) -> Variable {
        let value = try x.value.softmax()
        return try rowwise("softmax", x, value) { rows, width, start, upstream, out in
            nj_softmax_gradient(rows, width, value.pointer + start, upstream, out)
        }
    }

    /// x − log Σ eˣ over the last dimension.
    ///
    /// Gradient: g − softmax(x)·Σ g.
    ///
    /// - Throws: ``TensorError``.
    public func logSoftmax(_ x: Variable) throws(TensorError) -> Variable {
        let value = try x.value.logSoftmax()
        return try rowwise("log-softmax", x, value) { rows, width, start, upstream, out in
            nj_log_softmax_gradient(rows, width, value.pointer + start, upstream, out)
        }
    }

    /// log Σ eˣ over the last dimension.
    ///
    /// Gradient: g·softmax(x).
    ///
    /// - Throws: ``TensorError``.
    public func logSumExp(_ x: Variable) throws(TensorError) -> Variable {
        let value = try x.value.logSumExp()
        try requireOwnGradients("log-sum-exp", alongLastDimensionOf: x)
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            try x.accumulate(x.value.logSumExpGradient(value, upstream))
        }
    }

    private func rowwise(
        _ operation: String, _ x: Variable, _ value: Tensor,
        _ gradient:
            @escaping (
                _ rows: Int, _ width: Int, _ start: Int, UnsafePointer<Float>,
                UnsafeMutablePointer<Float>
            ) -> Void
    ) throws(TensorError) -> Variable {
        try requireOwnGradients(operation, alongLastDimensionOf: x)
        let width = value.columnCount
        return record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            try x.accumulate(
                upstream.reshaped(value.shape).mappedRows { rows, upstream, out in
                    gradient(rows.count, width, rows.lowerBound * width, upstream, out)
                })
        }
    }
}

extension Tensor {
    /// upstream·softmax(x) for each row, from x and its log-sum-exp.
    func logSumExpGradient(
        _ logSums: Tensor, _ upstream: Tensor
    ) throws(TensorError) -> Tensor {
        let width = columnCount
        defer { withExtendedLifetime((logSums, upstream)) {} }
        return try mappedRows { rows, x, out in
            nj_log_sum_exp_gradient(
                rows.count, width, x, logSums.pointer + rows.lowerBound,
                upstream.pointer + rows.lowerBound, out)
        }
    }
}
