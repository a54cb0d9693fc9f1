// Matrix products through OpenBLAS, and what is known of it.

import COpenBLAS
import NightjarRuntime

/// Dense linear algebra of the machine.
public enum BLAS {
    /// Whether OpenBLAS could be opened; tried once.
    public static let isAvailable: Bool = nj_blas_open()

    /// Name of the kernels in use, such as `SkylakeX`.
    public static var core: String { isAvailable ? String(cString: nj_blas_core()) : "" }

    /// Opens the library.
    ///
    /// - Throws: ``TensorError/noBLAS`` when it is not installed.
    package static func require() throws(TensorError) {
        guard isAvailable else { throw .noBLAS }
    }

    /// C = alpha · A · B + beta · C on the calling thread; shapes are the caller's duty.
    package static func multiply(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0
    ) {
        guard c.rows > 0, c.columns > 0 else { return }
        let inner = a.isTransposed ? a.rows : a.columns
        nj_sgemm(
            a.isTransposed, b.isTransposed, Int32(truncatingIfNeeded: c.rows),
            Int32(truncatingIfNeeded: c.columns), Int32(truncatingIfNeeded: inner), alpha,
            a.pointer, Int32(truncatingIfNeeded: max(1, a.stride)), b.pointer,
            Int32(truncatingIfNeeded: max(1, b.stride)), beta, c.pointer,
            Int32(truncatingIfNeeded: max(1, c.stride)))
    }

    /// The same on all threads, cut into tiles of C whose sizes depend on the shape only.
    package static func multiplyInParallel(
        _ a: Matrix, _ b: Matrix, into c: Matrix, alpha: Float = 1, beta: Float = 0
    ) {
        let inner = a.isTransposed ? a.rows : a.columns
        // Below this many multiplications waking another thread costs more than it saves.
        guard c.rows * c.columns * inner >= 1 << 20 else {
            multiply(a, b, into: c, alpha: alpha, beta: beta)
            return
        }
        // The longer side is cut: few parts, but enough for many cores.
        let cutsRows = c.rows >= c.columns
        let length = cutsRows ? c.rows : c.columns
        let parts = max(1, min(16, length / 64))
        Workers.run(parts) { index in
            let part = Slices.range(index, of: parts, over: length)
            if cutsRows {
                multiply(a.rows(part), b, into: c.rows(part), alpha: alpha, beta: beta)
            } else {
                multiply(a, b.columns(part), into: c.columns(part), alpha: alpha, beta: beta)
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
