// Tests of whether a sample of paired differences is centred on zero.

import NightjarRuntime

/// What a test found.
public struct TestResult: Sendable, Equatable {
    /// Name of the test.
    public let test: String
    /// The value of its statistic.
    public let statistic: Double
    /// The two-sided p-value.
    public let pValue: Double
    /// Number of independent units it is over.
    public let unitCount: Int
}

extension TestResult: CustomStringConvertible {
    /// One line, such as `paired t-test: statistic 3.7012, p = 0.0049, n = 10`.
    public var description: String {
        "\(test): statistic \(NumberText.fixed(statistic, digits: 4)), "
            + (pValue < 0.0001 ? "p < 0.0001" : "p = \(NumberText.fixed(pValue, digits: 4))")
            + ", n = \(unitCount)"
    }
}

/// Two-sided tests of a ``Sample`` of differences against zero.
///
/// All take the sample's independent units: with clusters, the mean difference of each cluster,
/// since tests over single examples would count one user's habits as many observations. Only
/// ``randomisation(_:resamples:seed:)`` keeps the mean over examples as its statistic.
///
/// A p-value is not the size of an effect: print the paired difference beside it, and correct with
/// ``Holm`` when testing more than one arm or metric.
public enum PairedTest {
    /// The units of `sample`, of which there must be at least `needed`.
    static func units(of sample: Sample, atLeast needed: Int) throws(StatisticsError) -> [Double] {
        guard sample.unitCount >= needed else {
            throw .tooFew("differences", needed: needed, found: sample.unitCount)
        }
        return sample.unitMeans
    }
}
