// What a checkpoint says of a model besides its values.

/// The kind of a model and the options that it was built with.
public struct ModelConfiguration: Sendable, Equatable, Codable {
    /// Name of the architecture, such as `lstm`.
    public let kind: String
    /// Sizes by option name, such as `items`, `dim`, `hidden`.
    public let sizes: [String: Int]
    /// Switches by option name, such as `frozen_embeddings`.
    public let switches: [String: Bool]

    /// Creates a configuration.
    public init(kind: String, sizes: [String: Int], switches: [String: Bool] = [:]) {
        self.kind = kind
        self.sizes = sizes
        self.switches = switches
    }

    /// The size called `option`.
    ///
    /// - Throws: ``ModelError/missingOption(_:kind:)``.
    public func size(_ option: String) throws(ModelError) -> Int {
        guard let value = sizes[option] else { throw .missingOption(option, kind: kind) }
        return value
    }
}

extension ModelConfiguration: CustomStringConvertible {
    /// One line, such as `lstm dim=64 hidden=128 items=3706`; switches only where they are on.
    public var description: String {
        let options = sizes.map { "\($0)=\($1)" } + switches.filter(\.value).map(\.key)
        return ([kind] + options.sorted()).joined(separator: " ")
    }
}

/// What is wrong with the options of a model.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A configuration lacks an option that its architecture has.
    case missingOption(String, kind: String)
    /// A size is below 1 or absurd.
    case badSize(option: String, value: Int)
    /// No architecture has this name.
    case unknownKind(String, known: [String])
    /// A history names an item that the model does not know.
    case unknownItem(id: Int, items: Int)

    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .missingOption(let option, let kind):
            "the configuration of a model of kind '\(kind)' lacks '\(option)'. Open it with the"
                + " version that wrote it."
        case .badSize(let option, let value):
            "a model cannot have '\(option)' = \(value). Give a size from 1."
        case .unknownKind(let kind, let known):
            "'\(kind)' is not a model that this version knows (it knows: "
                + "\(known.joined(separator: ", "))). Open it with the version that wrote it."
        case .unknownItem(let id, let items):
            "item \(id) is outside the model's items 1 to \(items). Use the data set that the model"
                + " was built for."
        }
    }
}
