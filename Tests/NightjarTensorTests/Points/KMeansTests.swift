import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("k-means")
struct KMeansTests {
    /// Four tight groups of points around the corners of a square, in turn.
    private func corners(_ count: Int) throws -> Tensor {
        let noise = sample([count, 2], "noise", low: -0.1, high: 0.1)
        var values: [Double] = []
        for point in 0..<count {
            values.append(noise[2 * point] + Double(point % 2) * 10)
            values.append(noise[2 * point + 1] + Double(point / 2 % 2) * 10)
        }
        return try tensor(values, [count, 2])
    }

    @Test("finds separate groups, whatever the seed", arguments: 1...8)
    func groups(_ seed: Int) throws {
        let found = try corners(80).kMeans(4, seed: UInt64(seed))
        #expect(found.hasConverged)
        for point in 4..<80 {
            #expect(found.assignments[point] == found.assignments[point % 4])
        }
        #expect(Set(found.assignments).count == 4)
        #expect(found.inertia < 80 * 0.02)
    }

    @Test("puts every point to its nearest centre in groups far from each other")
    func farGroups() throws {
        let within = sample([300, 3], "within", low: -0.02, high: 0.02)
        let points = try tensor(
            within.enumerated().map { $1 + ($0 < 450 ? 1000 : -1000) }, [300, 3])
        let found = try points.kMeans(8, seed: 1)
        #expect(found.hasConverged)
        let distances = try points.distances(to: found.centres).values
        for (point, own) in found.assignments.enumerated() {
            let all = distances[8 * point..<8 * point + 8]
            #expect(all[8 * point + own] == all.min())
        }
    }

    @Test("puts centres at the means of their points")
    func means() throws {
        let points = try tensor(sample([60, 3], "points"), [60, 3])
        let found = try points.kMeans(5, seed: 3)
        #expect(found.hasConverged)
        for cluster in 0..<5 {
            let own = points.doubles.indices.filter { found.assignments[$0 / 3] == cluster }
            for axis in 0..<3 {
                let column = own.filter { $0 % 3 == axis }.map { points.doubles[$0] }
                let mean = column.reduce(0, +) / Double(column.count)
                #expect(abs(Double(found.centres.values[cluster * 3 + axis]) - mean) < 1e-5)
            }
        }
    }

    @Test("gives equal clusters for equal seeds")
    func deterministic() throws {
        let points = try tensor(sample([500, 4], "points"), [500, 4])
        let (one, other) = (try points.kMeans(9, seed: 5), try points.kMeans(9, seed: 5))
        #expect(one.assignments == other.assignments)
        #expect(one.centres.bits == other.centres.bits)
        #expect(try points.kMeans(9, seed: 6).assignments != one.assignments)
    }

    @Test("leaves no cluster empty where points differ")
    func emptyClusters() throws {
        // Many copies of one point and few others: first centres often lose all their points.
        var values = [Float](repeating: 1, count: 40)
        values += [5, 9, 14]
        let points = try Tensor(values, shape: [43, 1])
        for seed in 1...20 {
            #expect(Set(try points.kMeans(4, seed: UInt64(seed)).assignments).count == 4)
        }
    }

    @Test("takes more clusters than there are different points, and one cluster")
    func copies() throws {
        let points = try Tensor([2, 2, 2, 7], shape: [4, 1])
        let found = try points.kMeans(3, seed: 1)
        #expect(found.inertia == 0)
        #expect(found.assignments[0] != found.assignments[3])
        #expect(abs(try points.kMeans(1, seed: 1).centres.values[0] - 3.25) < 1e-6)
    }

    @Test("refuses what it cannot cluster", arguments: [0, 5, -1])
    func refusals(_ k: Int) throws {
        let points = try Tensor([1, 2, 3, 4], shape: [4, 1])
        #expect(throws: TensorError.self) { try points.kMeans(k, seed: 1) }
    }

    @Test("stops when the user asks")
    func stops() async {
        await #expect(processExitsWith: .success) {
            let points = try Tensor([Float](repeating: 0.5, count: 4000), shape: [1000, 4])
            Interruption.request()
            #expect(throws: Interrupted.self) { try points.kMeans(3, seed: 1) }
        }
    }
}
