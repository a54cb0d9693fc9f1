// Numbers as text with a given precision.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Numbers as C's `printf` writes them.
///
/// Foundation's `String(format:)` would do the same, at the price of loading Foundation at the start
/// of every prompt.
package enum NumberText {
    /// With this many decimals, as `%.*f`.
    package static func fixed(_ value: Double, digits: Int) -> String {
        text("%.*f", digits, value)
    }

    /// With a power of ten and this many decimals, as `%.*e`.
    package static func powers(_ value: Double, digits: Int) -> String {
        text("%.*e", digits, value)
    }

    /// With this many significant digits, in whatever notation is shorter, as `%.*g`.
    package static func significant(_ value: Double, digits: Int) -> String {
        text("%.*g", digits, value)
    }

    private static func text(_ format: String, _ digits: Int, _ value: Double) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            // 400 bytes hold the longest Double (309 digits) with up to 80 decimals.
            _ = withVaList([Int32(min(80, max(0, digits))), value]) {
                vsnprintf(start, buffer.count, format, $0)
            }
            return String(cString: start)
        }
    }
}
