// An operand of products that is computed a panel of lines at a time.

import CKernels

/// Memory for the left or the right operand of products, filled with a panel of its lines at a time
/// while the panel is in the cache.
///
/// A line is a row of the left or a column of the right operand. The numbers are arranged for the
/// tile unit, in six bytes each, where there is one; they are kept as they are elsewhere.
package struct OperandBuffer: @unchecked Sendable {
    package enum Side { case left, right }

    /// Lines that are arranged together: parts are put at multiples of it.
    package static let panel = Int(nj_tiles_panel_lines)

    /// Lines that there is room for.
    package let lines: Int
    /// Numbers of a line.
    package let inner: Int
    private let side: Side
    let storage: TensorStorage

    /// Takes the memory; what is in it is undefined.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package init(lines: Int, inner: Int, as side: Side) throws(TensorError) {
        self.lines = lines
        self.inner = inner
        self.side = side
        storage = try TensorStorage(count: Self.bytes(lines: lines, inner: inner) / 4)
    }

    /// Bytes that it takes.
    package static func bytes(lines: Int, inner: Int) -> Int {
        TileUnit.isAvailable ? nj_tiles_size(lines, inner) : 4 * lines * inner
    }

    /// Fills the lines from `line`, a multiple of ``panel``, on with the rows of a matrix as read.
    ///
    /// False when a number is not finite or, for the tile unit, above 2^126: then the lines are not
    /// to be used. Several threads may fill different panels.
    package func put(_ rows: Matrix, at line: Int) -> Bool {
        guard TileUnit.isAvailable else {
            nj_copy_matrix(
                rows.readRows, inner, rows.pointer, rows.isTransposed ? 1 : rows.stride,
                rows.isTransposed ? rows.stride : 1, storage.base + line * inner)
            return nj_all_finite(rows.readRows * inner, storage.base + line * inner) != 0
        }
        let panelBytes = nj_tiles_size(Self.panel, inner)
        let pack = side == .left ? nj_tiles_pack_left : nj_tiles_pack_right
        return pack(
            rows.isTransposed, rows.readRows, inner, rows.pointer, rows.stride,
            UnsafeMutableRawPointer(storage.base) + line / Self.panel * panelBytes)
    }

    /// C = A·B or, when `adds`, C += A·B on the calling thread, for the first lines of each operand,
    /// as many as C has rows and columns.
    package static func multiply(
        _ left: OperandBuffer, _ right: OperandBuffer, into c: Matrix, adds: Bool
    ) {
        guard TileUnit.isAvailable else {
            BLAS.multiply(
                Matrix(left.storage.base, c.rows, left.inner),
                Matrix(right.storage.base, c.columns, right.inner).transposed, into: c, adds: adds)
            return
        }
        nj_tiles_multiply(
            c.rows, c.columns, left.inner, left.storage.base, left.inner, right.storage.base,
            right.inner, adds, c.pointer, c.stride)
    }
}
