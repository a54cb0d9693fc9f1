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
        let out = deltas.columnCount
        let width = inputs.columnCount
        let result = try Tensor(uninitialized: [out, width])
        let (left, right) = (Matrix(deltas), Matrix(inputs))
        defer { withExtendedLifetime((deltas, inputs)) {} }
        let rows = deltas.rowCount
        // A large result is cut into tiles; a small one from many rows is summed in pieces.
        let pieces = min(8, rows / rowsAtATime)
        guard pieces > 1, out < 2048 else {
            BLAS.multiplyInParallel(left.transposed, right, into: Matrix(result))
            return result
        }
        let partial = try Tensor(uninitialized: [pieces, out, width])
        Workers.run(pieces) { piece in
            let range = Slices.range(piece, of: pieces, over: rows)
            let sum = Matrix(partial.pointer + piece * out * width, out, width)
            for start in stride(from: range.lowerBound, to: range.upperBound, by: rowsAtATime) {
                let some = start..<min(start + rowsAtATime, range.upperBound)
                BLAS.multiply(
                    left.rows(some).transposed, right.rows(some), into: sum,
                    adds: start > range.lowerBound)
            }
        }
        result.pointer.update(from: partial.pointer, count: result.count)
        for piece in 1..<pieces {
            nj_axpy(result.count, 1, partial.pointer + piece * result.count, result.pointer)
        }
        return result
    }
}
