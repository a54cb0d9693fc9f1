// Two-sided tail probabilities of the distributions that tests need.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tail probabilities in double precision.
enum Distribution {
    /// P(|Z| ≥ |z|) for a standard normal Z.
    static func normalTails(_ z: Double) -> Double { erfc(z.magnitude / 2.0.squareRoot()) }

    /// The z with P(|Z| ≤ z) = `level` for a standard normal Z, such as 1.96 for 0.95.
    static func normalReach(_ level: Double) -> Double {
        reach(level, normalTails)
    }

    /// The t with P(|T| ≤ t) = `level` for Student's T with `degrees` of freedom.
    static func studentReach(_ level: Double, degrees: Double) -> Double {
        reach(level) { studentTails($0, degrees: degrees) }
    }

    /// Where falling `tails` are 1 − `level`, by halving an interval that is doubled until it holds it.
    private static func reach(_ level: Double, _ tails: (Double) -> Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while high.isFinite, tails(high) > 1 - level { (low, high) = (high, 2 * high) }
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            if tails(middle) > 1 - level { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// P(|T| ≥ |t|) for Student's T with `degrees` of freedom.
    static func studentTails(_ t: Double, degrees: Double) -> Double {
        if t.isInfinite { return 0 }
        return regularisedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
    }

    /// P of a count at least as far from `count` / 2 as `heads`, tossing a fair coin `count` times.
    static func fairCoinTails(heads: Int, of count: Int) -> Double {
        let fewer = min(heads, count - heads)
        if 2 * fewer >= count { return 1 }
        // P(X ≤ k) of the binomial distribution is I₁₋ₚ(n − k, k + 1).
        return min(1, 2 * regularisedBeta(0.5, Double(count - fewer), Double(fewer + 1)))
    }

    /// The regularised incomplete beta function I_x(a, b).
    ///
    /// Its continued fraction converges fast for x below (a + 1) / (a + b + 2); beyond, the
    /// symmetry I_x(a, b) = 1 − I_{1−x}(b, a) leads there.
    static func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - regularisedBeta(1 - x, b, a) }
        let front = a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)
        return exp(front) / (a * betaFraction(x, a, b))
    }

    /// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        let nonzero = { (value: Double) in value.magnitude < tiny ? tiny : value }
        var value = 1.0
        var numerator = 1.0
        var denominator = 0.0
        for step in 1...10_000 {
            let m = Double(step / 2)
            let term =
                step % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            denominator = 1 / nonzero(1 + term * denominator)
            numerator = nonzero(1 + term / numerator)
            let factor = numerator * denominator
            value *= factor
            if (factor - 1).magnitude < 1e-16 { break }
        }
        return value
    }

    /// The logarithm of Γ(x) for x > 0.
    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
