// The nearest of many points, found exactly.

import CKernels
import NightjarRuntime

/// The nearest points of some queries.
public struct NearestNeighbours: Sendable {
    /// Shape `[queries, k]`, ascending.
    public let distances: Tensor
    /// Which points they are, counted from 0, in the same order.
    public let positions: Positions
}

extension Tensor {
    /// Queries that are compared with all points at a time.
    private static let queryBlock = 256
    /// The `count` nearest rows of `points` for each row of this matrix; ties go to the earlier row.
    ///
    /// Candidates are what matrix products of centred points leave in question, for which rounding
    /// is bounded; their distances are then computed one by one in double precision.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func nearestNeighbours(
        _ count: Int, among points: Tensor, by distance: PointDistance = .euclidean
    ) throws -> NearestNeighbours {
        try checkPoints("neighbours", with: points)
        let total = points.rowCount
        guard (1...max(1, total)).contains(count), total > 0 else {
            throw TensorError.badValue(
                operation: "neighbours",
                "\(count) neighbours were asked for among \(total) points. Give 1 to \(total).")
        }
        let search = try NeighbourSearch(points, distance)
        let result = try Tensor(uninitialized: [rowCount, count])
        var positions = [Int32](repeating: 0, count: rowCount * count)
        for first in stride(from: 0, to: rowCount, by: Self.queryBlock) {
            try Interruption.check()
            let block = first..<min(first + Self.queryBlock, rowCount)
            let candidates = try search.candidates(rows(block), count)
            for (query, near) in zip(block, candidates) {
                let own = near.map { candidate in
                    (
                        candidate,
                        self.distance(ofRow: query, to: Int(candidate), of: points, by: distance)
                    )
                }
                let sorted = own.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 < $1.1 }
                for (rank, found) in sorted.prefix(count).enumerated() {
                    positions[query * count + rank] = found.0
                    result.pointer[query * count + rank] = Float(found.1)
                }
            }
        }
        return NearestNeighbours(
            distances: result, positions: Positions(shape: [rowCount, count], values: positions))
    }
}

/// Points made ready for products with many queries.
struct NeighbourSearch {
    private let points: Tensor
    private let distance: PointDistance
    private let centre: Tensor?
    /// ‖p‖²/2 of each point, for Euclidean distances.
    private let halfSquares: Tensor?
    /// ‖p‖ of each point.
    private let lengths: [Double]

    init(_ points: Tensor, _ distance: PointDistance) throws(TensorError) {
        self.distance = distance
        switch distance {
        case .euclidean:
            let centre = try points.mean(axis: 0)
            let centred = try points - centre
            self.points = centred
            self.centre = centre
            halfSquares = try centred.rowDot(centred) * 0.5
        case .cosine:
            self.points = try points.withUnitRows()
            (centre, halfSquares) = (nil, nil)
        case .dot:
            self.points = points
            (centre, halfSquares) = (nil, nil)
        }
        lengths = self.points.rowLengths
    }

    /// For each query the points that may be among its `count` nearest ones: all that are, and others
    /// that rounding does not let tell from them, in ascending order.
    func candidates(_ queries: Tensor, _ count: Int) throws -> [[Int32]] {
        let ready =
            switch distance {
            case .euclidean: if let centre { try queries - centre } else { queries }
            case .cosine: try queries.withUnitRows()
            case .dot: queries
            }
        // x·p, or x·p − ‖p‖²/2: higher for nearer points of one query.
        var scores = try ready.matmul(points, transposingRight: true)
        if let halfSquares { scores = try scores - halfSquares }
        let highest = try scores.topK(count).positions.values
        let total = lengths.count
        let result = try ready.rowLengths.enumerated().map { query, length in
            try Interruption.check()
            let row = scores.pointer + query * total
            // So many points have at least this score, however their own was rounded.
            var least = Double.infinity
            for point in highest[query * count..<(query + 1) * count].map({ Int($0) }) {
                let bound = Double(row[point]) - error(of: point, length)
                least = min(least, bound.isFinite ? bound : -.infinity)
            }
            // What is not a number, as after an overflow, stays in question.
            return (0..<Int32(truncatingIfNeeded: total)).filter {
                let point = Int($0)
                return !(Double(row[point]) + error(of: point, length) < least)
            }
        }
        withExtendedLifetime(scores) {}
        return result
    }

    /// How far rounding may move the score of a point for a query of some length.
    ///
    /// A score is a sum of d products, each of up to six parts (``TileUnit``), and of a few more
    /// numbers, each rounded by a relative 2^-24 at most; centring and scaling add as much again.
    /// Products that are too small to be normal numbers lose up to 2^-109 each besides.
    private func error(of point: Int, _ length: Double) -> Double {
        let terms = Double(6 * points.columnCount + 16)
        let own = lengths[point]
        let size = distance == .euclidean ? own * (length + own) : own * length
        return terms * (0x1p-23 * size + 0x1p-109)
    }
}

extension Tensor {
    /// The rows divided by their lengths; rows of zeros as they are.
    fileprivate func withUnitRows() throws(TensorError) -> Tensor {
        let result = try copy()
        for (row, length) in rowLengths.enumerated() where length > 0 {
            let start = result.pointer + row * columnCount
            // In double precision, as the inverse of a length may be none of single precision.
            for place in 0..<columnCount { start[place] = Float(Double(start[place]) / length) }
        }
        withExtendedLifetime(result) {}
        return result
    }

    fileprivate var rowLengths: [Double] {
        defer { withExtendedLifetime(self) {} }
        return (0..<rowCount).map {
            nj_sum_of_squares(columnCount, pointer + $0 * columnCount).squareRoot()
        }
    }
}
