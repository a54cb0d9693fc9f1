// Products of matrices, of batches of matrices, and of vectors.

import CKernels
import NightjarRuntime

extension Tensor {
    /// The matrix product of the last two dimensions; leading ones are batches, repeated by NumPy's
    /// rules where one operand has fewer.
    ///
    /// A flag reads an operand's matrices transposed, without moving anything.
    ///
    /// - Throws: ``TensorError``.
    public func matmul(
        _ other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
    ) throws(TensorError) -> Tensor {
        for operand in [self, other] where operand.shape.count < 2 {
            throw .rank(
                operation: "matmul", expected: "at least two dimensions (reshape a vector first)",
                found: operand.shape)
        }
        let (left, right) = (shape.suffix(2).map { $0 }, other.shape.suffix(2).map { $0 })
        let (rows, inner) = transposingLeft ? (left[1], left[0]) : (left[0], left[1])
        let (innerRight, columns) = transposingRight ? (right[1], right[0]) : (right[0], right[1])
        guard inner == innerRight else {
            throw .shapeMismatch(operation: "matmul", shape, other.shape)
        }
        for size in left + right where size > Int(Int32.max) { throw .badShape([size]) }
        try BLAS.require()
        let batches = try StridedAxes.broadcasting(
            Array(shape.dropLast(2)), Array(other.shape.dropLast(2)), operation: "matmul")
        let result = try Tensor(uninitialized: batches.shape + [rows, columns])
        func product(_ a: Int, _ b: Int, _ c: Int) -> (Matrix, Matrix, Matrix) {
            (
                Matrix(
                    pointer + a * left[0] * left[1], left[0], left[1],
                    isTransposed: transposingLeft),
                Matrix(
                    other.pointer + b * right[0] * right[1], right[0], right[1],
                    isTransposed: transposingRight),
                Matrix(result.pointer + c * rows * columns, rows, columns)
            )
        }
        if batches.count == 1 {
            let (a, b, c) = product(0, 0, 0)
            BLAS.multiplyInParallel(a, b, into: c)
        } else {
            let indices = batches.operandIndices()
            // As many multiplications as one thread does while another wakes up.
            let work = max(1, rows * columns * max(1, inner))
            let pieces = min(indices.count, max(1, min(64, indices.count * work >> 18)))
            Workers.run(pieces) { piece in
                for batch in Slices.range(piece, of: pieces, over: indices.count) {
                    let (a, b, c) = product(indices[batch].left, indices[batch].right, batch)
                    BLAS.multiply(a, b, into: c)
                }
            }
        }
        withExtendedLifetime((self, other)) {}
        return result
    }

    /// Σ x·y over all elements of two tensors of one shape.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func dot(_ other: Tensor) throws(TensorError) -> Float {
        guard shape == other.shape else {
            throw .shapeMismatch(operation: "dot", shape, other.shape)
        }
        defer { withExtendedLifetime((self, other)) {} }
        return nj_dot(count, pointer, other.pointer)
    }

    /// Σ x·y over the last dimension of two tensors of one shape.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func rowDot(_ other: Tensor) throws(TensorError) -> Tensor {
        guard shape == other.shape, !shape.isEmpty else {
            throw .shapeMismatch(operation: "row dot", shape, other.shape)
        }
        let result = try Tensor(uninitialized: shape.dropLast())
        let width = columnCount
        Pieces.run(rowCount, elements: count) { rows in
            let start = rows.lowerBound * width
            nj_row_dots(
                rows.count, width, pointer + start, other.pointer + start,
                result.pointer + rows.lowerBound)
        }
        withExtendedLifetime((self, other)) {}
        return result
    }

    /// The products of each element of one vector with each of another, shape `[m, n]`.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` unless both are vectors.
    public func outer(_ other: Tensor) throws(TensorError) -> Tensor {
        for operand in [self, other] where operand.shape.count != 1 {
            throw .rank(operation: "outer", expected: "vectors", found: operand.shape)
        }
        return try reshaped([count, 1]) * other
    }
}

extension StridedAxes {
    /// The place in each operand of every element of the result, in row-major order.
    fileprivate func operandIndices() -> [(left: Int, right: Int)] {
        var indices = [(left: Int, right: Int)](repeating: (0, 0), count: count)
        indices.withUnsafeMutableBufferPointer { indices in
            forEachBlock { block in
                for row in 0..<block.rows {
                    for column in 0..<block.columns {
                        indices[block.out + row * block.columns + column] = (
                            block.left + row * block.leftStrides.row
                                + column * block.leftStrides.column,
                            block.right + row * block.rightStrides.row
                                + column * block.rightStrides.column
                        )
                    }
                }
            }
        }
        return indices
    }
}
