// An operand of dot products between lines.

import CKernels
import NightjarRuntime

/// Lines of numbers that are to meet the lines of another operand in dot products.
///
/// They are arranged for integer products on the tile unit, in three bytes a number with a scale for
/// each line, where there is one, and kept as they are elsewhere. Unlike a ``PackedOperand``'s, the
/// numbers of a line are as precise as its largest allows: right for activations, probabilities and
/// gradients, where what is small beside the rest of the line counts for little.
package struct LineOperand: @unchecked Sendable {
    /// Lines that are arranged together: others are put at multiples of it.
    package static let group = Int(nj_lines_group)

    /// Lines that there is room for.
    package let lines: Int
    /// Numbers of a line.
    package let inner: Int
    private let side: OperandSide
    /// The numbers as they are, a row for each line; undefined where they are only arranged.
    fileprivate let matrix: Matrix
    fileprivate let arranged: Arrangement?
    /// Memory of ``matrix`` if it is the operand's own.
    private let storage: TensorStorage?

    /// The digits of all numbers, and the scales of the lines.
    fileprivate struct Arrangement {
        let digits: TensorStorage
        let scales: TensorStorage

        init(lines: Int, inner: Int) throws(TensorError) {
            let groups = (lines + LineOperand.group - 1) / LineOperand.group
            digits = try TensorStorage(count: nj_lines_size(lines, inner) / 4)
            scales = try TensorStorage(count: groups * LineOperand.group)
        }

        /// Arranges the rows of a matrix, as read, as lines from `line` on.
        func put(_ rows: Matrix, at line: Int, as side: OperandSide) {
            let put = side == .left ? nj_lines_put_left : nj_lines_put_right
            _ = put(
                rows.isTransposed, rows.readRows, rows.readColumns, rows.pointer, rows.stride,
                UnsafeMutableRawPointer(digits.base)
                    + line / LineOperand.group * nj_lines_size(LineOperand.group, rows.readColumns),
                scales.base + line)
        }

        func view(_ count: Int, of inner: Int) -> nj_line_operand {
            nj_line_operand(
                digits: digits.base, scales: scales.base, lines: count, inner: inner, first: 0)
        }
    }

    /// Whether dot products run on the tile unit.
    fileprivate static let usesTiles = TileUnit.isAvailable && nj_lines_open()

    /// How many left lines should meet the right ones at a time: on the tile unit as many as stay in
    /// the second-level cache meanwhile, elsewhere more, as OpenBLAS packs the right ones each time.
    package static let linesAtOnce = usesTiles ? 256 : 1024

    /// Takes the memory for lines to come; what is in it is undefined.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package init(lines: Int, inner: Int, as side: OperandSide) throws(TensorError) {
        self.lines = lines
        self.inner = inner
        self.side = side
        arranged = Self.usesTiles ? try Arrangement(lines: lines, inner: inner) : nil
        let own = try TensorStorage(count: Self.usesTiles ? 0 : lines * inner)
        storage = own
        matrix = Matrix(own.base, lines, inner)
    }

    /// Arranges the rows of a matrix, as read, on all threads or on the calling one alone; or holds
    /// it as it is, where there is no tile unit or no memory.
    ///
    /// The matrix's memory must live, and must not change, while the operand is in use.
    package init(_ matrix: Matrix, as side: OperandSide, inParallel: Bool = true) {
        self.matrix = matrix
        self.side = side
        lines = matrix.readRows
        inner = matrix.readColumns
        storage = nil
        guard Self.usesTiles, let arranged = try? Arrangement(lines: lines, inner: inner) else {
            self.arranged = nil
            return
        }
        self.arranged = arranged
        let (lines, groups) = (lines, (lines + Self.group - 1) / Self.group)
        let pieces = inParallel ? max(1, min(16, groups, lines * inner >> 16)) : 1
        Workers.run(pieces) { piece in
            let some = Slices.range(piece, of: pieces, over: groups)
            let first = some.lowerBound * Self.group
            let end = min(some.upperBound * Self.group, lines)
            arranged.put(matrix.rows(first..<end), at: first, as: side)
        }
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
        guard let arranged else {
            nj_copy_matrix(
                rows.rows, inner, rows.pointer, rows.stride, 1, matrix.pointer + line * inner)
            return
        }
        arranged.put(rows, at: line, as: side)
    }

    /// C = A·Bᵀ or, when `adds`, C += A·Bᵀ on the calling thread, for the lines of A and of B.
    package static func multiply(
        _ left: LineOperand, _ right: LineOperand, into c: Matrix, adds: Bool = false
    ) {
        guard let some = left.arranged, let others = right.arranged else {
            BLAS.multiplyUnpacked(left.matrix, right.matrix.transposed, c, adds: adds)
            return
        }
        nj_lines_multiply(
            some.view(c.rows, of: left.inner), others.view(c.columns, of: right.inner), left.inner,
            adds, c.pointer, c.stride, 16)
        withExtendedLifetime((left, right)) {}
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
    /// are columns, to the sums from row `first` on; or, when `adds` is false, sets them.
    ///
    /// Runs on the calling thread.
    package func multiply(
        _ left: LineOperand, _ count: Int, _ right: LineOperand, from first: Int, adds: Bool
    ) {
        guard let some = left.arranged, let others = right.arranged else {
            BLAS.multiply(
                left.matrix.rows(0..<count), right.matrix.rows(0..<columns).transposed,
                into: Matrix(sums.base + first * columns, count, columns), adds: adds)
            return
        }
        nj_lines_multiply(
            some.view(count, of: left.inner), others.view(columns, of: right.inner), left.inner,
            adds, sums.base + first * 16, 16, rows * 16)
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
