// An operand of products, arranged for the tile unit.

import CKernels
import NightjarRuntime
import Synchronization

/// The left or the right operand of products, arranged for the kernels in use.
///
/// Arranging costs as much as a product with some dozens of rows, so it pays for weights that many
/// blocks of a batch are multiplied with. The matrix's memory must live, and must not change, while
/// the operand is in use.
package struct PackedOperand {
    /// What was packed; read by other kernels where the tile unit does not serve.
    let matrix: Matrix
    /// The packed numbers.
    ///
    /// `nil` without a tile unit, for numbers that are not finite or too large to be split, and when
    /// memory for them is missing: OpenBLAS multiplies then, whose rounding differs.
    private let packed: TensorStorage?
    /// Rows of a left or columns of a right operand, and numbers of each.
    private let lines: Int
    private let inner: Int

    /// Packs a matrix on all threads, or on the calling one alone; or holds it as it is.
    package init(
        _ matrix: Matrix, as side: OperandSide, packs: Bool = true, inParallel: Bool = true
    ) {
        self.matrix = matrix
        let turned = side == .left ? matrix : matrix.transposed
        lines = turned.readRows
        inner = turned.readColumns
        packed = packs ? Self.pack(turned, side, inParallel) : nil
    }

    /// Whether the tile unit can multiply it.
    var isPacked: Bool { packed != nil }

    private static func pack(
        _ lines: Matrix, _ side: OperandSide, _ inParallel: Bool
    ) -> TensorStorage? {
        let (count, inner) = (lines.readRows, lines.readColumns)
        guard TileUnit.isAvailable, count > 0, inner > 0,
            let storage = try? TensorStorage(count: nj_tiles_size(count, inner) / 4)
        else { return nil }
        let panel = Int(nj_tiles_panel_lines)
        let panelBytes = nj_tiles_size(panel, inner)
        let panels = (count + panel - 1) / panel
        let pack = side == .left ? nj_tiles_pack_left : nj_tiles_pack_right
        let misfits = Atomic<Int>(0)
        let pieces = inParallel ? max(1, min(16, panels, count * inner >> 16)) : 1
        Workers.run(pieces) { piece in
            let some = Slices.range(piece, of: pieces, over: panels)
            let first = some.lowerBound * panel
            let part = lines.rows(first..<min(some.upperBound * panel, count))
            let fits = pack(
                part.isTransposed, part.readRows, inner, part.pointer, part.stride,
                UnsafeMutableRawPointer(storage.base) + some.lowerBound * panelBytes)
            if !fits { misfits.add(1, ordering: .relaxed) }
        }
        return misfits.load(ordering: .relaxed) == 0 ? storage : nil
    }

    /// C = A·B or, when `adds`, C += A·B on the calling thread; false when the tile unit cannot.
    static func multiply(
        _ left: PackedOperand, _ right: PackedOperand, into c: Matrix, adds: Bool
    ) -> Bool {
        guard let some = left.packed, let others = right.packed else { return false }
        nj_tiles_multiply(
            c.rows, c.columns, left.inner, some.base, left.inner, others.base, right.inner, adds,
            c.pointer, c.stride)
        return true
    }

    /// C = A·B or, when `adds`, C += A·B for this right operand B, with A packed block by block while
    /// the block is in the cache.
    ///
    /// `otherwise` computes a block of which a number does not fit: a block of A, the rows of B that
    /// it meets, the block of C, and whether to add.
    func multiply(
        leftOf a: Matrix, into c: Matrix, adds: Bool,
        otherwise: (Matrix, Matrix, Matrix, Bool) -> Void
    ) {
        let (height, depth) = (
            min(Self.blockRows, a.readRows), min(Self.blockDepth, a.readColumns)
        )
        guard let packed, height > 0, depth > 0,
            let block = try? TensorStorage(count: nj_tiles_size(height, depth) / 4)
        else {
            otherwise(a, matrix, c, adds)
            return
        }
        for row in stride(from: 0, to: a.readRows, by: height) {
            let rows = row..<min(row + height, a.readRows)
            for first in stride(from: 0, to: inner, by: depth) {
                let some = first..<min(first + depth, inner)
                let part = a.rows(rows).columns(some)
                let target = c.rows(rows)
                let fits = nj_tiles_pack_left(
                    part.isTransposed, rows.count, some.count, part.pointer, part.stride, block.base
                )
                guard fits else {
                    otherwise(part, matrix.rows(some), target, adds || first > 0)
                    continue
                }
                nj_tiles_multiply(
                    rows.count, lines, some.count, block.base, some.count,
                    UnsafeRawPointer(packed.base) + nj_tiles_offset(first), inner,
                    adds || first > 0, target.pointer, target.stride)
            }
        }
        withExtendedLifetime((packed, block)) {}
    }

    /// Size of a block of the left operand: packed, two fifths of a second-level cache of 2 MiB.
    private static let blockRows = 256
    private static let blockDepth = 512
}
