import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Scorers")
struct LSTMScorerTests {
    private func batch(_ count: Int, steps: Int, items: Int) throws -> Batch {
        var stream = RandomStream(seed: 6, "histories")
        let histories = (0..<count * steps).map { _ in Int32(stream.below(items + 1)) }
        return try Batch(histories: histories, targets: [Int32](repeating: 1, count: count))
    }

    @Test("of an LSTM give its scores", arguments: [1, 2, 127, 128, 129, 300])
    func equalsScores(_ count: Int) throws {
        let model = try LSTMRecommender(.init(items: 37, dim: 5, hidden: 9), seed: 2)
        let batch = try batch(count, steps: 4, items: 37)
        let expected = try model.scores(batch).values
        for scorer in [try model.scorer(), ModelScorer(model: model)] {
            var scores: [Float] = []
            try scorer.forEachExample(of: batch) { place, row in
                #expect(place == scores.count / 38)
                scores += row
            }
            #expect(scores.count == expected.count)
            #expect(zip(scores, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("of a wide catalogue work in lower tiles")
    func wideCatalogue() throws {
        // More classes than fit a tile of the usual height.
        let model = try LSTMRecommender(.init(items: 40_000, dim: 2, hidden: 3), seed: 2)
        let batch = try batch(40, steps: 2, items: 40_000)
        let expected = try model.scores(batch)
        try model.scorer().forEachExample(of: batch) { place, row in
            let values = try expected.row(place).values
            #expect(zip(row, values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("refuse ids that the model does not know, and pass on what the body throws")
    func errors() throws {
        let model = try LSTMRecommender(.init(items: 5, dim: 2, hidden: 2), seed: 2)
        let scorer = try model.scorer()
        let unknown = try Batch(histories: [1, 6], targets: [1])
        #expect(throws: TensorError.self) { try scorer.forEachExample(of: unknown) { _, _ in } }
        let known = try Batch(histories: [1, 5], targets: [1])
        #expect(throws: Interrupted.self) {
            try scorer.forEachExample(of: known) { _, _ in throw Interrupted() }
        }
    }
}
