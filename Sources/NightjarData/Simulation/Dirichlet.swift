// Draws from the Dirichlet distribution, also where its gamma variables underflow.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension RandomStream {
    /// Draws `count` probabilities that add up to 1 (symmetric Dirichlet).
    ///
    /// Gamma variables with a small shape underflow, so their logarithms are drawn: with X of shape
    /// a + 1 and U uniform, X · U^(1/a) has shape a. No probability is smaller than 1e-300 of the
    /// largest, so that all can be balanced.
    mutating func dirichlet(_ concentration: Double, count: Int) -> [Double] {
        let logs = (0..<count).map { _ in
            log(gamma(shape: concentration + 1)) + log(1 - uniform()) / concentration
        }
        let largest = logs.max() ?? 0
        let shares = logs.map { max(1e-300, exp($0 - largest)) }
        let total = shares.reduce(0, +)
        return shares.map { $0 / total }
    }

    /// Draws from the gamma distribution with a shape of at least 1 and scale 1.
    ///
    /// Source: G. Marsaglia and W. Tsang, *A simple method for generating gamma variables*, ACM
    /// TOMS 26(3), 2000.
    private mutating func gamma(shape: Double) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}
