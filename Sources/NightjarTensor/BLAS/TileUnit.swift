// Whether and when products run on the processor's tile unit.

import CKernels

#if canImport(Glibc)
    import Glibc
#endif

/// The tile unit of newer x86 processors (AMX), which multiplies several times as fast as vector
/// instructions and, as it is used here, to the same precision.
///
/// Operands of products on it are packed first; see ``PackedOperand``.
public enum TileUnit {
    /// Whether products use it: the processor has one, and `NIGHTJAR_TILES` is not 0.
    public static let isAvailable: Bool = {
        let choice = getenv("NIGHTJAR_TILES").map { String(cString: $0) }
        return choice != "0" && nj_tiles_open()
    }()

    /// Whether packing an operand that is there for this product alone costs less than it saves.
    static func pays(rows: Int, columns: Int, inner: Int) -> Bool {
        isAvailable && min(rows, columns) >= 48 && inner >= 32 && rows * columns >= 1 << 13
    }
}
