import Testing

@testable import NightjarMetrics

/// Expected values are scipy 1.17.1's.
@Suite("Paired tests")
struct PairedTestTests {
    static let values = [0.61, 0.42, 0.55, 0.30, 0.77, 0.18, 0.49, 0.66, 0.25, 0.58]
    static let baseline = [0.52, 0.44, 0.41, 0.27, 0.70, 0.20, 0.36, 0.61, 0.10, 0.47]

    private func sample() throws -> Sample { try Sample(Self.values, minus: Self.baseline) }

    @Test("t agrees with ttest_rel")
    func studentT() throws {
        let result = try PairedTest.studentT(sample())
        #expect(abs(result.statistic - 3.7012469239127745) < 1e-12)
        #expect(abs(result.pValue - 0.0049110705906173216) < 1e-14)
        #expect(result.unitCount == 10)
    }

    @Test("t of equal differences has no variance to divide by")
    func studentTWithoutVariance() throws {
        #expect(try PairedTest.studentT(Sample([0, 0, 0])).pValue == 1)
        let result = try PairedTest.studentT(Sample([0.5, 0.5, 0.5]))
        #expect(result.statistic == .infinity)
        #expect(result.pValue == 0)
    }

    @Test("Wilcoxon agrees with the exact distribution")
    func wilcoxonExact() throws {
        let result = try PairedTest.wilcoxon(sample())
        #expect(result.statistic == 3)
        #expect(abs(result.pValue - 0.009765625) < 1e-15)
        let distinct = try PairedTest.wilcoxon(Sample([1, -2, 3, 4, 5, -6, 7, 8, 9, 10, 11, 12]))
        #expect(distinct.statistic == 8)
        #expect(abs(distinct.pValue - 0.01220703125) < 1e-15)
    }

    @Test("Wilcoxon is exact with ties too, as scipy's permutation method")
    func wilcoxonTies() throws {
        let result = try PairedTest.wilcoxon(Sample([1, 1, -1, 2, 2, 3, -3, 4, 4, 5]))
        #expect(result.statistic == 8.5)
        #expect(abs(result.pValue - 0.0625) < 1e-15)
    }

    @Test("Wilcoxon drops zeros and corrects the normal approximation for ties")
    func wilcoxonApproximation() throws {
        let tied = (0..<80).map { Double((($0 * 37 % 101) - 45).quotientTowardsMinusInfinity(7)) }
        let result = try PairedTest.wilcoxon(Sample(tied))
        #expect(result.unitCount == 74)
        #expect(result.statistic == 1279.5)
        #expect(abs(result.pValue - 0.5596832292444605) < 1e-12)
        let distinct = (0..<80).map { Double($0 * 37 % 101) - 44.5 }
        let other = try PairedTest.wilcoxon(Sample(distinct))
        #expect(other.statistic == 1290)
        #expect(abs(other.pValue - 0.11345931773695228) < 1e-12)
    }

    @Test("Wilcoxon and sign find nothing in no differences")
    func noDifference() throws {
        #expect(try PairedTest.wilcoxon(Sample([0, 0])).pValue == 1)
        #expect(try PairedTest.sign(Sample([0, 0])).pValue == 1)
        #expect(try PairedTest.randomisation(Sample([0, 0])).pValue == 1)
    }

    @Test("sign agrees with binomtest")
    func sign() throws {
        let result = try PairedTest.sign(sample())
        #expect(result.statistic == 8)
        #expect(abs(result.pValue - 0.109375) < 1e-14)
        let many = (0..<100).map { $0 < 60 ? 1.0 : -1 }
        #expect(abs(try PairedTest.sign(Sample(many)).pValue - 0.05688793364098089) < 1e-13)
        #expect(try PairedTest.sign(Sample([1, -1])).pValue == 1)
        #expect(abs(try PairedTest.sign(Sample([1, 2, 3])).pValue - 0.25) < 1e-15)
    }

    @Test("randomisation of few differences agrees with permutation_test over all patterns")
    func randomisationExact() throws {
        let result = try PairedTest.randomisation(sample())
        #expect(abs(result.statistic - 0.073) < 1e-12)
        #expect(result.pValue == 0.009765625)
    }

    @Test("randomisation of many differences comes near the exact p-value")
    func randomisationSampled() throws {
        let exact = try PairedTest.randomisation(sample()).pValue
        let sampled = try PairedTest.randomisation(sample(), resamples: 1000, seed: 4)
        #expect(sampled.pValue != exact)
        // four standard deviations of a share of 0.0098 over 1000 draws
        #expect(abs(sampled.pValue - exact) < 0.0125)
        let again = try PairedTest.randomisation(sample(), resamples: 1000, seed: 4)
        #expect(again == sampled)
    }

    @Test("randomisation reaches beyond 64 differences")
    func randomisationWide() throws {
        // 130 differences that cancel but for the last 20: nothing depends on the first word alone
        let values = (0..<130).map { $0 < 110 ? ($0 % 2 == 0 ? 1.0 : -1) : 1 }
        let result = try PairedTest.randomisation(Sample(values), resamples: 4000, seed: 1)
        // exactly: P(|S₁₃₀| ≥ 20) of a fair walk is 0.0956
        #expect(abs(result.pValue - 0.0956) < 0.02)
    }

    @Test("keep a user's examples together")
    func clusters() throws {
        // eight copies of each difference carry no more evidence than one
        let copies = try sample().values.flatMap { [Double](repeating: $0, count: 8) }
        let users = (0..<10).flatMap { [Int32](repeating: $0, count: 8) }
        let clustered = try Sample(copies, clusters: users)
        #expect(abs(try PairedTest.studentT(clustered).pValue - 0.0049110705906173216) < 1e-12)
        #expect(try PairedTest.randomisation(clustered).pValue == 0.009765625)
        #expect(try PairedTest.sign(clustered).unitCount == 10)
    }

    @Test("refuse samples without differences")
    func empty() throws {
        let none = try Sample([.nan])
        #expect(throws: StatisticsError.self) { try PairedTest.studentT(Sample([1])) }
        #expect(throws: StatisticsError.self) { try PairedTest.wilcoxon(none) }
        #expect(throws: StatisticsError.self) { try PairedTest.sign(none) }
        #expect(throws: StatisticsError.self) { try PairedTest.randomisation(none) }
        #expect(throws: StatisticsError.self) {
            try PairedTest.randomisation(Sample([1]), resamples: 0)
        }
    }

    @Test("print their statistic and p-value")
    func printed() throws {
        #expect(
            try "\(PairedTest.studentT(sample()))"
                == "paired t-test: statistic 3.7012, p = 0.0049, n = 10")
    }
}

extension Int {
    /// Division that rounds down, as the expected values' generator divides.
    fileprivate func quotientTowardsMinusInfinity(_ divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
