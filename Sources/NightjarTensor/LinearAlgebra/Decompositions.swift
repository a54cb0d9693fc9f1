// Matrices as products of simpler ones.

import COpenBLAS

/// A = U·diag(s)·Vᵀ with orthonormal columns of U and rows of Vᵀ.
public struct SingularValues: Sendable {
    /// Left vectors as columns, shape `[m, k]`.
    public let left: Tensor
    /// Singular values, descending, shape `[k]`.
    public let values: Tensor
    /// Right vectors as rows, shape `[k, n]`.
    public let right: Tensor
}

extension Tensor {
    /// The singular value decomposition with k = min(m, n) vectors on each side.
    ///
    /// - Throws: ``TensorError``.
    public func singularValues() throws(TensorError) -> SingularValues {
        let (rows, columns) = try matrixSize("svd")
        let k = Int(min(rows, columns))
        // Aᵀ = U′·s·V′ᵀ means A = V′·s·U′ᵀ, and LAPACK's order of elements is the transpose of ours.
        let (matrix, values) = (try DoubleMatrix(self), try DoubleMatrix(count: k))
        let right = try DoubleMatrix(count: k * Int(columns))
        let left = try DoubleMatrix(count: k * Int(rows))
        defer { withExtendedLifetime(matrix) {} }
        let code = nj_svd(
            columns, rows, matrix.pointer, values.pointer, right.pointer, left.pointer)
        try Self.check(code, "svd", Self.noConvergence)
        return SingularValues(
            left: try left.tensor([Int(rows), k]), values: try values.tensor([k]),
            right: try right.tensor([k, Int(columns)]))
    }

    /// Eigenvalues, ascending, and eigenvectors, as columns, of a symmetric matrix.
    ///
    /// - Throws: ``TensorError``, also for a matrix that is not symmetric.
    public func symmetricEigen() throws(TensorError) -> (values: Tensor, vectors: Tensor) {
        let size = try squareSize("eigh")
        let n = Int(size)
        let largest = max(try maximum().magnitude, try minimum().magnitude)
        for row in 0..<n {
            for column in 0..<row {
                let difference = pointer[row * n + column] - pointer[column * n + row]
                guard difference.magnitude > 1e-4 * largest else { continue }
                throw .badValue(
                    operation: "eigh",
                    "the matrix is not symmetric: [\(row + 1)][\(column + 1)] differs from"
                        + " [\(column + 1)][\(row + 1)]. Use (a + a:transpose()) / 2, or svd.")
            }
        }
        let (matrix, values) = (try DoubleMatrix(self), try DoubleMatrix(count: n))
        let code = nj_symmetric_eigen(size, matrix.pointer, values.pointer)
        try Self.check(code, "eigh", Self.noConvergence)
        return (
            try values.tensor([n]), try matrix.tensor(rows: n, columns: n, length: n)
        )
    }

    /// L of A = L·Lᵀ, lower triangular, for a symmetric positive definite matrix.
    ///
    /// Only the lower triangle of A is read.
    ///
    /// - Throws: ``TensorError``, also for a matrix that is not positive definite.
    public func cholesky() throws(TensorError) -> Tensor {
        let size = try squareSize("cholesky")
        let n = Int(size)
        let matrix = try DoubleMatrix(self)
        let code = nj_cholesky_upper(size, matrix.pointer)
        try Self.check(
            code, "cholesky",
            "the matrix is not positive definite (found at row \(code)). Add a small multiple of"
                + " nj.tensor.eye(\(n)) to it.")
        for row in 0..<n {
            for column in row + 1..<max(n, row + 1) { matrix.pointer[row * n + column] = 0 }
        }
        return try matrix.tensor([n, n])
    }

    /// A = Q·R with k = min(m, n) orthonormal columns of Q and R upper triangular.
    ///
    /// - Throws: ``TensorError``.
    public func qr() throws(TensorError) -> (q: Tensor, r: Tensor) {
        let (rows, columns) = try matrixSize("qr")
        let (m, n, k) = (Int(rows), Int(columns), Int(min(rows, columns)))
        let (matrix, factors) = (try DoubleMatrix(columnsOf: self), try DoubleMatrix(count: k))
        let code = nj_qr(rows, columns, matrix.pointer, factors.pointer)
        try Self.check(code, "qr", Self.noConvergence)
        defer { withExtendedLifetime(factors) {} }
        let upper = try matrix.tensor(rows: k, columns: n, length: m)
        for row in 1..<max(1, k) {
            for column in 0..<min(row, n) { upper.pointer[row * n + column] = 0 }
        }
        let second = nj_qr_columns(rows, Int32(k), matrix.pointer, factors.pointer)
        try Self.check(second, "qr", Self.noConvergence)
        return (try matrix.tensor(rows: m, columns: k, length: m), upper)
    }

    static let noConvergence =
        "the computation did not converge. Scale the matrix, so that its elements are near 1."
}
