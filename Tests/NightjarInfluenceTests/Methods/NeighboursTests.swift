import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Nearest neighbours")
struct NeighboursTests {
    private func similarity(
        _ kind: Neighbours.Similarity, _ x: [Double], _ y: [Double]
    ) -> Double {
        let (xx, yy, xy) = (Dense.dot(x, x), Dense.dot(y, y), Dense.dot(x, y))
        return switch kind {
        case .cosine: xy / (xx * yy).squareRoot()
        case .dot: xy
        case .euclidean: 1 / (1 + (xx + yy - 2 * xy).squareRoot())
        }
    }

    @Test("compare states as defined", arguments: Neighbours.Similarity.allCases)
    func states(_ kind: Neighbours.Similarity) throws {
        let model = try LinearSoftmax(examples: 13, features: 4, classes: 5)
        let labels = [Int](repeating: 1, count: 13)
        let method = try Neighbours(
            snapshot: model.snapshot, train: model.source(Array(0..<10), labels: labels),
            similarity: kind)
        let targets = model.source([10, 11, 12], labels: labels)
        let scores = try method.scores(targets).scores.values
        let totals = try method.total(targets, weighting: .sum).values
        let own = try method.selfInfluence().values
        for row in 0..<10 {
            let x = Array(try model.joined(row).dropLast())
            var sum = 0.0
            for target in 0..<3 {
                let y = Array(try model.joined(10 + target).dropLast())
                let expected = similarity(kind, x, y)
                sum += expected
                #expect(abs(Double(scores[row * 3 + target]) - expected) < 1e-5)
            }
            #expect(abs(Double(totals[row]) - sum) < 1e-5)
            let itself = kind == .dot ? Dense.dot(x, x) : 1
            #expect(abs(Double(own[row]) - itself) < 1e-5)
        }
    }

    @Test(
        "compare gradients as defined", arguments: Neighbours.Similarity.allCases)
    func gradients(_ kind: Neighbours.Similarity) throws {
        let world = try SequenceWorld(.gru)
        let method = try Neighbours(
            snapshot: world.snapshot, train: world.source(0..<20), space: .gradient,
            similarity: kind)
        let names = try world.gradient(0).keys.sorted()
        let gradients = try world.rows.indices.map { row in
            let gradient = try world.gradient(row)
            return names.flatMap { gradient[$0] ?? [] }
        }
        let scores = try method.scores(world.source(20..<24)).scores.values
        let totals = try method.total(world.source(20..<24)).values
        for row in 0..<20 {
            var sum = 0.0
            for target in 20..<24 {
                let expected = similarity(kind, gradients[row], gradients[target])
                sum += expected
                let found = Double(scores[row * 4 + target - 20])
                #expect(abs(found - expected) < 1e-4 * max(1, abs(expected)))
            }
            #expect(abs(Double(totals[row]) - sum / 4) < 1e-4 * max(1, abs(sum)))
        }
    }

    @Test(
        "have a state for every family of models",
        arguments: SequenceRecommender.Representation.allCases,
        [SequenceLoss.softmax, .bce])
    func families(
        _ representation: SequenceRecommender.Representation, _ loss: SequenceLoss
    ) throws {
        let world = try SequenceWorld(representation, loss: loss)
        let method = try Neighbours(snapshot: world.snapshot, train: world.source(0..<20))
        let scores = try method.scores(world.source(0..<20)).scores.values
        for row in 0..<20 { #expect(abs(scores[row * 21] - 1) < 1e-5) }
        #expect(scores.contains { $0 < 1 - 1e-5 })
    }
}
