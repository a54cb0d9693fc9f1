// How far points are apart.

import CKernels

/// What is called the distance of two points x and y.
public enum PointDistance: String, CaseIterable, Sendable {
    /// ‖x − y‖.
    case euclidean
    /// 1 − x·y / (‖x‖‖y‖); 1 where one is zero.
    case cosine
    /// −x·y: nearest is the point of the largest product.
    case dot
}

extension Tensor {
    /// The distances of the rows of this matrix from those of another, shape `[m, n]`.
    ///
    /// - Throws: ``TensorError``.
    public func distances(
        to points: Tensor, by distance: PointDistance = .euclidean
    ) throws(TensorError) -> Tensor {
        try checkPoints("distances", with: points)
        let result = try Tensor(uninitialized: [rowCount, points.rowCount])
        let (rows, columns) = (rowCount, points.rowCount)
        Pieces.run(rows, elements: rows * columns * columnCount) { piece in
            for row in piece {
                for column in 0..<columns {
                    result.pointer[row * columns + column] = Float(
                        self.distance(ofRow: row, to: column, of: points, by: distance))
                }
            }
        }
        return result
    }

    /// The distance of two rows, without what is lost where large products cancel.
    func distance(
        ofRow row: Int, to other: Int, of points: Tensor, by distance: PointDistance
    ) -> Double {
        defer { withExtendedLifetime((self, points)) {} }
        let width = columnCount
        let (x, y) = (pointer + row * width, points.pointer + other * width)
        switch distance {
        case .euclidean: return nj_squared_distance(width, x, y).squareRoot()
        case .cosine:
            let lengths = nj_sum_of_squares(width, x) * nj_sum_of_squares(width, y)
            return lengths > 0 ? 1 - nj_sum_of_products(width, x, y) / lengths.squareRoot() : 1
        case .dot: return -nj_sum_of_products(width, x, y)
        }
    }

    /// Both must be matrices of finite numbers with rows of one length.
    func checkPoints(_ operation: String, with other: Tensor) throws(TensorError) {
        for points in [self, other] {
            guard points.shape.count == 2 else {
                throw .rank(
                    operation: operation, expected: "a matrix with a point in each row",
                    found: points.shape)
            }
            guard points.isFinite else {
                throw .badValue(
                    operation: operation,
                    "an element is infinite or not a number. Look for it with x:isfinite() by row.")
            }
        }
        guard columnCount == other.columnCount else {
            throw .shapeMismatch(operation: operation, shape, other.shape)
        }
    }
}
