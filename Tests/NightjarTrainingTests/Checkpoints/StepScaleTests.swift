import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("The scale of a step")
struct StepScaleTests {
    private func checkpoint(_ rule: UpdateRule, folder: TemporaryFolder) throws -> Checkpoint {
        let world = try SmallWorld()
        _ = try fit(
            world.model(), on: world.train,
            FitOptions(
                epochs: 2, batchSize: 32, rule: rule, learningRate: 0.01,
                checkpoints: CheckpointPlan(folder: folder.path, epochs: .only([0, 2]))))
        return try Checkpoint(path: folder.path + "/last.safetensors")
    }

    @Test("is that of the optimiser's second moments, corrected for the steps that were done")
    func adam() throws {
        let folder = try TemporaryFolder()
        let checkpoint = try checkpoint(.adam(beta2: 0.9, epsilon: 1e-3), folder: folder)
        let steps = 2 * ((checkpoint.record.data.examples + 31) / 32)
        let correction = 1 - (0..<steps).reduce(1.0) { product, _ in product * Double(Float(0.9)) }
        for parameter in try checkpoint.model().parameters {
            let found = try #require(try checkpoint.stepScale(of: parameter))
            #expect(found.shape == parameter.value.shape)
            let moments = try checkpoint.tensor("optimiser/\(parameter.name)/second_moment").values
            for (scale, moment) in zip(found.values, moments) {
                let expected = 1 / ((Double(moment) / correction).squareRoot() + 1e-3)
                #expect(abs(Double(scale) - expected) <= 1e-5 * expected)
            }
        }
    }

    @Test("is that of the sums of squares for Adagrad")
    func adagrad() throws {
        let folder = try TemporaryFolder()
        let checkpoint = try checkpoint(.adagrad(epsilon: 0.5), folder: folder)
        let parameter = try #require(try checkpoint.model().parameter("output.bias"))
        let sums = try checkpoint.tensor("optimiser/output.bias/square_sum").values
        let found = try #require(try checkpoint.stepScale(of: parameter)).values
        for (scale, sum) in zip(found, sums) {
            #expect(abs(scale - 1 / (sum.squareRoot() + 0.5)) <= 1e-5 * scale)
        }
    }

    @Test("does not exist for plain descent, nor before the first step")
    func none() throws {
        let folder = try TemporaryFolder()
        let plain = try checkpoint(.sgd(momentum: 0.9), folder: folder)
        #expect(try plain.stepScale(of: plain.model().parameters[0]) == nil)
        let other = try TemporaryFolder()
        _ = try checkpoint(.adam(), folder: other)
        let first = try Checkpoint(path: other.path + "/epoch-0000.safetensors")
        #expect(try first.stepScale(of: first.model().parameters[0]) == nil)
    }
}
