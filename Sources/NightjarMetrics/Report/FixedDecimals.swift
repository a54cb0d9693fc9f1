#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `value` with `digits` decimals, as C's `%.*f` writes it.
///
/// Foundation's `String(format:)` would do the same, at the price of loading Foundation at the start
/// of every prompt.
func fixed(_ value: Double, digits: Int) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        guard let start = buffer.baseAddress else { return "" }
        // 400 bytes hold the longest Double (309 digits) with up to 80 decimals.
        _ = withVaList([Int32(min(80, max(0, digits))), value]) {
            vsnprintf(start, buffer.count, "%.*f", $0)
        }
        return String(cString: start)
    }
}
