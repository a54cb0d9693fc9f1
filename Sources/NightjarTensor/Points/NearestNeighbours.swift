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
    /// The largest ‖p‖.
    private let longest: Float

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
        let ready = self.points
        longest = (0..<ready.rowCount).reduce(0) { max($0, ready.length(ofRow: $1)) }
    }

    /// For each query the points that may be among its `count` nearest ones: all that are, and others
    /// that rounding does not let tell from them, in ascending order.
    func candidates(_ queries: Tensor, _ count: Int) throws -> [[Int32]] {
        let ready = if let centre { try queries - centre } else { queries }
        var scores = try ready.matmul(points, transposingRight: true)
        if let halfSquares { scores = try scores - halfSquares }
        let best = try scores.topK(count).values
        let total = points.rowCount
        let result = (0..<queries.rowCount).map { query in
            let row = scores.pointer + query * total
            let last = best.pointer[query * count + count - 1]
            let lowest = last - 2 * scoreError(ready.length(ofRow: query))
            // What is not a number, as after an overflow, stays in question.
            return (0..<Int32(truncatingIfNeeded: total)).filter { !(row[Int($0)] < lowest) }
        }
        withExtendedLifetime((scores, best)) {}
        return result
    }

    /// How far rounding may move a score of a query of some length.
    ///
    /// A score x·p, or x·p − ‖p‖²/2, is a sum of d products and a few more roundings, each of a
    /// relative 2^-24 at most; the centring and scaling of points add as much again.
    private func scoreError(_ length: Float) -> Float {
        let unit = Float(points.columnCount + 8) * 0x1p-24
        switch distance {
        case .euclidean: return 2 * unit * longest * (length + longest)
        case .cosine, .dot: return 2 * unit * longest * length
        }
    }
}

extension Tensor {
    /// The rows divided by their lengths; rows of zeros as they are.
    func withUnitRows() throws(TensorError) -> Tensor {
        let result = try copy()
        let width = columnCount
        for row in 0..<rowCount {
            let start = result.pointer + row * width
            let length = Double(result.length(ofRow: row))
            if length > 0 { nj_scale(width, Float(1 / length), start, start) }
        }
        withExtendedLifetime(result) {}
        return result
    }

    fileprivate func length(ofRow row: Int) -> Float {
        let start = pointer + row * columnCount
        return nj_dot(columnCount, start, start).squareRoot()
    }
}
