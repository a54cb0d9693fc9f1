import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Model registry")
struct ModelRegistryTests {
    @Test("rebuilds every kind from its configuration with the values of the source")
    func rebuilds() throws {
        let model = try LSTMRecommender(
            .init(items: 4, dim: 2, hidden: 3, frozenEmbeddings: true), seed: 1)
        let rebuilt = try ModelRegistry.builtIn.model(
            model.configuration,
            values: ParameterSource { name, shape, _ in
                let value = try #require(model.parameter(name)).value
                #expect(value.shape == shape)
                return try value.copy()
            })
        #expect(rebuilt.configuration == model.configuration)
        for (one, other) in zip(rebuilt.parameters, model.parameters) {
            #expect(one.name == other.name)
            #expect(one.value.values == other.value.values)
            #expect(one.isTrainable == other.isTrainable)
        }
        #expect(rebuilt.trainableCount == 4 * 3 * (2 + 3 + 2) + 5 * 3 + 5)
    }

    @Test("names the kinds that it knows when asked for another")
    func unknownKind() {
        let configuration = ModelConfiguration(kind: "gpt", sizes: [:])
        let known = ModelRegistry.builtIn.kinds
        #expect(throws: ModelError.unknownKind("gpt", known: known)) {
            try ModelRegistry.builtIn.model(configuration, values: .random(seed: 1))
        }
    }

    @Test("names an option that a configuration lacks")
    func missingOption() {
        let configuration = ModelConfiguration(kind: "lstm", sizes: ["items": 3, "dim": 2])
        #expect(throws: ModelError.missingOption("hidden", kind: "lstm")) {
            try ModelRegistry.builtIn.model(configuration, values: .random(seed: 1))
        }
    }

    @Test("can be taught another kind")
    func registering() throws {
        var registry = ModelRegistry()
        registry.register("mine") { _, source in
            try LSTMRecommender(.init(items: 3, dim: 1, hidden: 1), values: source)
        }
        #expect(registry.kinds == ["mine"])
        let configuration = ModelConfiguration(kind: "mine", sizes: [:])
        #expect(try registry.model(configuration, values: .random(seed: 1)).classCount == 4)
    }
}
