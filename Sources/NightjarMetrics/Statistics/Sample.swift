// Per-example values as statistics need them: without holes, and with what belongs together.

/// Values of examples, grouped in clusters when examples are not independent.
///
/// Examples of one user share that user's habits, so an interval that treats them as independent is
/// too narrow: give the users as clusters.
public struct Sample: Sendable, Equatable {
    /// The values that exist, in the order of the examples.
    public let values: [Double]
    /// Sum of the values of each cluster; without clusters, the values.
    let sums: [Double]
    /// Number of values in each cluster.
    let sizes: [Int]
    /// Whether values were grouped.
    public let isClustered: Bool
    /// Number of examples left out because their value is NaN, such as users with nothing to find.
    public let skipped: Int

    /// Creates a sample from one value for each example, leaving out NaN.
    ///
    /// - Parameters:
    ///   - perExample: the values.
    ///   - clusters: what each example belongs to, such as its user; `nil` when examples are
    ///     independent.
    /// - Throws: ``StatisticsError`` for an infinite value and for columns of different length.
    public init(_ perExample: [Double], clusters: [Int32]? = nil) throws(StatisticsError) {
        if let index = perExample.firstIndex(where: \.isInfinite) {
            throw .infinite(index: index)
        }
        values = perExample.filter { !$0.isNaN }
        skipped = perExample.count - values.count
        isClustered = clusters != nil
        guard let clusters else {
            sums = values
            sizes = [Int](repeating: 1, count: values.count)
            return
        }
        guard clusters.count == perExample.count else {
            throw .lengths("values", perExample.count, "clusters", clusters.count)
        }
        var places: [Int32: Int] = [:]
        var sums: [Double] = []
        var sizes: [Int] = []
        for (value, cluster) in zip(perExample, clusters) where !value.isNaN {
            if let place = places[cluster] {
                sums[place] += value
                sizes[place] += 1
            } else {
                places[cluster] = sums.count
                sums.append(value)
                sizes.append(1)
            }
        }
        self.sums = sums
        self.sizes = sizes
    }

    /// Creates the sample of differences `values − baseline`, example by example.
    ///
    /// An example without a value on either side is left out.
    ///
    /// - Throws: ``StatisticsError`` for an infinite difference and for columns of different length.
    public init(
        _ values: [Double], minus baseline: [Double], clusters: [Int32]? = nil
    ) throws(StatisticsError) {
        guard values.count == baseline.count else {
            throw .lengths("values", values.count, "baseline values", baseline.count)
        }
        try self.init(zip(values, baseline).map { $0 - $1 }, clusters: clusters)
    }

    /// Number of values.
    public var count: Int { values.count }

    /// Number of independent units: clusters, or values when there are none.
    public var unitCount: Int { sums.count }

    /// The mean over all values; NaN when there are none.
    public var mean: Double { values.reduce(0, +) / Double(count) }

    /// The variance of the mean over independent units; NaN for fewer than two.
    ///
    /// The mean is a ratio of sums over clusters, so that what each adds to its error is its sum less
    /// what its size would give it.
    var meanVariance: Double {
        guard unitCount > 1 else { return .nan }
        let (mean, units) = (mean, Double(unitCount))
        let squares = zip(sums, sizes).reduce(0) { total, cluster in
            let error = cluster.0 - mean * Double(cluster.1)
            return total + error * error
        }
        return squares * units / (units - 1) / (Double(count) * Double(count))
    }

    /// The standard deviation of the values, with divisor n − 1; NaN for fewer than two.
    public var standardDeviation: Double { deviation(of: values) }

    /// One value for each independent unit: the mean of each cluster, or the values themselves.
    public var unitMeans: [Double] { zip(sums, sizes).map { $0 / Double($1) } }

    /// How many units there are, in words, such as `9596 values in 943 clusters`.
    public var sizeInWords: String {
        isClustered ? "\(count) values in \(unitCount) clusters" : "\(count) values"
    }
}

/// The standard deviation with divisor n − 1; NaN for fewer than two values.
func deviation(of values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
}
