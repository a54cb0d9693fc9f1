// The directions in which rows differ most.

/// Principal components of the rows of a matrix.
public struct PrincipalComponents: Sendable {
    /// The mean row, shape `[d]`.
    public let mean: Tensor
    /// Directions of unit length as rows, by descending variance, shape `[k, d]`.
    ///
    /// The element of largest size in each is positive.
    public let components: Tensor
    /// The rows, less the mean, in these directions, shape `[n, k]`.
    public let scores: Tensor
    /// The variance in each direction, divided by n − 1, shape `[k]`.
    public let variances: Tensor
    /// Its share of the whole variance, shape `[k]`.
    public let shares: Tensor
}

extension Tensor {
    /// The first `count` principal components of the rows, all of them when `nil`.
    ///
    /// - Throws: ``TensorError``, also for fewer than two rows.
    public func principalComponents(
        _ count: Int? = nil
    ) throws(TensorError) -> PrincipalComponents {
        let size = try matrixSize("pca")
        let (rows, columns) = (Int(size.rows), Int(size.columns))
        guard rows > 1 else {
            throw .rank(operation: "pca", expected: "at least two rows", found: shape)
        }
        let most = min(rows, columns)
        let kept = count ?? most
        guard (1...most).contains(kept) else {
            throw .badValue(
                operation: "pca", "\(kept) components were asked for; there are 1 to \(most)")
        }
        let mean = try mean(axis: 0)
        let centred = try self - mean
        let found = try centred.singularValues()
        let components = try found.right.rows(0..<kept).copy()
        for row in 0..<kept {
            let line = components.pointer + row * columns
            var largest: Float = 0
            for column in 0..<columns where line[column].magnitude > largest.magnitude {
                largest = line[column]
            }
            if largest < 0 { for column in 0..<columns { line[column] = -line[column] } }
        }
        let values = found.values.values.map(Double.init)
        let total = values.reduce(0) { $0 + $1 * $1 }
        return PrincipalComponents(
            mean: mean, components: components,
            scores: try centred.matmul(components, transposingRight: true),
            variances: try Tensor(values.prefix(kept).map { Float($0 * $0 / Double(rows - 1)) }),
            shares: try Tensor(
                values.prefix(kept).map { total > 0 ? Float($0 * $0 / total) : 0 }))
    }
}
