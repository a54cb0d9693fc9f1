// Linear equations.

import COpenBLAS

extension Tensor {
    /// x of A·x = b, A being this square matrix; b is a vector or has a right-hand side a column.
    ///
    /// - Throws: ``TensorError``, also for a singular matrix.
    public func solve(_ b: Tensor) throws(TensorError) -> Tensor {
        let size = try squareSize("solve")
        let n = Int(size)
        let sides = try rightHandSides(b, rows: n, "solve")
        let (matrix, pivots) = try factorized("solve", size)
        let solution = try DoubleMatrix(columnsOf: sides)
        defer { withExtendedLifetime(matrix) {} }
        // What LAPACK has is the transpose of this matrix, so it solves for the transpose of that.
        let code = pivots.withUnsafeBufferPointer {
            nj_lu_solve_transposed(
                size, Int32(sides.columnCount), matrix.pointer, $0.baseAddress, solution.pointer)
        }
        try Self.check(code, "solve", Self.singular)
        return try solution.tensor(rows: n, columns: sides.columnCount, length: n)
            .reshaped(b.shape)
    }

    /// x of A·x = b, A being one triangle of this square matrix, whose other elements are not read.
    ///
    /// - Parameters:
    ///   - b: a vector, or a right-hand side in each column.
    ///   - isUpper: whether A is the upper triangle and not the lower one.
    ///   - transposes: whether Aᵀ·x = b is solved.
    /// - Returns: x, of the shape of b.
    /// - Throws: ``TensorError``, also for a zero on the diagonal.
    public func solveTriangular(
        _ b: Tensor, isUpper: Bool = false, transposes: Bool = false
    ) throws(TensorError) -> Tensor {
        let size = try squareSize("solve_triangular")
        let n = Int(size)
        let sides = try rightHandSides(b, rows: n, "solve_triangular")
        let (matrix, solution) = (try DoubleMatrix(self), try DoubleMatrix(columnsOf: sides))
        defer { withExtendedLifetime(matrix) {} }
        // What LAPACK has is the transpose of this matrix, with the other triangle.
        let code = nj_triangular_solve(
            size, Int32(sides.columnCount), matrix.pointer, !isUpper, !transposes,
            solution.pointer)
        try Self.check(
            code, "solve_triangular",
            "element \(code) of the diagonal is 0, so the matrix is singular. Use lstsq.")
        return try solution.tensor(rows: n, columns: sides.columnCount, length: n)
            .reshaped(b.shape)
    }

    /// The inverse of a square matrix.
    ///
    /// - Throws: ``TensorError``, also for a singular matrix.
    public func inverse() throws(TensorError) -> Tensor {
        let size = try squareSize("inv")
        let (matrix, pivots) = try factorized("inv", size)
        let code = pivots.withUnsafeBufferPointer {
            nj_lu_invert(size, matrix.pointer, $0.baseAddress)
        }
        try Self.check(code, "inv", Self.singular)
        return try matrix.tensor([Int(size), Int(size)])
    }

    /// The determinant of a square matrix; 0 for a singular one.
    ///
    /// - Throws: ``TensorError``.
    public func determinant() throws(TensorError) -> Double {
        let size = try squareSize("det")
        let n = Int(size)
        let matrix = try DoubleMatrix(self)
        var pivots = [Int32](repeating: 0, count: n)
        let code = pivots.withUnsafeMutableBufferPointer {
            nj_lu(size, matrix.pointer, $0.baseAddress)
        }
        defer { withExtendedLifetime(matrix) {} }
        guard code <= 0 else { return 0 }
        try Self.check(code, "det", Self.singular)
        return (0..<n).reduce(1.0) { product, index in
            let sign: Double = pivots[index] == Int32(index + 1) ? 1 : -1
            return product * sign * matrix.pointer[index * n + index]
        }
    }

    /// x that makes ‖A·x − b‖ least, the shortest such x, and the rank of A.
    ///
    /// Singular values below 1e-7 of the largest count as zero: single precision has no more.
    ///
    /// - Throws: ``TensorError``.
    public func leastSquares(_ b: Tensor) throws(TensorError) -> (solution: Tensor, rank: Int) {
        let (rows, columns) = try matrixSize("lstsq")
        let sides = try rightHandSides(b, rows: Int(rows), "lstsq")
        let length = Int(max(rows, columns))
        let matrix = try DoubleMatrix(columnsOf: self)
        let solution = try DoubleMatrix(columnsOf: sides, padding: length)
        let values = try DoubleMatrix(count: Int(min(rows, columns)))
        var rank: Int32 = 0
        defer { withExtendedLifetime((matrix, values)) {} }
        let code = nj_least_squares(
            rows, columns, Int32(sides.columnCount), matrix.pointer, solution.pointer,
            Int32(length), values.pointer, 1e-7, &rank)
        try Self.check(code, "lstsq", Self.noConvergence)
        let found = try solution.tensor(
            rows: Int(columns), columns: sides.columnCount, length: length)
        return (b.shape.count == 1 ? try found.reshaped([Int(columns)]) : found, Int(rank))
    }

    private static let singular =
        "the matrix is singular. Use lstsq, or add a small multiple of the identity."

    /// The factors of the transpose in LAPACK's eyes.
    private func factorized(
        _ operation: String, _ size: Int32
    ) throws(TensorError) -> (DoubleMatrix, [Int32]) {
        let matrix = try DoubleMatrix(self)
        var pivots = [Int32](repeating: 0, count: Int(size))
        let code = pivots.withUnsafeMutableBufferPointer {
            nj_lu(size, matrix.pointer, $0.baseAddress)
        }
        try Self.check(code, operation, Self.singular)
        let n = Int(size)
        let diagonal = (0..<n).map { matrix.pointer[$0 * n + $0].magnitude }
        // A pivot that is nothing but rounding: the solution would be nothing but rounding, too.
        guard let least = diagonal.min(), let most = diagonal.max(),
            least > Double(n) * Double.ulpOfOne * most
        else { throw .badValue(operation: operation, Self.singular) }
        withExtendedLifetime(matrix) {}
        return (matrix, pivots)
    }

    /// The right-hand sides as columns of a matrix.
    private func rightHandSides(
        _ b: Tensor, rows: Int, _ operation: String
    ) throws(TensorError) -> Tensor {
        guard b.shape.count == 1 || b.shape.count == 2, b.shape.first == rows else {
            throw .shapeMismatch(operation: operation, shape, b.shape)
        }
        let sides = b.shape.count == 1 ? try b.reshaped([rows, 1]) : b
        _ = try sides.matrixSize(operation)
        return sides
    }
}
