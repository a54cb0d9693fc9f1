// Loops over tensors whose elements do not lie one after the other.

import CKernels
import NightjarRuntime

/// The dimensions of a result, and how far apart their indices stand in each of two operands.
///
/// Neighbouring dimensions that both operands run through evenly are one: adding equal shapes is one
/// loop, and adding a row to a batch is two, whatever the rank.
struct StridedAxes {
    private struct Axis {
        let size: Int
        let left: Int
        let right: Int
        /// Distance in the result, which is contiguous.
        let out: Int
    }

    /// Shape of the result.
    let shape: [Int]
    /// Number of elements of the result.
    let count: Int
    private var axes: [Axis] = []

    /// Creates the loops for a result of `shape`, with the operands' distances for each dimension.
    ///
    /// - Throws: ``TensorError/badShape(_:)``.
    init(_ shape: [Int], left: [Int], right: [Int]) throws(TensorError) {
        self.shape = shape
        count = try Tensor.elementCount(shape)
        var inner: [Axis] = []  // innermost first
        var out = 1
        for index in shape.indices.reversed() where shape[index] != 1 {
            let (size, left, right) = (shape[index], left[index], right[index])
            if let last = inner.last, left == last.left * last.size,
                right == last.right * last.size
            {
                inner[inner.count - 1] = Axis(
                    size: size * last.size, left: last.left, right: last.right, out: last.out)
            } else {
                inner.append(Axis(size: size, left: left, right: right, out: out))
            }
            out *= size
        }
        // At least two dimensions, because kernels take matrices.
        while inner.count < 2 { inner.append(Axis(size: 1, left: 0, right: 0, out: out)) }
        axes = inner.reversed()
    }

    /// The loops that repeat operands of smaller shapes, by NumPy's rules: shapes are aligned at
    /// their last dimension, and a missing dimension or one of size 1 is repeated.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    static func broadcasting(
        _ left: [Int], _ right: [Int], operation: String
    ) throws(TensorError) -> StridedAxes {
        let rank = max(left.count, right.count)
        let paddedLeft = [Int](repeating: 1, count: rank - left.count) + left
        let paddedRight = [Int](repeating: 1, count: rank - right.count) + right
        var shape: [Int] = []
        for (l, r) in zip(paddedLeft, paddedRight) {
            guard l == r || l == 1 || r == 1 else {
                throw .shapeMismatch(operation: operation, left, right)
            }
            shape.append(l == 1 ? r : l)
        }
        return try StridedAxes(
            shape, left: repeatingStrides(paddedLeft), right: repeatingStrides(paddedRight))
    }

    /// Distances between indices of each dimension of a contiguous tensor.
    static func contiguousStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for index in shape.indices.dropLast().reversed() {
            strides[index] = strides[index + 1] * shape[index + 1]
        }
        return strides
    }

    private static func repeatingStrides(_ shape: [Int]) -> [Int] {
        zip(shape, contiguousStrides(shape)).map { $0 == 1 ? 0 : $1 }
    }

    /// One matrix of the loops: where it starts in operands and result, and its distances.
    struct Block {
        var left = 0
        var right = 0
        var out = 0
        var rows = 0
        var columns = 0
        var leftStrides = (row: 0, column: 0)
        var rightStrides = (row: 0, column: 0)
    }

    /// Calls `body` for matrices that cover the result, in parallel for large results.
    func forEachBlock(_ body: (Block) -> Void) {
        guard count > 0 else { return }
        // Cutting the longer of the outermost dimension and the columns keeps pieces even.
        let columns = axes[axes.count - 1].size
        let cutsColumns = axes[0].size < columns && axes.count == 2
        let length = cutsColumns ? columns : axes[0].size
        let pieces = min(length, Pieces.count(for: count))
        Workers.run(pieces) { piece in
            let part = Slices.range(piece, of: pieces, over: length)
            visit(
                0, cutsColumns ? 0..<axes[0].size : part, cutsColumns ? part : 0..<columns,
                Block(), body)
        }
    }

    private func visit(
        _ depth: Int, _ range: Range<Int>, _ columns: Range<Int>, _ start: Block,
        _ body: (Block) -> Void
    ) {
        let axis = axes[depth]
        var block = start
        guard depth == axes.count - 2 else {
            for index in range {
                block.left = start.left + index * axis.left
                block.right = start.right + index * axis.right
                block.out = start.out + index * axis.out
                visit(depth + 1, 0..<axes[depth + 1].size, columns, block, body)
            }
            return
        }
        let last = axes[depth + 1]
        // Part of the columns is a matrix only of one row, because the result is contiguous.
        for row in columns.count == last.size ? range.lowerBound..<range.lowerBound + 1 : range {
            block.left = start.left + row * axis.left + columns.lowerBound * last.left
            block.right = start.right + row * axis.right + columns.lowerBound * last.right
            block.out = start.out + row * axis.out + columns.lowerBound
            block.rows = columns.count == last.size ? range.count : 1
            block.columns = columns.count
            block.leftStrides = (axis.left, last.left)
            block.rightStrides = (axis.right, last.right)
            body(block)
        }
    }
}
