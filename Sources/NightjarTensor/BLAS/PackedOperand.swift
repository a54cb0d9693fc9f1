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
    package enum Side { case left, right }

    /// Lines that are packed together.
    private static let panel = 32

    /// What was packed; read by other kernels where the tile unit does not serve.
    let matrix: Matrix
    /// Rows of the left or columns of the right operand.
    let lines: Int
    private let side: Side
    private let inner: Int
    /// The packed numbers; `nil` without a tile unit, without memory for them, and for numbers that
    /// are not finite or too large to be split.
    private let tiles: TensorStorage?

    /// Packs a matrix on all threads, or on the calling one alone; or holds it as it is.
    package init(_ matrix: Matrix, as side: Side, packs: Bool = true, inParallel: Bool = true) {
        self.matrix = matrix
        self.side = side
        // A line of the left operand is a row as read, one of the right operand a column.
        let byLines = side == .left ? matrix : matrix.transposed
        lines = byLines.readRows
        inner = byLines.readColumns
        tiles = packs ? Self.pack(byLines, side, inParallel) : nil
    }

    /// Whether the tile unit can multiply it.
    var isPacked: Bool { tiles != nil }

    private static func pack(
        _ byLines: Matrix, _ side: Side, _ inParallel: Bool
    ) -> TensorStorage? {
        let (lines, inner) = (byLines.readRows, byLines.readColumns)
        guard TileUnit.isAvailable, lines > 0, inner > 0 else { return nil }
        let panelBytes = nj_tiles_size(Self.panel, inner)
        let panels = (lines + Self.panel - 1) / Self.panel
        guard let storage = try? TensorStorage(count: panels * panelBytes / 4) else { return nil }
        let base = UnsafeMutableRawPointer(storage.base)
        let misfits = Atomic<Int>(0)
        let pieces = inParallel ? max(1, min(16, panels, lines * inner >> 16)) : 1
        Workers.run(pieces) { piece in
            let some = Slices.range(piece, of: pieces, over: panels)
            let first = some.lowerBound * Self.panel
            let part = byLines.rows(first..<min(some.upperBound * Self.panel, lines))
            let pack = side == .left ? nj_tiles_pack_left : nj_tiles_pack_right
            let fits = pack(
                part.isTransposed, part.readRows, inner, part.pointer, part.stride,
                base + some.lowerBound * panelBytes)
            if !fits { misfits.add(1, ordering: .relaxed) }
        }
        return misfits.load(ordering: .relaxed) == 0 ? storage : nil
    }

    /// C = A·B or, when `adds`, C += A·B on the calling thread; false when the tile unit cannot.
    static func multiply(
        _ left: PackedOperand, _ right: PackedOperand, into c: Matrix, adds: Bool
    ) -> Bool {
        guard let some = left.tiles, let others = right.tiles else { return false }
        nj_tiles_multiply(
            left.lines, right.lines, left.inner, some.base, left.inner, others.base, right.inner,
            adds, c.pointer, c.stride)
        withExtendedLifetime((some, others)) {}
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
        let (height, depth) = (min(Self.blockRows, a.readRows), min(Self.blockDepth, inner))
        guard let tiles, height > 0, depth > 0,
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
                    UnsafeRawPointer(tiles.base) + nj_tiles_offset(first), inner,
                    adds || first > 0, target.pointer, target.stride)
            }
        }
        withExtendedLifetime((tiles, block)) {}
    }

    /// Size of a block of the left operand: packed, two fifths of a second-level cache of 2 MiB.
    private static let blockRows = 256
    private static let blockDepth = 512
}
