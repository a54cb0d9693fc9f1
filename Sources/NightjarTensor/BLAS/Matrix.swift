// A matrix in memory, as BLAS sees it.

/// A view of floats in memory as a matrix, perhaps read as its transpose.
///
/// For kernels: neither the memory's lifetime nor its size is checked.
package struct Matrix {
    /// First element.
    package let pointer: UnsafeMutablePointer<Float>
    /// Rows and columns in memory.
    package let rows: Int
    package let columns: Int
    /// Distance between rows in memory.
    package let stride: Int
    /// Whether products read the matrix transposed.
    package let isTransposed: Bool

    /// Views `rows` × `columns` floats from `pointer` on.
    package init(
        _ pointer: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, stride: Int? = nil,
        isTransposed: Bool = false
    ) {
        self.pointer = pointer
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        self.isTransposed = isTransposed
    }

    /// Views a tensor as a matrix of its rows.
    package init(_ tensor: Tensor) {
        self.init(tensor.pointer, tensor.rowCount, tensor.columnCount)
    }

    /// The same memory, read transposed by products.
    package var transposed: Matrix {
        Matrix(pointer, rows, columns, stride: stride, isTransposed: !isTransposed)
    }

    /// Rows and columns as products read them.
    package var readRows: Int { isTransposed ? columns : rows }
    package var readColumns: Int { isTransposed ? rows : columns }

    /// The part of a product's operand or result that consists of some of its rows, as read.
    package func rows(_ range: Range<Int>) -> Matrix {
        isTransposed
            ? Matrix(
                pointer + range.lowerBound, rows, range.count, stride: stride, isTransposed: true)
            : Matrix(pointer + range.lowerBound * stride, range.count, columns, stride: stride)
    }

    /// The part that consists of some of its columns, as read.
    package func columns(_ range: Range<Int>) -> Matrix { transposed.rows(range).transposed }
}

/// Which operand of a product A·B a matrix is.
package enum OperandSide { case left, right }
