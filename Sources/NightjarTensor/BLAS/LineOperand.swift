// An operand of dot products between lines, which is put in place some lines at a time.

import CKernels

/// Lines of numbers that are to meet the lines of another operand in dot products.
///
/// They are arranged for integer products on the tile unit, in three bytes a number with a scale for
/// each line, where there is one, and kept as they are elsewhere. Unlike a ``PackedOperand``'s, the
/// numbers of a line are as precise as its largest allows: right for gradients, where what is small
/// beside the rest of the line counts for little.
package struct LineOperand: @unchecked Sendable {
    /// Lines that are arranged together: others are put at multiples of it.
    package static let group = Int(nj_lines_group)

    /// Lines that there is room for.
    package let lines: Int
    /// Numbers of a line.
    package let inner: Int
    private let side: OperandSide
    fileprivate let storage: TensorStorage
    fileprivate let scales: TensorStorage

    /// Whether dot products run on the tile unit.
    fileprivate static let usesTiles = TileUnit.isAvailable && nj_lines_open()

    /// Takes the memory; what is in it is undefined.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package init(lines: Int, inner: Int, as side: OperandSide) throws(TensorError) {
        self.lines = lines
        self.inner = inner
        self.side = side
        let groups = (lines + Self.group - 1) / Self.group
        storage = try TensorStorage(count: Self.bytes(lines: lines, inner: inner) / 4)
        scales = try TensorStorage(count: groups * Self.group)
    }

    /// Bytes that the numbers take.
    package static func bytes(lines: Int, inner: Int) -> Int {
        usesTiles ? nj_lines_size(lines, inner) : 4 * lines * inner
    }

    /// Puts the rows of a matrix from `line`, a multiple of ``group``, on.
    ///
    /// Several threads may fill different groups. A line that has a number which is not finite has
    /// products that are not.
    package func put(_ rows: Matrix, at line: Int) {
        guard Self.usesTiles else {
            nj_copy_matrix(
                rows.rows, inner, rows.pointer, rows.stride, 1, storage.base + line * inner)
            return
        }
        let groupBytes = nj_lines_size(Self.group, inner)
        let put = side == .left ? nj_lines_put_left : nj_lines_put_right
        put(
            rows.rows, inner, rows.pointer, rows.stride,
            UnsafeMutableRawPointer(storage.base) + line / Self.group * groupBytes,
            scales.base + line)
    }
}

/// Sums of the dot products of the lines of left and right operands, `[rows, columns]`.
package struct LineProducts: @unchecked Sendable {
    private let rows: Int
    private let columns: Int
    private let sums: TensorStorage

    /// Takes memory for sums, which are undefined.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package init(rows: Int, columns: Int) throws(TensorError) {
        self.rows = rows
        self.columns = columns
        let count = LineOperand.usesTiles ? nj_lines_sums(rows, columns) : rows * columns
        sums = try TensorStorage(count: count)
    }

    /// Adds the products of the first `count` left lines and the first right ones, as many as there
    /// are columns, to the sums from row `first`, a multiple of ``LineOperand/group``, on; or, when
    /// `adds` is false, sets them.
    ///
    /// Runs on the calling thread.
    package func multiply(
        _ left: LineOperand, _ count: Int, _ right: LineOperand, from first: Int, adds: Bool
    ) {
        guard LineOperand.usesTiles else {
            BLAS.multiply(
                Matrix(left.storage.base, count, left.inner),
                Matrix(right.storage.base, columns, right.inner).transposed,
                into: Matrix(sums.base + first * columns, count, columns), adds: adds)
            return
        }
        nj_lines_multiply(
            count, columns, left.inner, left.storage.base, left.scales.base, right.storage.base,
            right.scales.base, adds, sums.base, first, rows)
    }

    /// Adds the sums to the numbers of a matrix of the same shape.
    package func add(to result: Matrix) {
        guard LineOperand.usesTiles else {
            for row in 0..<rows {
                nj_axpy(
                    columns, 1, sums.base + row * columns, result.pointer + row * result.stride)
            }
            return
        }
        nj_lines_read(rows, columns, sums.base, result.pointer, result.stride)
    }
}
