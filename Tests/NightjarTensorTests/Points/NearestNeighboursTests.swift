import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Nearest neighbours")
struct NearestNeighboursTests {
    /// Positions by sorting all distances, computed in double precision element by element.
    private func bruteForce(
        _ queries: Tensor, _ points: Tensor, _ distance: PointDistance
    ) -> [[Int32]] {
        let (x, y, width) = (queries.doubles, points.doubles, points.columnCount)
        return (0..<queries.rowCount).map { query in
            let distances = (0..<points.rowCount).map { point -> Double in
                let pairs = (0..<width).map { (x[query * width + $0], y[point * width + $0]) }
                let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
                switch distance {
                case .dot: return -dot
                case .cosine:
                    let lengths = pairs.reduce((0.0, 0.0)) {
                        ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1)
                    }
                    return -dot / (lengths.0 * lengths.1).squareRoot()
                case .euclidean:
                    return pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                }
            }
            return distances.indices.sorted { distances[$0] < distances[$1] }.map(Int32.init)
        }
    }

    @Test("are those of sorting all distances", arguments: PointDistance.allCases)
    func exact(_ distance: PointDistance) throws {
        let queries = try tensor(sample([300, 7], "queries"), [300, 7])
        let points = try tensor(sample([90, 7], "points"), [90, 7])
        let found = try queries.nearestNeighbours(6, among: points, by: distance)
        let expected = bruteForce(queries, points, distance).flatMap { $0.prefix(6) }
        #expect(found.positions.values == expected)
        #expect(found.positions.shape == [300, 6])
        let all = try queries.distances(to: points, by: distance)
        for (place, position) in found.positions.values.enumerated() {
            #expect(found.distances.values[place] == all.values[place / 6 * 90 + Int(position)])
        }
    }

    @Test("are found far from the origin, where products cancel")
    func cancellation() throws {
        let near: [Float] = (0..<40).map { 10_000 + Float($0) / 64 }
        let points = try Tensor(near.flatMap { [$0, -$0] }, shape: [40, 2])
        let found = try points.nearestNeighbours(1, among: points)
        #expect(found.positions.values == (0..<40).map(Int32.init))
        #expect(found.distances.values.allSatisfy { $0 == 0 })
    }

    @Test(
        "are found in groups far from each other, where rounding hides the differences within one",
        arguments: PointDistance.allCases)
    func groups(_ distance: PointDistance) throws {
        let within = sample([400, 3], "within", low: -0.02, high: 0.02)
        let points = try tensor(
            within.enumerated().map { $1 + ($0 < 600 ? 1000 : -1000) }, [400, 3])
        let found = try points.nearestNeighbours(4, among: points, by: distance)
        let expected = bruteForce(points, points, distance).flatMap { $0.prefix(4) }
        #expect(found.positions.values == expected)
    }

    @Test(
        "are found among tiny and huge numbers, and beside one that is far from all",
        arguments: PointDistance.allCases, [1e-30, 1e-20, 1e18, 1])
    func scales(_ distance: PointDistance, _ scale: Double) throws {
        var values = sample([60, 5], "points").map { $0 * scale }
        if scale == 1 { for place in 0..<5 { values[place] = 1e6 } }
        let points = try tensor(values, [60, 5])
        let found = try points.nearestNeighbours(4, among: points, by: distance)
        let expected = bruteForce(points, points, distance).flatMap { $0.prefix(4) }
        #expect(found.positions.values == expected)
    }

    @Test("of equal points are the earlier ones, and a zero is at distance 1 by cosine")
    func ties() throws {
        let points = try Tensor([1, 1, 1, 1, 0, 0], shape: [3, 2])
        let query = try Tensor([1, 1], shape: [1, 2])
        #expect(
            try query.nearestNeighbours(2, among: points).positions.values == [0, 1])
        #expect(try query.distances(to: points, by: .cosine).values[2] == 1)
    }

    @Test("refuse what has no distance")
    func refusals() throws {
        let points = try Tensor([1, 2, 3, 4], shape: [2, 2])
        for bad in [0, 3] {
            #expect(throws: TensorError.self) { try points.nearestNeighbours(bad, among: points) }
        }
        #expect(throws: TensorError.self) {
            try points.distances(to: Tensor([1, 2, 3], shape: [1, 3]))
        }
        #expect(throws: TensorError.self) { try points.distances(to: Tensor([1, 2])) }
        #expect(throws: TensorError.self) {
            try points.nearestNeighbours(1, among: Tensor([.nan, 0], shape: [1, 2]))
        }
        #expect(throws: TensorError.self) {
            try points.nearestNeighbours(1, among: Tensor([], shape: [0, 2]))
        }
    }
}
