// Matrices in double precision, for as long as LAPACK works on them.

import COpenBLAS

/// A matrix in double precision: tensors have single precision, decompositions need more.
///
/// What is column-major to LAPACK is the transpose in row-major order, so a plain copy of a tensor
/// is its transpose there, and many decompositions need no other.
struct DoubleMatrix {
    private let storage: Tensor
    let count: Int

    /// Room for `count` numbers.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(count: Int) throws(TensorError) {
        storage = try Tensor(uninitialized: [2, max(1, count)])
        self.count = count
    }

    /// The elements of a tensor in their order.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(_ tensor: Tensor) throws(TensorError) {
        try self.init(count: tensor.count)
        for index in 0..<count { pointer[index] = Double(tensor.pointer[index]) }
        withExtendedLifetime(tensor) {}
    }

    /// The elements of a matrix column by column.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(columnsOf tensor: Tensor, padding length: Int? = nil) throws(TensorError) {
        let (rows, columns) = (tensor.rowCount, tensor.columnCount)
        let length = length ?? rows
        try self.init(count: length * columns)
        for column in 0..<columns {
            for row in 0..<length {
                pointer[column * length + row] =
                    row < rows ? Double(tensor.pointer[row * columns + column]) : 0
            }
        }
        withExtendedLifetime(tensor) {}
    }

    var pointer: UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(storage.pointer).assumingMemoryBound(to: Double.self)
    }

    /// The first elements in their order.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func tensor(_ shape: [Int]) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        for index in 0..<result.count { result.pointer[index] = Float(pointer[index]) }
        withExtendedLifetime(storage) {}
        return result
    }

    /// A matrix from columns of `length` elements, of which the first `rows` are used.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func tensor(rows: Int, columns: Int, length: Int) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [rows, columns])
        for row in 0..<rows {
            for column in 0..<columns {
                result.pointer[row * columns + column] = Float(pointer[column * length + row])
            }
        }
        withExtendedLifetime(storage) {}
        return result
    }
}

extension Tensor {
    /// Rows and columns of a matrix fit for LAPACK: at least one of each, all elements finite.
    ///
    /// - Throws: ``TensorError``.
    func matrixSize(_ operation: String) throws(TensorError) -> (rows: Int32, columns: Int32) {
        guard shape.count == 2, count > 0 else {
            throw .rank(
                operation: operation, expected: "a matrix of one element or more", found: shape)
        }
        guard let rows = Int32(exactly: shape[0]), let columns = Int32(exactly: shape[1]),
            count <= Int(Int32.max)
        else { throw .badShape(shape) }
        guard isFinite else {
            throw .badValue(
                operation: operation,
                "an element is infinite or not a number. Look for it with x:isfinite() by row.")
        }
        return (rows, columns)
    }

    /// The size of a square matrix fit for LAPACK.
    ///
    /// - Throws: ``TensorError``.
    func squareSize(_ operation: String) throws(TensorError) -> Int32 {
        let size = try matrixSize(operation)
        guard size.rows == size.columns else {
            throw .rank(operation: operation, expected: "a square matrix", found: shape)
        }
        return size.rows
    }

    /// Throws what a code of LAPACK means; `meaning` is that of a code above 0.
    static func check(
        _ code: Int32, _ operation: String, _ meaning: @autoclosure () -> String
    ) throws(TensorError) {
        switch Int(code) {
        case 0: return
        case Int(nj_lapack_missing): throw .noBLAS
        case Int(nj_lapack_no_memory): throw .outOfMemory(bytes: 0)
        default: throw .badValue(operation: operation, meaning())
        }
    }
}
