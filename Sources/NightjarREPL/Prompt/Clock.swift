// How long forms take.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A clock that never jumps.
enum Clock {
    /// Seconds since some fixed moment.
    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// A time in a readable unit: `0.35 s`, `12 ms`, `2:05 min`.
    static func text(_ seconds: Double) -> String {
        if seconds < 1e-3 { return NumberText.fixed(seconds * 1e6, digits: 0) + " µs" }
        if seconds < 0.1 { return NumberText.fixed(seconds * 1e3, digits: 1) + " ms" }
        if seconds < 60 { return NumberText.fixed(seconds, digits: 2) + " s" }
        return ProgressText.duration(seconds) + " min"
    }
}
