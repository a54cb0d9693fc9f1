// Matrix products through OpenBLAS, and what is known of it.

import COpenBLAS
import NightjarRuntime

/// Dense linear algebra of the machine.
public enum BLAS {
    /// Whether OpenBLAS could be opened; tried once.
    public static let isAvailable: Bool = nj_blas_open()

    /// Name of the kernels in use, such as `SkylakeX`.
    public static var core: String { isAvailable ? String(cString: nj_blas_core()) : "" }

    /// The kernels that products run on, such as `AMX, OpenBLAS SkylakeX`; `no OpenBLAS` without it.
    public static var kernels: String {
        guard isAvailable else { return "no OpenBLAS" }
        return (TileUnit.isAvailable ? "AMX, " : "") + "OpenBLAS \(core)"
    }

    /// Opens the library.
    ///
    /// - Throws: ``TensorError/noBLAS`` when it is not installed.
    package static func require() throws(TensorError) {
        guard isAvailable else { throw .noBLAS }
    }

    /// C = A · B or, when `adds`, C += A · B on the calling thread; shapes are the caller's duty.
    package static func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false) {
        guard TileUnit.pays(rows: c.rows, columns: c.columns, inner: a.readColumns) else {
            multiplyUnpacked(a, b, c, adds: adds)
            return
        }
        multiply(a, PackedOperand(b, as: .right, inParallel: false), into: c, adds: adds)
    }

    /// The same with a right operand that was packed before.
    package static func multiply(
        _ a: Matrix, _ b: PackedOperand, into c: Matrix, adds: Bool = false
    ) {
        b.multiply(leftOf: a, into: c, adds: adds, otherwise: multiplyUnpacked)
    }

    /// The same with a left operand that was packed before.
    package static func multiply(
        _ a: PackedOperand, _ b: Matrix, into c: Matrix, adds: Bool = false
    ) {
        guard a.isPacked else {
            multiplyUnpacked(a.matrix, b, c, adds: adds)
            return
        }
        multiply(a, PackedOperand(b, as: .right, inParallel: false), into: c, adds: adds)
    }

    /// The same with both.
    package static func multiply(
        _ a: PackedOperand, _ b: PackedOperand, into c: Matrix, adds: Bool = false
    ) {
        guard !PackedOperand.multiply(a, b, into: c, adds: adds) else { return }
        multiplyUnpacked(a.matrix, b.matrix, c, adds: adds)
    }

    /// C = A·B by OpenBLAS.
    static func multiplyUnpacked(
        _ a: Matrix, _ b: Matrix, _ c: Matrix, adds: Bool
    ) {
        guard c.rows > 0, c.columns > 0 else { return }
        nj_sgemm(
            a.isTransposed, b.isTransposed, Int32(truncatingIfNeeded: c.rows),
            Int32(truncatingIfNeeded: c.columns), Int32(truncatingIfNeeded: a.readColumns), 1,
            a.pointer, Int32(truncatingIfNeeded: max(1, a.stride)), b.pointer,
            Int32(truncatingIfNeeded: max(1, b.stride)), adds ? 1 : 0, c.pointer,
            Int32(truncatingIfNeeded: max(1, c.stride)))
    }

    /// C = A · B or, when `adds`, C += A · B on all threads, cut into tiles of C whose sizes depend on the shape only.
    package static func multiplyInParallel(
        _ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false
    ) {
        // Below this many multiplications waking another thread costs more than it saves.
        guard c.rows * c.columns * a.readColumns >= 1 << 20 else {
            multiply(a, b, into: c, adds: adds)
            return
        }
        if TileUnit.pays(rows: c.rows, columns: c.columns, inner: a.readColumns) {
            multiplyPackedOnce(a, b, into: c, adds: adds)
            return
        }
        let parts = parts(rows: c.rows, columns: c.columns)
        Workers.run(parts.rows * parts.columns) { index in
            let rows = Slices.range(index / parts.columns, of: parts.rows, over: c.rows)
            let columns = Slices.range(index % parts.columns, of: parts.columns, over: c.columns)
            multiplyUnpacked(
                a.rows(rows), b.columns(columns), c.rows(rows).columns(columns), adds: adds)
        }
    }

    /// How many parts each side of C is cut into where OpenBLAS packs the operands of every part anew:
    /// parts of about 256 × 256, for which that costs little, and four where C is smaller.
    private static func parts(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
        var parts = (rows: max(1, (rows + 128) / 256), columns: max(1, (columns + 128) / 256))
        while parts.rows * parts.columns < 4 {
            let (height, width) = (rows / parts.rows, columns / parts.columns)
            guard max(height, width) >= 128 else { break }
            if height > width { parts.rows *= 2 } else { parts.columns *= 2 }
        }
        return parts
    }

    /// Cuts the longer side of C: few parts, but enough for many cores.
    ///
    /// The operand of the other side is packed once for all parts.
    private static func multiplyPackedOnce(
        _ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool
    ) {
        let length = max(c.rows, c.columns)
        let parts = max(1, min(16, length / 64))
        if c.rows >= c.columns {
            let whole = PackedOperand(b, as: .right)
            Workers.run(parts) { index in
                let part = Slices.range(index, of: parts, over: length)
                multiply(a.rows(part), whole, into: c.rows(part), adds: adds)
            }
        } else {
            let whole = PackedOperand(a, as: .left)
            Workers.run(parts) { index in
                let part = Slices.range(index, of: parts, over: length)
                multiply(whole, b.columns(part), into: c.columns(part), adds: adds)
            }
        }
    }
}

/// Equal parts of a range, the first ones longer by one where it does not divide.
package enum Slices {
    /// Part `index` of `parts` of `0 ..< count`.
    package static func range(_ index: Int, of parts: Int, over count: Int) -> Range<Int> {
        let size = count / parts
        let longer = count % parts
        let start = index * size + min(index, longer)
        return start..<start + size + (index < longer ? 1 : 0)
    }
}
