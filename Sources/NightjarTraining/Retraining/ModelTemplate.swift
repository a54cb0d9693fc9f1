// A model to be trained several times from the same values.

import FoundationEssentials
import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// The architecture of a model and values to start from, of which models can be made on any thread.
public struct ModelTemplate: Sendable {
    /// The kind of the model and its options.
    public let configuration: ModelConfiguration
    private let values: [(name: String, value: Tensor)]

    /// Takes a copy of the values that `model` has now.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public init(_ model: any NextItemModel) throws(TensorError) {
        configuration = model.configuration
        var values: [(name: String, value: Tensor)] = []
        for parameter in model.parameters {
            values.append((parameter.name, try parameter.value.copy()))
        }
        self.values = values
    }

    /// Whether the architecture is one that Nightjar brings along, not one that a script defines and
    /// that only the thread of the script can run.
    public var runsOnAnyThread: Bool { configuration.origin == nil }

    /// A model with these values.
    ///
    /// - Throws: ``ModelError`` when the architecture is not in the registry,
    ///   ``TrainingError/notRepeatable(kind:parameter:)``, ``TensorError``.
    public func model(_ registry: ModelRegistry = .builtIn) throws -> any NextItemModel {
        try registry.model(
            configuration,
            values: ParameterSource { name, shape, _ in
                guard let (_, value) = values.first(where: { $0.name == name }),
                    value.shape == shape
                else {
                    throw TrainingError.notRepeatable(kind: configuration.kind, parameter: name)
                }
                return try value.copy()
            })
    }

    /// Adds what decides the values of a model trained from here.
    func hash(into hash: inout SHA256) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        hash.update(Array(try encoder.encode(configuration)))
        for (name, value) in values {
            hash.update("\(name) \(value.shape)")
            value.withUnsafeValues { hash.update(UnsafeRawBufferPointer($0)) }
        }
    }
}
