import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Random projections of gradients")
struct ProjectionTests {
    private typealias World = TracInTests.World

    private func features(
        _ world: World, _ projection: GradientProjection, _ range: Range<Int>
    ) throws -> [[Float]] {
        let parameters = world.model.parameters.filter(\.isTrainable)
        let found = try world.source(range).features(
            0..<range.count, of: world.model, parameters,
            projection.projector(for: parameters), dimension: projection.dimension)
        let values = found.features.values
        return stride(from: 0, to: values.count, by: projection.dimension).map {
            Array(values[$0..<$0 + projection.dimension])
        }
    }

    private func dot(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    @Test("keep dot products on average over seeds", arguments: GradientProjection.Kind.allCases)
    func unbiased(_ kind: GradientProjection.Kind) throws {
        let world = try World()
        let gradients = try (0..<4).map { try world.gradient($0) }
        let seeds = 400
        var sums = [Double](repeating: 0, count: 16)
        var squares = sums
        for seed in 0..<seeds {
            let found = try features(
                world, .init(kind: kind, dimension: 24, seed: UInt64(seed)), 0..<4)
            for place in 0..<16 {
                let value = dot(found[place / 4], found[place % 4])
                sums[place] += value
                squares[place] += value * value
            }
        }
        for place in 0..<16 {
            let mean = sums[place] / Double(seeds)
            let variance = squares[place] / Double(seeds) - mean * mean
            let error = (variance / Double(seeds)).squareRoot()
            let exact = world.dot(gradients[place / 4], gradients[place % 4])
            #expect(error > 0)
            #expect(abs(mean - exact) < 4 * error, "pair \(place), \(mean) and \(exact)")
        }
    }

    @Test("have the promised error", arguments: [GradientProjection.Kind.sparse, .dense])
    func error(_ kind: GradientProjection.Kind) throws {
        let world = try World()
        let gradients = try (0..<20).map { try world.gradient($0) }
        let lengths = gradients.map { world.dot($0, $0).squareRoot() }
        var squares = 0.0
        var count = 0.0
        for seed in 1...5 {
            let found = try features(
                world, .init(kind: kind, dimension: 512, seed: UInt64(seed)), 0..<20)
            for left in 0..<20 {
                for right in 0..<left {
                    let exact = world.dot(gradients[left], gradients[right])
                    let error =
                        (dot(found[left], found[right]) - exact) / (lengths[left] * lengths[right])
                    squares += error * error
                    count += 1
                }
            }
        }
        #expect((squares / count).squareRoot() < (2.0 / 512).squareRoot())
    }

    @Test(
        "of an example do not depend on the examples beside it",
        arguments: GradientProjection.Kind.allCases)
    func batchComposition(_ kind: GradientProjection.Kind) throws {
        let world = try World()
        let projection = GradientProjection(kind: kind, dimension: 100)
        let together = try features(world, projection, 0..<30)
        for example in [0, 17, 29] {
            let alone = try features(world, projection, example..<example + 1)[0]
            let scale = together[example].map(abs).max() ?? 1
            for (left, right) in zip(alone, together[example]) {
                #expect(abs(left - right) <= 1e-5 * scale)
            }
        }
    }

    @Test("are linear in uses: a parameter that enters twice has the projection of its sum")
    func shared() throws {
        let table = Parameter("table", try Tensor(repeating: 0, shape: [6, 4]))
        let layout = RowLayout(examples: 1, steps: 2, isTimeMajor: false)
        var stream = RandomStream(seed: 3, "shared")
        func random(_ shape: [Int]) throws -> Tensor {
            try Tensor((0..<shape.reduce(1, *)).map { _ in Float(stream.normal()) }, shape: shape)
        }
        let inputs = try random([2, 4])
        let deltas = try random([2, 6])
        let rows = try random([2, 4])
        let uses: [ParameterUse] = [
            .linear(table, inputs: .rows(inputs), deltas: deltas, layout),
            .gather(table, ids: [2, -1], deltas: rows, layout),
        ]
        let whole = try Tensor(repeating: 0, shape: [1, 24])
        for use in uses { use.addGradient(of: 0, to: whole.pointer) }
        let direct = ParameterUse.direct(
            table, deltas: whole, RowLayout(examples: 1, steps: 1, isTimeMajor: false))
        for kind in GradientProjection.Kind.allCases {
            let projector = try GradientProjection(kind: kind, dimension: 9).projector(for: [table])
            let apart = try Tensor(repeating: 0, shape: [1, 9])
            for use in uses { try projector.add(use, to: apart) }
            let together = try Tensor(repeating: 0, shape: [1, 9])
            try projector.add(direct, to: together)
            for (left, right) in zip(apart.values, together.values) {
                #expect(abs(left - right) < 1e-5)
            }
        }
    }

    @Test("refuse a dimension that makes no sense")
    func badDimension() {
        #expect(throws: InfluenceError.self) {
            try GradientProjection(dimension: 0).projector(for: [])
        }
    }
}
