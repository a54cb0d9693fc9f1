import Foundation
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("TRAK")
struct TRAKTests {
    private typealias World = TracInTests.World

    private func features(
        _ world: World, _ range: Range<Int>, dimension: Int = 12
    ) throws -> MemoryFeatures {
        try MemoryFeatures(
            FeatureRecipe(
                train: world.source(range), snapshots: [world.snapshot],
                projection: .init(dimension: dimension)))
    }

    /// φ of some examples in double precision, with the loss of each.
    private func rows(_ features: MemoryFeatures, _ source: TileSource) throws -> [[Double]] {
        let found = try features.recipe.moment(0).features(of: source, 0..<source.count)
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

    @Test("equals its formula in double precision, without and with damping", arguments: [0, 0.1])
    func formula(_ damping: Double) throws {
        let world = try World()
        let features = try features(world, 0..<60)
        let train = try rows(features, world.source(0..<60))
        let targets = try rows(features, world.source(60..<70))
        var sum = [[Double]](repeating: .init(repeating: 0, count: 12), count: 12)
        for row in train {
            for place in 0..<144 {
                sum[place / 12][place % 12] += row[place / 12] * row[place % 12]
            }
        }
        let added = damping * (0..<12).reduce(0) { $0 + sum[$1][$1] } / 12
        for place in 0..<12 { sum[place][place] += added }
        let trak = try TRAK(features, damping: damping)
        let scores = try trak.scores(world.source(60..<70)).scores.values
        let totals = try trak.total(world.source(60..<70), weighting: .sum).values
        var expected = [Double](repeating: 0, count: 600)
        for (column, target) in targets.enumerated() {
            let solved = solve(sum, Array(target.prefix(12)))
            for (row, example) in train.enumerated() {
                expected[row * 10 + column] =
                    example[12] * zip(example, solved).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        let scale = expected.map(abs).max() ?? 1
        for (found, value) in zip(scores, expected) {
            #expect(abs(Double(found) - value) < 1e-4 * scale)
        }
        for row in 0..<60 {
            let value = expected[row * 10..<row * 10 + 10].reduce(0, +)
            #expect(abs(Double(totals[row]) - value) < 1e-4 * scale * 10)
        }
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
