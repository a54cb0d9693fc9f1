import Foundation
import NightjarData
import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Losses of examples")
struct LossesTests {
    let world: SmallWorld

    init() throws { world = try SmallWorld() }

    @Test("are the negated logarithms of the softmax of the scores", arguments: [1, 7, 512])
    func closedForm(_ batchSize: Int) throws {
        let model = try world.model()
        let found = try losses(of: model, on: world.test, batchSize: batchSize)
        #expect(found.count == world.test.count)
        let batch = try Batch(world.test, 0..<world.test.count)
        let scores = try model.scores(batch).values
        for (example, target) in batch.targets.enumerated() {
            let row = scores[example * model.classCount..<(example + 1) * model.classCount]
            let sum = row.reduce(0) { $0 + exp(Double($1)) }
            let expected = log(sum) - Double(row[row.startIndex + Int(target)])
            #expect(abs(Double(found[example]) - expected) < 1e-5)
        }
    }

    @Test("of a model without training are near the logarithm of the number of classes")
    func untrained() throws {
        let model = try world.model()
        for parameter in model.parameters { parameter.value.fill(0) }
        let found = try losses(of: model, on: world.test)
        #expect(found.allSatisfy { abs(Double($0) - log(10.0)) < 1e-6 })
    }

    @Test("do not depend on weights")
    func weights() throws {
        let model = try world.model()
        let weighted = try world.test.withWeights((0..<world.test.count).map { Float($0 % 3) })
        #expect(try losses(of: model, on: weighted) == losses(of: model, on: world.test))
    }

    @Test("are refused for examples that the model cannot predict")
    func refused() throws {
        let small = try LSTMRecommender(.init(items: 4, dim: 2, hidden: 2), seed: 1)
        #expect(throws: TrainingError.tooManyItems(data: 9, model: 4)) {
            try losses(of: small, on: world.test)
        }
        let model = try world.model()
        #expect(throws: TrainingError.noExamples("evaluation")) {
            try losses(of: model, on: world.test.subset([]))
        }
        #expect(throws: TrainingError.self) {
            try losses(of: model, on: world.test, batchSize: 0)
        }
    }
}
