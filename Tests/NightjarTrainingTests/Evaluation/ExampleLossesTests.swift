import NightjarModels
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Losses of examples")
struct ExampleLossesTests {
    let world: SmallWorld

    init() throws { world = try SmallWorld() }

    @Test("are the negative logarithms of the softmax of the scores")
    func closedForm() throws {
        let model = try world.model()
        let found = try losses(of: model, on: world.train)
        #expect(found.shape == [world.train.count])
        for example in [0, 7, world.train.count - 1] {
            let batch = try Batch(world.train, [example])
            let probabilities = try model.scores(batch).logSoftmax().values
            #expect(abs(found.values[example] + probabilities[Int(batch.targets[0])]) < 1e-5)
        }
    }

    @Test("have the mean that training reports of a step that changes nothing")
    func asTraining() throws {
        let model = try world.model()
        let expected = try losses(of: model, on: world.train).mean()
        let run = try fit(model, on: world.train, FitOptions(epochs: 1, learningRate: 0))
        #expect(abs(run.epochs[0].loss - expected) < 1e-5)
    }

    @Test("are refused for no examples and for items that the model does not know")
    func refusals() throws {
        let model = try world.model()
        #expect(throws: TrainingError.noExamples("loss")) {
            try losses(of: model, on: world.train.subset([]))
        }
        let few = try LSTMRecommender(.init(items: 3, dim: 2, hidden: 2), seed: 1)
        #expect(throws: TrainingError.self) { try losses(of: few, on: world.train) }
    }
}
