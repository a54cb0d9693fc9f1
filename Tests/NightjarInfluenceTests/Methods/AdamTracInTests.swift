import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Adam-TracIn")
struct AdamTracInTests {
    @Test(
        "scores like gradients of single examples with the optimiser's scales between them",
        arguments: SequenceRecommender.Representation.allCases, [false, true])
    func exact(
        _ representation: SequenceRecommender.Representation, ownOutput: Bool
    ) throws {
        let world = try SequenceWorld(representation, ownOutput: ownOutput)
        let method = try AdamTracIn(snapshots: [world.snapshot], train: world.source(0..<20))
        var scales: [String: [Double]] = [:]
        for parameter in world.model.parameters where parameter.isTrainable {
            scales[parameter.name] = try world.stepScale(parameter).values.map(Double.init)
        }
        let gradients = try world.rows.indices.map { try world.gradient($0) }
        func score(_ row: Int, _ other: Int) -> Double {
            0.5
                * gradients[row].reduce(0) { sum, entry in
                    let scale = scales[entry.key] ?? []
                    let scaled = zip(gradients[other][entry.key] ?? [], scale).map { $0 * $1 }
                    return sum + Dense.dot(entry.value, scaled)
                }
        }
        let targets = world.source(20..<24)
        let pairs = try method.scores(targets).scores.values
        let totals = try method.total(targets, weighting: .sum).values
        let own = try method.selfInfluence().values
        let largest = (0..<20).map { score($0, $0) }.max() ?? 1
        for row in 0..<20 {
            #expect(abs(Double(own[row]) - score(row, row)) < 1e-5 * largest)
            var sum = 0.0
            for target in 20..<24 {
                let expected = score(row, target)
                sum += expected
                let found = Double(pairs[row * 4 + target - 20])
                #expect(abs(found - expected) < 1e-5 * largest)
            }
            #expect(abs(Double(totals[row]) - sum) < 1e-5 * largest)
        }
    }

    @Test("refuses a moment whose optimiser knows no second moments, and says what to use")
    func noMoments() throws {
        let world = try SequenceWorld(.gru)
        let plain = Snapshot(name: "plain.ckpt", learningRate: 1) { world.model }
        let error = #expect(throws: InfluenceError.self) {
            try AdamTracIn(snapshots: [world.snapshot, plain], train: world.source(0..<4))
        }
        #expect(error == .noStepScales(checkpoint: "plain.ckpt"))
        #expect(error?.description.contains("Use tracin") == true)
    }
}
