// The same elements in another order, or some of them.

import CKernels

extension Tensor {
    /// A copy with the dimensions in another order: dimension i of the result is `order[i]` here.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` unless `order` names each dimension once.
    public func transposed(_ order: [Int]) throws(TensorError) -> Tensor {
        guard order.sorted() == Array(shape.indices) else {
            throw .badValue(
                operation: "transpose",
                "the order \(order) must name each dimension of shape \(TensorError.text(shape))"
                    + " once, from 0 to \(shape.count - 1)")
        }
        let strides = StridedAxes.contiguousStrides(shape)
        let axes = try StridedAxes(
            order.map { shape[$0] }, left: order.map { strides[$0] },
            right: [Int](repeating: 0, count: order.count))
        let result = try Tensor(uninitialized: axes.shape)
        axes.forEachBlock { block in
            nj_copy_matrix(
                block.rows, block.columns, pointer + block.left, block.leftStrides.row,
                block.leftStrides.column, result.pointer + block.out)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// A copy with two dimensions exchanged, the last two when none are named.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` without such dimensions.
    public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
        let (first, second) = (
            try dimension(first, "transpose"), try dimension(second, "transpose")
        )
        var order = Array(shape.indices)
        order.swapAt(first, second)
        return try transposed(order)
    }

    /// A shape for these elements in which a size of −1 is replaced by what the others leave.
    ///
    /// - Throws: ``TensorError`` when there are several −1, or the others do not divide the elements.
    public func completing(_ shape: [Int]) throws(TensorError) -> [Int] {
        guard let place = shape.firstIndex(of: -1) else { return shape }
        var others = shape
        others.remove(at: place)
        let known = try Self.elementCount(others)
        guard known > 0, count % known == 0 else {
            throw .badValue(
                operation: "reshape",
                "no size in place of -1 makes \(TensorError.text(shape)) hold \(count) elements")
        }
        var completed = shape
        completed[place] = count / known
        return completed
    }

    /// A copy of a range of one dimension.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    public func slice(axis: Int, _ range: Range<Int>) throws(TensorError) -> Tensor {
        let dimension = try dimension(axis, "slice")
        let limit = shape[dimension]
        guard range.lowerBound >= 0, range.upperBound <= limit else {
            let bad = range.lowerBound < 0 ? range.lowerBound : range.upperBound - 1
            throw .indexOutOfRange(operation: "slice", index: bad, limit: limit)
        }
        var shape = shape
        shape[dimension] = range.count
        let result = try Tensor(uninitialized: shape)
        result.exchange(range, of: self, along: dimension) { own, other, count in
            own.update(from: other, count: count)
        }
        return result
    }

    /// The tensors one after the other along a dimension; all other sizes must be equal.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func concatenate(
        _ tensors: [Tensor], axis: Int = 0
    ) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw .badValue(operation: "concat", "there are no tensors. Give at least one.")
        }
        let dimension = try first.dimension(axis, "concat")
        var shape = first.shape
        shape[dimension] = 0
        for tensor in tensors {
            var other = tensor.shape
            guard other.count == shape.count else {
                throw .shapeMismatch(operation: "concat", first.shape, tensor.shape)
            }
            let (length, overflow) = shape[dimension].addingReportingOverflow(other[dimension])
            other[dimension] = shape[dimension]
            guard other == shape, !overflow else {
                throw .shapeMismatch(operation: "concat", first.shape, tensor.shape)
            }
            shape[dimension] = length
        }
        let result = try Tensor(uninitialized: shape)
        var start = 0
        for tensor in tensors {
            let range = start..<start + tensor.shape[dimension]
            tensor.exchange(range, of: result, along: dimension) { own, other, count in
                other.update(from: own, count: count)
            }
            start = range.upperBound
        }
        return result
    }

    /// Tensors of one shape side by side along a new dimension.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw .badValue(operation: "stack", "there are no tensors. Give at least one.")
        }
        let rank = first.shape.count + 1
        let dimension = axis < 0 ? axis + rank : axis
        guard (0..<rank).contains(dimension) else {
            throw .rank(
                operation: "stack", expected: "tensors with a place for dimension \(axis)",
                found: first.shape)
        }
        var slabs: [Tensor] = []
        for tensor in tensors {
            guard tensor.shape == first.shape else {
                throw .shapeMismatch(operation: "stack", first.shape, tensor.shape)
            }
            var shape = tensor.shape
            shape.insert(1, at: dimension)
            slabs.append(try tensor.reshaped(shape))
        }
        return try concatenate(slabs, axis: dimension)
    }

    /// Calls `body` with each run of elements here and the run of `whole` that it corresponds to,
    /// where this tensor is `range` of `whole` along a dimension.
    private func exchange(
        _ range: Range<Int>, of whole: Tensor, along dimension: Int,
        _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    ) {
        let lines = whole.lines(along: dimension)
        let run = range.count * lines.stride
        for slab in 0..<lines.slabs {
            body(
                pointer + slab * run,
                whole.pointer + (slab * lines.length + range.lowerBound) * lines.stride, run)
        }
        withExtendedLifetime((self, whole)) {}
    }
}
