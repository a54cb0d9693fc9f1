// What a checkpoint says of a model besides its values.

/// The kind of a model and the options that it was built with.
public struct ModelConfiguration: Sendable, Equatable, Codable {
    /// Name of the architecture, such as `lstm`.
    public let kind: String
    /// Sizes by option name, such as `items`, `dim`, `hidden`.
    public let sizes: [String: Int]
    /// Switches by option name, such as `frozen_embeddings`.
    public let switches: [String: Bool]
    /// Other numbers by option name, such as a dropout rate; `nil` where there are none.
    public let numbers: [String: Double]?
    /// Words by option name; `nil` where there are none.
    public let words: [String: String]?
    /// Where the architecture is defined; `nil` for those that Nightjar brings along.
    public let origin: ModelOrigin?

    /// Creates a configuration.
    public init(
        kind: String, sizes: [String: Int], switches: [String: Bool] = [:],
        numbers: [String: Double] = [:], words: [String: String] = [:],
        origin: ModelOrigin? = nil
    ) {
        self.kind = kind
        self.sizes = sizes
        self.switches = switches
        self.numbers = numbers.isEmpty ? nil : numbers
        self.words = words.isEmpty ? nil : words
        self.origin = origin
    }

    /// Whether both describe one architecture with equal options, wherever it is defined.
    public func isSameModel(as other: ModelConfiguration) -> Bool {
        kind == other.kind && sizes == other.sizes && switches == other.switches
            && numbers == other.numbers && words == other.words
            && origin?.code == other.origin?.code
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
        let numbers = (numbers ?? [:]).map { "\($0)=\($1)" }
        let words = (words ?? [:]).map { "\($0)=\($1)" }
        let options =
            sizes.map { "\($0)=\($1)" } + switches.filter(\.value).map(\.key) + numbers + words
        let code = origin.map { ["code=\($0.code)"] } ?? []
        return ([kind] + options.sorted() + code).joined(separator: " ")
    }
}

/// Where a script defines an architecture: what to run before a checkpoint of it can be opened.
public struct ModelOrigin: Sendable, Equatable, Codable {
    /// The module that defines it, as `require` takes it.
    public let module: String?
    /// The name of the script that defines it, without its folder.
    public let script: String?
    /// A fingerprint of the code that defines it, so that a changed definition is noticed.
    public let code: String

    /// Creates an origin.
    public init(module: String?, script: String?, code: String) {
        self.module = module
        self.script = script
        self.code = code
    }
}

/// What is wrong with the options of a model.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A configuration lacks an option that its architecture has.
    case missingOption(String, kind: String)
    /// A size is below 1 or absurd.
    case badSize(option: String, value: Int)
    /// A number is out of range.
    case badNumber(option: String, value: Double, allowed: String)
    /// A choice makes no sense together with a representation.
    case badChoice(String, String, with: String)
    /// A share of a whole is outside of what makes sense.
    case badShare(option: String, value: Double)
    /// Heads that cannot have equal parts of a state.
    case unequalHeads(heads: Int, dim: Int)
    /// Negatives are to be drawn by popularity, which is not given.
    case needsPopularity(String)
    /// There are not as many counts as items, or one is negative or no number.
    case badCounts(expected: Int, found: Int)
    /// No architecture has this name.
    case unknownKind(String, known: [String])
    /// An architecture that a script defines is not defined here yet.
    case undefined(kind: String, ModelOrigin)
    /// A history names an item that the model does not know.
    case unknownItem(id: Int, items: Int)
    /// What a file holds of a baseline does not fit together.
    case damagedCounts(kind: String)

    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .missingOption(let option, let kind):
            "the configuration of a model of kind '\(kind)' lacks '\(option)'. Open it with the"
                + " version that wrote it."
        case .badSize(let option, let value):
            "a model cannot have '\(option)' = \(value). Give a size from 1."
        case .badNumber(let option, let value, let allowed):
            "a model cannot have '\(option)' = \(value). Give \(allowed)."
        case .badChoice(let option, let value, let representation):
            "\(option) = \"\(value)\" makes no sense with the representation '\(representation)'. Leave"
                + " it out."
        case .badShare(let option, let value):
            "a model cannot have '\(option)' = \(value). Give a number from 0 to 1, for dropout below 1."
        case .unequalHeads(let heads, let dim):
            "\(heads) heads cannot share \(dim) numbers equally. Give a number of heads that divides"
                + " dim."
        case .needsPopularity(let source):
            "negatives from \"\(source)\" need to know how often each item is a target. Give the"
                + " training examples as popularity = train."
        case .badCounts(let expected, let found):
            "popularity is counted for \(found) items where the model has \(expected), or a count is"
                + " negative. Count the targets of the data set that the model is built for."
        case .unknownKind(let kind, let known):
            "'\(kind)' is not a model that this version knows (it knows: "
                + "\(known.joined(separator: ", "))). Open it with the version that wrote it."
        case .undefined(let kind, let origin):
            "the model '\(kind)' is defined in Lua, and not here yet. "
                + (origin.module.map { "Call require \"\($0)\" first." }
                    ?? origin.script.map { "Run or require what defines it, \($0), first." }
                    ?? "Define it with nj.nn.model first, as the prompt did that trained it.")
        case .damagedCounts(let kind):
            "the counts of a \(kind) model do not fit together: the file is damaged. Count the"
                + " training examples again."
        case .unknownItem(let id, let items):
            "item \(id) is outside the model's items 1 to \(items). Use the data set that the model"
                + " was built for."
        }
    }
}
