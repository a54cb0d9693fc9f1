// From what a checkpoint says of a model to the model.

/// The architectures that can be rebuilt from their configuration, by kind.
public struct ModelRegistry: Sendable {
    /// Builds a model whose values come from the source.
    public typealias Builder =
        @Sendable (ModelConfiguration, ParameterSource) throws -> any NextItemModel

    private var builders: [String: Builder] = [:]

    /// Creates an empty registry.
    public init() {}

    /// The architectures that Nightjar brings along.
    public static let builtIn: ModelRegistry = {
        var registry = ModelRegistry()
        registry.register(LSTMRecommender.kind) { try LSTMRecommender($0, values: $1) }
        registry.register(SequenceRecommender.kind) { try SequenceRecommender($0, values: $1) }
        return registry
    }()

    /// The known kinds, sorted.
    public var kinds: [String] { builders.keys.sorted() }

    /// Makes a kind known, or replaces how it is built.
    public mutating func register(_ kind: String, _ builder: @escaping Builder) {
        builders[kind] = builder
    }

    /// Builds the model of a configuration with the values of `source`.
    ///
    /// - Throws: ``ModelError/unknownKind(_:known:)``, ``ModelError/undefined(kind:_:)``, or what the builder throws.
    public func model(
        _ configuration: ModelConfiguration, values source: ParameterSource
    ) throws -> any NextItemModel {
        guard let builder = builders[configuration.kind] else {
            if let origin = configuration.origin {
                throw ModelError.undefined(kind: configuration.kind, origin)
            }
            throw ModelError.unknownKind(configuration.kind, known: kinds)
        }
        return try builder(configuration, source)
    }
}
