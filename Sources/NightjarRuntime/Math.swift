// The C library's elementary functions, without the start-up cost of Foundation.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Elementary functions in double precision.
public enum Math {
    /// The natural logarithm.
    public static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(x)
        #elseif canImport(Musl)
            Musl.log(x)
        #else
            Darwin.log(x)
        #endif
    }

    /// The cosine of an angle in radians.
    public static func cos(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.cos(x)
        #elseif canImport(Musl)
            Musl.cos(x)
        #else
            Darwin.cos(x)
        #endif
    }
}
