// Clusters of points around their means.

import CKernels
import NightjarRuntime

/// What k-means found.
public struct KMeans: Sendable {
    /// Mean of each cluster, shape `[k, d]`.
    public let centres: Tensor
    /// The cluster of each point, counted from 0.
    public let assignments: [Int]
    /// Σ of squared distances of points from their centres.
    public let inertia: Double
    /// Rounds of assigning points and moving centres.
    public let rounds: Int
    /// Whether the last round moved no point to another cluster.
    public let hasConverged: Bool
}

extension Tensor {
    /// Clusters the rows of this matrix by Lloyd's rounds from centres drawn by k-means++.
    ///
    /// A cluster that loses all its points begins anew at the point that is farthest from its own
    /// centre. Equal seeds give equal clusters.
    ///
    /// Source: D. Arthur and S. Vassilvitskii, SODA 2007.
    ///
    /// - Parameters:
    ///   - k: the number of clusters, at most that of points.
    ///   - seed: seed of the first centres.
    ///   - limit: the most rounds.
    /// - Returns: centres and the cluster of each row.
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func kMeans(_ k: Int, seed: UInt64, atMost limit: Int = 100) throws -> KMeans {
        try checkPoints("kmeans", with: self)
        guard (1...max(1, rowCount)).contains(k), rowCount > 0 else {
            throw TensorError.badValue(
                operation: "kmeans", "\(k) clusters of \(rowCount) points. Give 1 to \(rowCount).")
        }
        var centres = try firstCentres(k, seed: seed)
        var assignments: [Int] = []
        for round in 1...max(1, limit) {
            let nearest = try assigned(to: centres)
            let hasConverged = nearest.assignments == assignments
            assignments = nearest.assignments
            if hasConverged || round == max(1, limit) {
                return KMeans(
                    centres: centres, assignments: assignments,
                    inertia: nearest.squares.reduce(0, +), rounds: round,
                    hasConverged: hasConverged)
            }
            centres = try means(of: assignments, squares: nearest.squares, earlier: centres)
        }
        throw Interrupted()  // The loop has at least one round, and the last one returns.
    }

    /// Points drawn one after the other, each in proportion to its squared distance from those before.
    private func firstCentres(_ k: Int, seed: UInt64) throws -> Tensor {
        var stream = RandomStream(seed: seed, "k-means")
        let centres = try Tensor(uninitialized: [k, columnCount])
        var squares = [Double](repeating: .infinity, count: rowCount)
        var chosen = stream.below(rowCount)
        for place in 0..<k {
            try Interruption.check()
            let centre = centres.pointer + place * columnCount
            centre.update(from: pointer + chosen * columnCount, count: columnCount)
            for row in 0..<rowCount {
                let own = pointer + row * columnCount
                squares[row] = min(squares[row], nj_squared_distance(columnCount, own, centre))
            }
            let total = squares.reduce(0, +)
            guard total > 0 else {
                // All that is left are copies of centres: any one will do.
                chosen = (chosen + 1) % rowCount
                continue
            }
            var rest = stream.uniform() * total
            chosen = squares.lastIndex { $0 > 0 } ?? 0
            for (row, square) in squares.enumerated() where square > 0 {
                rest -= square
                if rest < 0 {
                    chosen = row
                    break
                }
            }
        }
        withExtendedLifetime((self, centres)) {}
        return centres
    }

    /// The nearest centre of each row and the squared distance from it; ties go to the earlier one.
    private func assigned(to centres: Tensor) throws -> (assignments: [Int], squares: [Double]) {
        let search = try NeighbourSearch(centres, .euclidean)
        var assignments: [Int] = []
        var squares: [Double] = []
        for first in stride(from: 0, to: rowCount, by: 4096) {
            try Interruption.check()
            let block = first..<min(first + 4096, rowCount)
            for (row, near) in zip(block, try search.candidates(rows(block), 1)) {
                var best = (centre: 0, square: Double.infinity)
                for centre in near.map({ Int($0) }) {
                    let square = nj_squared_distance(
                        columnCount, pointer + row * columnCount,
                        centres.pointer + centre * columnCount)
                    if square < best.square { best = (centre, square) }
                }
                assignments.append(best.centre)
                squares.append(best.square)
            }
        }
        withExtendedLifetime((self, centres)) {}
        return (assignments, squares)
    }

    /// The mean of each cluster, or, for one without points, a point far from its own centre.
    private func means(
        of assignments: [Int], squares: [Double], earlier: Tensor
    ) throws -> Tensor {
        let result = try Tensor(repeating: 0, shape: earlier.shape)
        var counts = [Int](repeating: 0, count: earlier.rowCount)
        for (row, cluster) in assignments.enumerated() {
            nj_axpy(
                columnCount, 1, pointer + row * columnCount,
                result.pointer + cluster * columnCount)
            counts[cluster] += 1
        }
        var squares = squares
        for (cluster, count) in counts.enumerated() {
            let centre = result.pointer + cluster * columnCount
            guard count == 0 else {
                nj_scale(columnCount, 1 / Float(count), centre, centre)
                continue
            }
            let farthest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
            let source = squares[farthest] > 0 ? pointer + farthest * columnCount : nil
            squares[farthest] = 0
            centre.update(
                from: source ?? earlier.pointer + cluster * columnCount, count: columnCount)
        }
        withExtendedLifetime((self, earlier, result)) {}
        return result
    }
}
