// Repeating a tensor to a larger shape, and the sum that undoes it.

import CKernels

extension Tensor {
    /// The tensor repeated to a larger shape by NumPy's rules, every element times `scale`.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    func broadcast(to shape: [Int], scale: Float) throws(TensorError) -> Tensor {
        let axes = try StridedAxes.broadcasting(self.shape, shape, operation: "broadcast")
        guard axes.shape == shape else {
            throw .shapeMismatch(operation: "broadcast", self.shape, shape)
        }
        let result = try Tensor(uninitialized: shape)
        axes.forEachBlock { block in
            let x = nj_operand(
                start: pointer + block.left, row_stride: block.leftStrides.row,
                column_stride: block.leftStrides.column)
            nj_repeat(block.rows, block.columns, scale, x, result.pointer + block.out)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// The tensor repeated to a larger shape by NumPy's rules; a view when the shape is its own.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func broadcast(to shape: [Int]) throws(TensorError) -> Tensor {
        self.shape == shape ? self : try broadcast(to: shape, scale: 1)
    }

    /// The sum over everything that ``broadcast(to:)`` from `shape` would have repeated.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func summed(to shape: [Int]) throws(TensorError) -> Tensor {
        guard self.shape != shape else { return self }
        let padded = [Int](repeating: 1, count: self.shape.count - shape.count) + shape
        var sum = self
        var axis = self.shape.count - 1
        while axis >= 0 {
            // Neighbouring dimensions that go away together are summed as one.
            var first = axis
            while first >= 0, padded[first] == 1, self.shape[first] != 1 { first -= 1 }
            if first < axis {
                let lines = Lines(
                    slabs: sum.shape.prefix(first + 1).reduce(1, *),
                    length: sum.shape[(first + 1)...axis].reduce(1, *),
                    stride: padded[(axis + 1)...].reduce(1, *))
                let kept = self.shape.prefix(first + 1) + padded[(first + 1)...]
                sum = try sum.reduced(lines, to: Array(kept), nj_line_sums)
            }
            axis = min(first, axis - 1)
        }
        return try sum.reshaped(shape)
    }
}
