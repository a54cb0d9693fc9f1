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
    /// Candidates beyond those asked for, so that rounding in products cannot hide a near point.
    private static let spare = 8

    /// The `count` nearest rows of `points` for each row of this matrix; ties go to the earlier row.
    ///
    /// Candidates come from matrix products of centred points; their distances are then computed
    /// one by one.
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
        let taken = min(total, count + Self.spare)
        let search = try NeighbourSearch(points, distance)
        let result = try Tensor(uninitialized: [rowCount, count])
        var positions = [Int32](repeating: 0, count: rowCount * count)
        for first in stride(from: 0, to: rowCount, by: Self.queryBlock) {
            try Interruption.check()
            let block = first..<min(first + Self.queryBlock, rowCount)
            let candidates = try search.scores(rows(block)).topK(taken).positions.values
            for (place, query) in block.enumerated() {
                let own = candidates[place * taken..<(place + 1) * taken].map { candidate in
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
    }

    /// A number for each query and point, higher for nearer ones of one query, shape `[q, n]`.
    func scores(_ queries: Tensor) throws(TensorError) -> Tensor {
        let ready = if let centre { try queries - centre } else { queries }
        let products = try ready.matmul(points, transposingRight: true)
        guard let halfSquares else { return products }
        return try products - halfSquares
    }
}

extension Tensor {
    /// The rows divided by their lengths; rows of zeros as they are.
    func withUnitRows() throws(TensorError) -> Tensor {
        let result = try copy()
        let width = columnCount
        for row in 0..<rowCount {
            let start = result.pointer + row * width
            let length = Double(nj_dot(width, start, start)).squareRoot()
            if length > 0 { nj_scale(width, Float(1 / length), start, start) }
        }
        withExtendedLifetime(result) {}
        return result
    }
}
