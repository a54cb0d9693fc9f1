// Comparisons, whose results are masks of 1 and 0, and choices by such masks.

import CKernels

extension Tensor {
    /// 1 where an element is greater than the other's, else 0; smaller shapes are repeated.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func greater(than other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "greater", nj_greater)
    }

    /// 1 where an element is greater than the other's or equal, else 0.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func greaterOrEqual(to other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "greater or equal", nj_greater_equal)
    }

    /// 1 where an element is less than the other's, else 0.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func less(than other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "less", nj_less)
    }

    /// 1 where an element is less than the other's or equal, else 0.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func lessOrEqual(to other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "less or equal", nj_less_equal)
    }

    /// 1 where elements are equal, else 0; not-a-number equals nothing.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func equal(to other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "equal", nj_equal)
    }

    /// 1 where elements differ, else 0.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func notEqual(to other: Tensor) throws(TensorError) -> Tensor {
        try combined(with: other, "not equal", nj_not_equal)
    }

    /// Elements of `chosen` where the mask is not 0 and of `other` elsewhere; smaller shapes are
    /// repeated.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func select(
        _ mask: Tensor, _ chosen: Tensor, otherwise other: Tensor
    ) throws(TensorError) -> Tensor {
        let operands = try StridedAxes.broadcasting(
            chosen.shape, other.shape, operation: "select")
        let shape = try StridedAxes.broadcasting(
            mask.shape, operands.shape, operation: "select"
        ).shape
        let (mask, other) = (try mask.broadcast(to: shape), try other.broadcast(to: shape))
        let chosen = try chosen.broadcast(to: shape)
        let result = try Tensor(uninitialized: shape)
        Pieces.run(result.count, elements: result.count) { part in
            nj_select(
                part.count, mask.pointer + part.lowerBound, chosen.pointer + part.lowerBound,
                other.pointer + part.lowerBound, result.pointer + part.lowerBound)
        }
        withExtendedLifetime((mask, chosen, other)) {}
        return result
    }
}
