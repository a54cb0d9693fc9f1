// How far two tables agree in the order of each column.

import NightjarRuntime

/// Spearman's ρ of each column of two tables, such as predicted and observed effects of training on
/// subsets (rows) on targets (columns).
///
/// All columns share the rows, so a chance pattern of the rows shows in every column: an interval
/// over columns alone is then too narrow by far. ``interval(_:over:clusters:)`` resamples rows too.
public struct RankAgreement: Sendable {
    /// What an interval accounts for.
    public enum Sampling: String, Sendable, CaseIterable {
        /// Other columns might have been asked about, and other rows observed.
        case both
        /// Other columns might have been asked about, with the same rows.
        case columns
    }

    /// ρ of each column; NaN where a column has no order.
    public let perColumn: [Double]
    /// Number of rows.
    public let rowCount: Int
    private let columns: [(predicted: RankedColumn, observed: RankedColumn)]

    /// Compares tables column by column.
    ///
    /// - Parameters:
    ///   - predicted: columns of equal length.
    ///   - observed: as many columns of the same length.
    /// - Throws: ``DetectionError`` for tables of different shape, fewer than two rows, and values
    ///   that are not numbers; `Interrupted` when the user asks to stop.
    public init(_ predicted: [[Double]], _ observed: [[Double]]) throws {
        guard predicted.count == observed.count else {
            throw DetectionError.lengths(
                "predicted columns", predicted.count, "observed columns", observed.count)
        }
        let rows = predicted.first?.count ?? 0
        perColumn = try zip(predicted, observed).map { try Correlation.spearman($0, $1) }
        if let other = predicted.first(where: { $0.count != rows }) {
            throw DetectionError.lengths("values", rows, "values of another column", other.count)
        }
        rowCount = rows
        columns = try zip(predicted, observed).map {
            (try RankedColumn($0), try RankedColumn($1))
        }
    }

    /// Mean ρ of the columns that have one; NaN when none has.
    public var mean: Double {
        let known = perColumn.filter { !$0.isNaN }
        return known.reduce(0, +) / Double(known.count)
    }

    /// Number of columns without an order.
    public var skipped: Int { perColumn.count(where: \.isNaN) }

    /// The two-sided p-value of ρ = 0 of each column, by Student's t with rows − 2 degrees of freedom.
    public var pValues: [Double] {
        perColumn.map { Correlation.pValue(spearman: $0, pairs: rowCount) }
    }

    /// The percentile bootstrap interval of ``mean``.
    ///
    /// Rows and columns are drawn with replacement, independently: A. Owen, *The pigeonhole
    /// bootstrap*, Annals of Applied Statistics 1, 2007, who shows it to be on the safe side.
    ///
    /// - Parameters:
    ///   - bootstrap: how many resamples, and their seed.
    ///   - sampling: what is drawn anew.
    ///   - clusters: what each column belongs to, such as its user; clusters are drawn whole.
    /// - Returns: the interval.
    /// - Throws: ``DetectionError/lengths(_:_:_:_:)`` for clusters of another number,
    ///   ``StatisticsError/tooFew(_:needed:found:)`` for fewer than two columns or clusters with an
    ///   order, `Interrupted` when the user asks to stop.
    public func interval(
        _ bootstrap: Bootstrap, over sampling: Sampling = .both, clusters: [Int32]? = nil
    ) throws -> Interval {
        let clusters = clusters ?? Array(0..<Int32(clamping: columns.count))
        guard clusters.count == columns.count else {
            throw DetectionError.lengths("columns", columns.count, "clusters", clusters.count)
        }
        let members = Dictionary(
            grouping: columns.indices.filter { !perColumn[$0].isNaN }, by: { clusters[$0] })
        let units = members.keys.sorted().compactMap { members[$0] }
        guard units.count >= 2 else {
            throw StatisticsError.tooFew("columns with an order", needed: 2, found: units.count)
        }
        let stream = RandomStream(seed: bootstrap.seed, "rank agreement")
        let means = try Resampling.run(bootstrap.resamples) { piece, means in
            var draws = IndexDraws(from: stream.split("columns \(piece)"), below: units.count)
            var rows = IndexDraws(from: stream.split("rows \(piece)"), below: rowCount)
            for place in means.indices {
                try Interruption.check()
                var weights = [Double](repeating: 1, count: rowCount)
                if sampling == .both {
                    weights = [Double](repeating: 0, count: rowCount)
                    for _ in 0..<rowCount { weights[rows.next()] += 1 }
                }
                var times = [Double](repeating: 0, count: units.count)
                for _ in units.indices { times[draws.next()] += 1 }
                means[place] = mean(of: units, times, weights)
            }
        }
        let sorted = means.filter { !$0.isNaN }.sorted()
        guard sorted.count >= 2 else {
            throw StatisticsError.tooFew("resamples with an order", needed: 2, found: sorted.count)
        }
        return Interval(
            lower: bootstrap.quantile((1 - bootstrap.level) / 2, of: sorted),
            upper: bootstrap.quantile((1 + bootstrap.level) / 2, of: sorted),
            level: bootstrap.level)
    }

    /// Mean ρ of units that were drawn `times`, of rows that were drawn as often as their weight.
    private func mean(of units: [[Int]], _ times: [Double], _ weights: [Double]) -> Double {
        var (sum, count) = (0.0, 0.0)
        for (unit, time) in zip(units, times) where time > 0 {
            for column in unit {
                let (predicted, observed) = columns[column]
                let rho = RankedColumn.correlation(predicted, observed, weights)
                guard !rho.isNaN else { continue }
                sum += time * rho
                count += time
            }
        }
        return sum / count
    }
}

/// A column whose order is known, so that its ranks under any multiplicities take one pass.
private struct RankedColumn {
    /// Rows in ascending order of their values.
    private let order: [Int]
    /// Where groups of equal values end in ``order``.
    private let ends: [Int]

    init(_ values: [Double]) throws(Interrupted) {
        let order = try values.indices.sortedInterruptibly { values[$0] < values[$1] }
        ends = order.indices.filter { place in
            place + 1 == order.count || values[order[place + 1]] != values[order[place]]
        }.map { $0 + 1 }
        self.order = order
    }

    /// Ranks of rows that occur as often as their weight, less their mean.
    private func centredRanks(_ weights: [Double]) -> [Double] {
        var ranks = [Double](repeating: 0, count: order.count)
        let mean = (weights.reduce(0, +) + 1) / 2
        var (below, start) = (0.0, 0)
        for end in ends {
            let size = order[start..<end].reduce(0) { $0 + weights[$1] }
            for row in order[start..<end] { ranks[row] = below + (size + 1) / 2 - mean }
            below += size
            start = end
        }
        return ranks
    }

    /// Spearman's ρ of rows that occur as often as their weight; NaN where a column has no order.
    static func correlation(
        _ one: RankedColumn, _ other: RankedColumn, _ weights: [Double]
    ) -> Double {
        let (x, y) = (one.centredRanks(weights), other.centredRanks(weights))
        var (product, squareX, squareY) = (0.0, 0.0, 0.0)
        for (row, weight) in weights.enumerated() where weight > 0 {
            product += weight * x[row] * y[row]
            squareX += weight * x[row] * x[row]
            squareY += weight * y[row] * y[row]
        }
        return product / (squareX.squareRoot() * squareY.squareRoot())
    }
}
