import Foundation
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("TRAK")
struct TRAKTests {
    private typealias World = TracInTests.World

    private func features(
        _ world: World, _ range: Range<Int>, dimension: Int = 12, snapshots: [Snapshot]? = nil
    ) throws -> MemoryFeatures {
        try MemoryFeatures(
            FeatureRecipe(
                train: world.source(range), snapshots: snapshots ?? [world.snapshot],
                projection: .init(dimension: dimension)))
    }

    /// φ of some examples at a checkpoint in double precision, with the share 1 − p of each behind it.
    private func rows(
        _ features: MemoryFeatures, _ checkpoint: Int, _ source: TileSource
    ) throws -> [[Double]] {
        let found = try features.recipe.moment(checkpoint).features(of: source, 0..<source.count)
        let (values, width) = (found.features.values, found.features.columnCount)
        return (0..<source.count).map { row in
            let rest = 1 - exp(-Double(found.losses[row]))
            return values[row * width..<(row + 1) * width].map { Double($0) / rest } + [rest]
        }
    }

    /// Solves A·x = b by elimination with pivots.
    private func solve(_ matrix: [[Double]], _ b: [Double]) -> [Double] {
        var (a, x) = (matrix, b)
        for column in a.indices {
            let pivot = (column..<a.count).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            a.swapAt(column, pivot)
            x.swapAt(column, pivot)
            for row in a.indices where row != column {
                let factor = a[row][column] / a[column][column]
                for place in column..<a.count { a[row][place] -= factor * a[column][place] }
                x[row] -= factor * x[column]
            }
        }
        return x.indices.map { x[$0] / a[$0][$0] }
    }

    @Test(
        "equals its formula in double precision: the average of Q times that of the products",
        arguments: [0, 0.1], [1, 3])
    func formula(_ damping: Double, _ checkpoints: Int) throws {
        let world = try World()
        let features = try features(
            world, 0..<60,
            snapshots: (0..<checkpoints).map { try World(seed: UInt64(1 + $0)).snapshot })
        var products = [Double](repeating: 0, count: 600)
        var shares = [Double](repeating: 0, count: 60)
        for checkpoint in 0..<checkpoints {
            let train = try rows(features, checkpoint, world.source(0..<60))
            let targets = try rows(features, checkpoint, world.source(60..<70))
            var sum = [[Double]](repeating: .init(repeating: 0, count: 12), count: 12)
            for row in train {
                for place in 0..<144 {
                    sum[place / 12][place % 12] += row[place / 12] * row[place % 12]
                }
            }
            let added = damping * (0..<12).reduce(0) { $0 + sum[$1][$1] } / 12
            for place in 0..<12 { sum[place][place] += added }
            for (column, target) in targets.enumerated() {
                let solved = solve(sum, Array(target.prefix(12)))
                for (row, example) in train.enumerated() {
                    products[row * 10 + column] +=
                        zip(example, solved).reduce(0) { $0 + $1.0 * $1.1 } / Double(checkpoints)
                }
            }
            for (row, example) in train.enumerated() {
                shares[row] += example[12] / Double(checkpoints)
            }
        }
        let trak = try TRAK(features, damping: damping)
        let scores = try trak.scores(world.source(60..<70)).scores.values
        let totals = try trak.total(world.source(60..<70), weighting: .sum).values
        let expected = products.enumerated().map { $1 * shares[$0 / 10] }
        let scale = expected.map(abs).max() ?? 1
        for (found, value) in zip(scores, expected) {
            #expect(abs(Double(found) - value) < 1e-4 * scale)
        }
        for row in 0..<60 {
            let value = expected[row * 10..<row * 10 + 10].reduce(0, +)
            #expect(abs(Double(totals[row]) - value) < 1e-4 * scale * 10)
        }
    }

    @Test(
        "projects every checkpoint in another way, so that the same one twice says more than once")
    func independentProjections() throws {
        let world = try World()
        let once = try TRAK(features(world, 0..<60)).scores(world.source(60..<70))
        let both = [world.snapshot, world.snapshot]
        let twice = try TRAK(features(world, 0..<60, snapshots: both)).scores(world.source(60..<70))
        let scale = once.scores.values.map(abs).max() ?? 1
        let difference = zip(once.scores.values, twice.scores.values).map { abs($0 - $1) }.max()
        #expect(try #require(difference) > 0.01 * scale)
    }

    @Test("has the leverage of each example as its self-influence")
    func selfInfluence() throws {
        let world = try World()
        let trak = try TRAK(features(world, 0..<60))
        let diagonal = try trak.scores(world.source(0..<60)).scores.values
        let own = try trak.selfInfluence().values
        for (example, value) in own.enumerated() {
            #expect(abs(value - diagonal[example * 61]) < 1e-4 * (own.max() ?? 1))
        }
    }

    @Test("ranks the duplicate of a target first")
    func duplicate() throws {
        let world = try World()
        let trak = try TRAK(features(world, 0..<60, dimension: 48))
        for target in [3, 30] {
            let scores = try trak.total(world.source(target..<target + 1))
            #expect(scores.highest(1) == [target])
        }
    }

    @Test("asks for damping where the paper's matrix has no inverse")
    func singular() throws {
        let world = try World()
        #expect(throws: InfluenceError.self) {
            try TRAK(features(world, 0..<5, dimension: 32), damping: 0)
        }
        #expect(throws: InfluenceError.self) {
            try TRAK(features(world, 0..<5), damping: -1)
        }
    }

    @Test("names its output, its damping and its projection")
    func provenance() throws {
        let provenance = try TRAK(features(World(), 0..<20), output: .loss).provenance
        #expect(provenance.method == "TRAK")
        #expect(provenance.settings.contains("output = loss"))
        #expect(provenance.settings.contains { $0.hasPrefix("projection = sparse") })
    }
}
