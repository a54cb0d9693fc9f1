// How far two columns of numbers agree in order.

import NightjarRuntime

/// Rank correlations, as used to compare influence scores with what retraining showed.
///
/// A column of equal values has no order to agree with: its correlation is NaN.
public enum Correlation {
    /// Spearman's ρ: Pearson's correlation of the ranks, equal values sharing their mean rank.
    ///
    /// - Throws: ``DetectionError`` for columns that differ in length, hold NaN, or are too short;
    ///   `Interrupted` when the user asks to stop.
    public static func spearman(_ x: [Double], _ y: [Double]) throws -> Double {
        try check(x, y)
        return pearson(try AverageRanks(of: x).ranks, try AverageRanks(of: y).ranks)
    }

    /// The two-sided p-value of Spearman's ρ of `pairs` pairs, by Student's t, as in SciPy.
    ///
    /// NaN for ρ that is NaN and for fewer than three pairs, which say nothing.
    public static func pValue(spearman rho: Double, pairs: Int) -> Double {
        guard pairs > 2, !rho.isNaN else { return .nan }
        let degrees = Double(pairs - 2)
        let rest = max(0, (1 - rho) * (1 + rho))
        return Distribution.studentTails(rho * (degrees / rest).squareRoot(), degrees: degrees)
    }

    /// Kendall's τ-b: concordant minus discordant pairs, corrected for ties in either column.
    ///
    ///     τ-b = (C − D) / √((n₀ − ties in x) (n₀ − ties in y))      n₀ = n (n − 1) / 2
    ///
    /// Source: W. Knight, *A computer method for calculating Kendall's tau with ungrouped data*,
    /// JASA 61, 1966.
    ///
    /// - Throws: ``DetectionError`` for columns that differ in length, hold NaN, or are too short;
    ///   `Interrupted` when the user asks to stop.
    /// - Complexity: O(n log n).
    public static func kendall(_ x: [Double], _ y: [Double]) throws -> Double {
        try check(x, y)
        let order = try x.indices.sortedInterruptibly { (x[$0], y[$0]) < (x[$1], y[$1]) }
        var tiedInBoth = 0.0
        var run = 1.0
        for (one, next) in zip(order, order.dropFirst()) {
            run = x[one] == x[next] && y[one] == y[next] ? run + 1 : 1
            tiedInBoth += run - 1
        }
        let tiedInX = try tiedPairs(in: x)
        let tiedInY = try tiedPairs(in: y)
        let pairs = Double(x.count) * Double(x.count - 1) / 2
        var column = order.map { y[$0] }
        let discordant = try sortCountingInversions(&column)
        // All pairs are concordant, discordant, or tied in x or y (those tied in both count once).
        let balance = pairs - tiedInX - tiedInY + tiedInBoth - 2 * discordant
        return balance / ((pairs - tiedInX).squareRoot() * (pairs - tiedInY).squareRoot())
    }

    private static func check(_ x: [Double], _ y: [Double]) throws(DetectionError) {
        guard x.count == y.count else {
            throw .lengths("values", x.count, "values of the other column", y.count)
        }
        guard x.count >= 2 else { throw .tooFewPairs(x.count) }
        if let index = x.indices.first(where: { x[$0].isNaN || y[$0].isNaN }) {
            throw .notANumber(index: index)
        }
    }

    private static func pearson(_ x: [Double], _ y: [Double]) -> Double {
        let meanX = x.reduce(0, +) / Double(x.count)
        let meanY = y.reduce(0, +) / Double(y.count)
        var (product, squareX, squareY) = (0.0, 0.0, 0.0)
        for (one, other) in zip(x, y) {
            product += (one - meanX) * (other - meanY)
            squareX += (one - meanX) * (one - meanX)
            squareY += (other - meanY) * (other - meanY)
        }
        return product / (squareX.squareRoot() * squareY.squareRoot())
    }

    private static func tiedPairs(in values: [Double]) throws(Interrupted) -> Double {
        let sorted = try values.sortedInterruptibly(by: <)
        var (pairs, run) = (0.0, 1.0)
        for (one, next) in zip(sorted, sorted.dropFirst()) {
            run = one == next ? run + 1 : 1
            pairs += run - 1
        }
        return pairs
    }

    /// Sorts by merging from the bottom up; the number of inversions is what bubble sort would swap.
    private static func sortCountingInversions(
        _ values: inout [Double]
    ) throws(Interrupted) -> Double {
        var inversions = 0.0
        var merged = values
        var width = 1
        while width < values.count {
            try Interruption.check()
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let middle = min(start + width, values.count)
                let end = min(start + 2 * width, values.count)
                var (left, right) = (start, middle)
                for place in start..<end {
                    if left < middle, right == end || values[left] <= values[right] {
                        merged[place] = values[left]
                        left += 1
                    } else {
                        merged[place] = values[right]
                        right += 1
                        inversions += Double(middle - left)
                    }
                }
            }
            swap(&values, &merged)
            width *= 2
        }
        return inversions
    }
}
