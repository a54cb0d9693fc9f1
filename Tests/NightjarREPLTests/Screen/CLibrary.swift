import Glibc

/// Functions of the C library that Swift does not see.
enum CLibrary {
    /// The columns of a character in the C library's own table of the locale C.UTF-8.
    static func width(_ scalar: Unicode.Scalar) -> Int { Int(wcwidth(Int32(scalar.value))) }

    private static let wcwidth: @convention(c) (Int32) -> Int32 = {
        setlocale(LC_CTYPE, "C.UTF-8")
        let symbol = dlsym(nil, "wcwidth")
        return unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
    }()
}
