// Softmax and its relatives over the last dimension.

import CKernels

extension Tensor {
    /// e^(x_v) / Σ_u e^(x_u) over the last dimension, without overflow.
    ///
    /// A row of −∞ only has no softmax: it becomes not-a-number.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` for a scalar.
    public func softmax() throws(TensorError) -> Tensor {
        let width = try lastDimension("softmax")
        return try mappedRows { rows, x, y in nj_softmax(rows.count, width, x, y) }
    }

    /// x_v − log Σ_u e^(x_u) over the last dimension.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` for a scalar.
    public func logSoftmax() throws(TensorError) -> Tensor {
        try self - logSumExp(keepingAxis: true)
    }

    /// log Σ_u e^(x_u) over the last dimension, without overflow.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` for a scalar.
    public func logSumExp(keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        let width = try lastDimension("log-sum-exp")
        let result = try Tensor(
            uninitialized: shape(without: shape.count - 1, keepingAxis: keepingAxis))
        Pieces.run(rowCount, elements: count) { rows in
            nj_log_sum_exp(
                rows.count, width, pointer + rows.lowerBound * width,
                result.pointer + rows.lowerBound)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// Size of the last dimension.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` for a scalar.
    func lastDimension(_ operation: String) throws(TensorError) -> Int {
        shape[try dimension(-1, operation)]
    }
}
