import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Grad-Dot and Grad-Cos")
struct GradDotTests {
    private func dots(_ world: SequenceWorld) throws -> [[Double]] {
        let gradients = try world.rows.indices.map { try world.gradient($0) }
        return gradients.map { left in
            gradients.map { right in
                left.reduce(0) { $0 + Dense.dot($1.value, right[$1.key] ?? []) }
            }
        }
    }

    @Test("Grad-Dot is TracIn at one moment with a rate of 1")
    func dot() throws {
        let world = try SequenceWorld(.gru)
        let method = try GradDot(snapshot: world.snapshot, train: world.source(0..<20))
        let tracin = try TracIn(snapshots: [world.snapshot], train: world.source(0..<20))
        let targets = world.source(20..<24)
        let (own, other) = (try method.scores(targets).scores, try tracin.scores(targets).scores)
        for (score, half) in zip(own.values, other.values) {
            #expect(abs(score - 2 * half) <= 1e-6 * abs(score))
        }
        #expect(try method.scores(targets).provenance.method == "Grad-Dot")
    }

    @Test(
        "Grad-Cos is the cosine of gradients, also for totals",
        arguments: SequenceRecommender.Representation.allCases)
    func cosine(_ representation: SequenceRecommender.Representation) throws {
        let world = try SequenceWorld(representation)
        let method = try GradCos(snapshot: world.snapshot, train: world.source(0..<20))
        let targets = world.source(20..<24)
        let dots = try dots(world)
        let scores = try method.scores(targets).scores.values
        let totals = try method.total(targets).values
        let joint = (20..<24).reduce(0.0) { sum, i in
            sum + (20..<24).reduce(0.0) { $0 + dots[i][$1] }
        }
        for row in 0..<20 {
            let length = dots[row][row].squareRoot()
            for target in 20..<24 {
                let expected = dots[row][target] / length / dots[target][target].squareRoot()
                #expect(abs(Double(scores[row * 4 + target - 20]) - expected) < 1e-5)
            }
            let sum = (20..<24).reduce(0.0) { $0 + dots[row][$1] }
            #expect(abs(Double(totals[row]) - sum / length / joint.squareRoot()) < 1e-5)
        }
        #expect(try method.selfInfluence().values.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test("an example without any gradient has scores of 0, not of 0 / 0")
    func zero() throws {
        let world = try SequenceWorld(.lstm)
        let padded = TileSource(count: 3) { tile in
            try Batch(
                sequences: tile.flatMap { $0 == 1 ? [0, 0, 0, 0, 0, 0] : world.rows[$0] },
                examples: tile.count)
        }
        let method = try GradCos(snapshot: world.snapshot, train: padded)
        let scores = try method.scores(world.source(20..<22)).scores.values
        #expect(scores[2] == 0 && scores[3] == 0)
        #expect(scores[0] != 0)
        #expect(try method.total(world.source(20..<22)).values[1] == 0)
        #expect(try method.selfInfluence().values[1] == 0)
    }
}
