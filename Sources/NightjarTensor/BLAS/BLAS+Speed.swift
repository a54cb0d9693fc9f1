// How fast this machine multiplies.

#if canImport(Glibc)
    import Glibc
#endif

extension BLAS {
    /// Measures floating-point operations a second, in single precision on all threads.
    ///
    /// - Parameter limit: about how long to measure.
    /// - Returns: the speed of the fastest of several products of 1024 × 1024 matrices; 0 without
    ///   OpenBLAS or memory for them.
    public static func measuredSpeed(seconds limit: Double) -> Double {
        guard isAvailable else { return 0 }
        let size = 1024
        guard let memory = try? Tensor(repeating: 0.5, shape: [3, size, size]) else { return 0 }
        defer { withExtendedLifetime(memory) {} }
        let matrices = (0..<3).map { Matrix(memory.pointer + $0 * size * size, size, size) }
        let began = seconds()
        var best = Double.infinity
        repeat {
            let before = seconds()
            multiplyInParallel(matrices[0], matrices[1], into: matrices[2])
            best = min(best, seconds() - before)
        } while seconds() - began < limit
        return 2 * Double(size * size * size) / best
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
