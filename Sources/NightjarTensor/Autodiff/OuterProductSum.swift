// The gradient of a linear map from all rows of a batch.

import CKernels
import NightjarRuntime

/// Σ_r δ[r]ᵀ x[r]: the gradient of a linear map from all rows of a batch.
package enum OuterProductSum {
    /// Rows that one product takes at a time, so that its operands stay in the cache.
    private static let rowsAtATime = 256

    /// The sum over all rows, shape `[out, in]`, for `deltas` `[rows, out]` and `inputs`
    /// `[rows, in]`.
    package static func of(_ deltas: Tensor, _ inputs: Tensor) throws(TensorError) -> Tensor {
        let (rows, out, width) = (deltas.rowCount, deltas.columnCount, inputs.columnCount)
        defer { withExtendedLifetime((deltas, inputs)) {} }
        // A large result is cut into tiles; a small one from many rows is summed in pieces.
        let pieces = min(8, rows / rowsAtATime)
        guard pieces > 1, out < 2048 else {
            let result = try Tensor(uninitialized: [out, width])
            BLAS.multiplyInParallel(
                Matrix(deltas).transposed, Matrix(inputs), into: Matrix(result))
            return result
        }
        let partial = try TransposedSums(count: pieces, rows: width, columns: out)
        Workers.run(pieces) { piece in
            let range = Slices.range(piece, of: pieces, over: rows)
            for start in stride(from: range.lowerBound, to: range.upperBound, by: rowsAtATime) {
                let some = start..<min(start + rowsAtATime, range.upperBound)
                partial.add(
                    Matrix(inputs).rows(some), Matrix(deltas).rows(some), to: piece,
                    isFirst: start == range.lowerBound)
            }
        }
        return try partial.total()
    }
}

/// Sums Σ_r x[r]ᵀ δ[r] that several threads collect, and their total the other way round.
///
/// Products read their right operand column by column. Rows of δ, of which there are more numbers,
/// lie ready for that; as the left operand they would have to be turned.
struct TransposedSums {
    private let parts: Tensor

    /// Sums of `rows` columns of x and `columns` columns of δ.
    init(count: Int, rows: Int, columns: Int) throws(TensorError) {
        parts = try Tensor(uninitialized: [count, rows, columns])
    }

    /// Adds the rows of both matrices to one of the sums, or begins it.
    func add(_ inputs: Matrix, _ deltas: Matrix, to part: Int, isFirst: Bool) {
        let (rows, columns) = (parts.shape[1], parts.shape[2])
        let sum = Matrix(parts.pointer + part * rows * columns, rows, columns)
        BLAS.multiply(inputs.transposed, deltas, into: sum, adds: !isFirst)
    }

    /// The sum of all of them, shape `[columns, rows]`.
    func total() throws(TensorError) -> Tensor {
        let (count, rows, columns) = (parts.shape[0], parts.shape[1], parts.shape[2])
        for part in 1..<max(1, count) {
            nj_axpy(
                rows * columns, 1, parts.pointer + part * rows * columns, parts.pointer)
        }
        let result = try Tensor(uninitialized: [columns, rows])
        nj_copy_matrix(columns, rows, parts.pointer, 1, columns, result.pointer)
        withExtendedLifetime(parts) {}
        return result
    }
}
