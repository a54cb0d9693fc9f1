import NightjarRuntime

extension PairedTest {
    /// Fisher's randomisation test: how often swapping arms at random gives as large a difference.
    ///
    /// Each resample flips the sign of every difference with probability ½, all examples of a
    /// cluster together; the statistic is the mean over examples. With m of R resamples at least as
    /// far from zero, p = (m + 1) / (R + 1), which never is 0. When all sign patterns together are
    /// no more than `resamples`, each is taken once and p is exact.
    ///
    /// Source: M. Smucker, J. Allan and B. Carterette, *A comparison of statistical significance
    /// tests for information retrieval evaluation*, CIKM 2007.
    ///
    /// - Throws: ``StatisticsError`` for an empty sample or a number of resamples outside
    ///   1…10,000,000, and `Interrupted` when the user asks to stop.
    public static func randomisation(
        _ sample: Sample, resamples: Int = 10_000, seed: UInt64 = 1
    ) throws -> TestResult {
        guard (1...10_000_000).contains(resamples) else {
            throw StatisticsError.badOption(
                "resamples", Double(resamples), allowed: "1 to 10000000")
        }
        let sums = sample.sums
        guard !sums.isEmpty else {
            throw StatisticsError.tooFew("differences", needed: 1, found: 0)
        }
        // Sums that differ only by rounding are the same pattern's, so they count as equal.
        let slack = 1e-12 * sums.reduce(0) { $0 + $1.magnitude }
        let bar = sums.reduce(0, +).magnitude - slack
        let isExact = sums.count < 24 && 1 << sums.count <= resamples
        let pValue: Double
        if isExact {
            let patterns = UInt64(1) << UInt64(sums.count)
            let extreme = (0..<patterns).count { flipped(sums, by: [$0]).magnitude >= bar }
            pValue = Double(extreme) / Double(patterns)
        } else {
            let stream = RandomStream(seed: seed, "randomisation test")
            let between = Resampling.resamplesBetweenChecks(units: sums.count)
            let swapped = try Resampling.run(resamples) { piece, results in
                var draws = stream.split("piece \(piece)")
                var bits = [UInt64](repeating: 0, count: (sums.count + 63) / 64)
                for place in results.indices {
                    if place % between == 0 { try Interruption.check() }
                    for word in bits.indices { bits[word] = draws.next() }
                    results[place] = flipped(sums, by: bits)
                }
            }
            let extreme = swapped.count { $0.magnitude >= bar }
            pValue = Double(extreme + 1) / Double(resamples + 1)
        }
        return TestResult(
            test: "randomisation test", statistic: sample.mean, pValue: pValue,
            unitCount: sums.count)
    }

    /// The sum of `values`, negating those whose bit is set.
    private static func flipped(_ values: [Double], by bits: [UInt64]) -> Double {
        var sum = 0.0
        for (place, value) in values.enumerated() {
            let sign = (bits[place / 64] >> UInt64(place % 64)) << 63
            sum += Double(bitPattern: value.bitPattern ^ sign)
        }
        return sum
    }
}
