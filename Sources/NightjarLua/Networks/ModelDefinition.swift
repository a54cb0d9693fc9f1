// A model that a script defines: its name, its options and its functions.

import LuaHost
import NightjarModels
import NightjarRuntime
import NightjarTensor

/// What `nj.nn.model` makes: an architecture from which models are made.
final class ModelDefinition: LuaObject, Sendable, CustomStringConvertible {
    /// One option with its default, whose type the script's value must have.
    enum Option: Sendable, Equatable {
        case size(Int)
        case number(Double)
        case flag(Bool)
        case word(String)

        /// A default as the script gave it; nothing for what cannot be stored in a checkpoint.
        init?(_ value: LuaValue) {
            switch value {
            case .integer(let value): self = .size(value)
            case .number(let value): self = .number(value)
            case .boolean(let value): self = .flag(value)
            case .string(let value):
                guard let text = value.text else { return nil }
                self = .word(text)
            default: return nil
            }
        }

        /// A value in place of this default; nothing when it is of another type.
        func replaced(by value: LuaValue) -> Option? {
            switch self {
            case .size: value.int.map { .size($0) }
            case .number: value.double.map { .number($0) }
            case .flag, .word:
                switch (self, Option(value)) {
                case (.flag, .flag(let value)?): .flag(value)
                case (.word, .word(let value)?): .word(value)
                default: nil
                }
            }
        }

        var typeName: String {
            switch self {
            case .size: "integer"
            case .number: "number"
            case .flag: "boolean"
            case .word: "string"
            }
        }

        var lua: any LuaConvertible {
            switch self {
            case .size(let value): value
            case .number(let value): value
            case .flag(let value): value
            case .word(let value): value
            }
        }
    }

    /// The option that every model has.
    static let itemsOption = "items"
    /// The option that is no part of the model.
    static let seedOption = "seed"

    let name: String
    let defaults: [String: Option]
    let build: LuaFunction
    let forward: LuaFunction
    let loss: LuaFunction?
    let origin: ModelOrigin

    init(
        name: String, defaults: [String: Option], build: LuaFunction, forward: LuaFunction,
        loss: LuaFunction?, origin: ModelOrigin
    ) {
        self.name = name
        self.defaults = defaults
        self.build = build
        self.forward = forward
        self.loss = loss
        self.origin = origin
    }

    /// A configuration from what a script gave, and the seed.
    ///
    /// - Throws: ``LuaError`` for an unknown option, one of a wrong type, or no items.
    func configuration(_ given: LuaTable) throws -> (ModelConfiguration, seed: UInt64) {
        var options = defaults
        var seed: UInt64 = 1
        for (key, value) in try given.pairs() {
            let key = key.text ?? "\(key.typeName)"
            if key == Self.seedOption {
                guard let number = value.int, number >= 0 else {
                    throw LuaError("option 'seed' must be a whole number from 0")
                }
                seed = UInt64(number)
                continue
            }
            let standard = key == Self.itemsOption ? .size(1) : defaults[key]
            guard let standard else {
                let known = defaults.keys.sorted() + [Self.itemsOption, Self.seedOption]
                throw LuaError(
                    "unknown option '\(key)' to '\(name)'"
                        + Suggestion.hint(for: key, in: known)
                        + "; it takes \(known.joined(separator: ", "))")
            }
            guard let option = standard.replaced(by: value) else {
                throw LuaError(
                    "option '\(key)' to '\(name)': \(standard.typeName) expected, got"
                        + " \(value.typeName)")
            }
            options[key] = option
        }
        guard case .size(let items)? = options[Self.itemsOption], items >= 1, items < 1 << 24 else {
            throw LuaError(
                "'\(name)' needs 'items', the number of items, such as items = log.n_items")
        }
        return (configuration(options), seed)
    }

    private func configuration(_ options: [String: Option]) -> ModelConfiguration {
        var sizes: [String: Int] = [:]
        var numbers: [String: Double] = [:]
        var flags: [String: Bool] = [:]
        var words: [String: String] = [:]
        for (key, option) in options {
            switch option {
            case .size(let value): sizes[key] = value
            case .number(let value): numbers[key] = value
            case .flag(let value): flags[key] = value
            case .word(let value): words[key] = value
            }
        }
        return ModelConfiguration(
            kind: name, sizes: sizes, switches: flags, numbers: numbers, words: words,
            origin: origin)
    }

    var description: String {
        let options = defaults.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.lua)" }
        return "Definition of \(name){ \((["items"] + options).joined(separator: ", ")) }"
    }
}

extension ModelConfiguration {
    /// All options as Lua sees them.
    var options: LuaRecord {
        let all: [(String, any LuaConvertible)] =
            sizes.map { ($0, $1) } + switches.map { ($0, $1) }
            + (numbers ?? [:]).map { ($0, $1) } + (words ?? [:]).map { ($0, $1) }
        return LuaRecord(fields: all.sorted { $0.0 < $1.0 }.map { (key: $0.0, value: $0.1) })
    }
}

/// The architectures that scripts of a session have defined.
final class DefinedModels {
    private var definitions: [String: ModelDefinition] = [:]

    /// Makes a definition known; a later one of the same name takes its place.
    func add(_ definition: ModelDefinition) { definitions[definition.name] = definition }

    /// The definition called `name`.
    subscript(name: String) -> ModelDefinition? { definitions[name] }

    /// Everything that checkpoints can be rebuilt from.
    var registry: ModelRegistry {
        var registry = ModelRegistry.builtIn
        for (name, definition) in definitions {
            registry.register(name) { try ScriptedModel(definition, $0, values: $1) }
        }
        return registry
    }
}

extension LuaState {
    /// What scripts of this state have defined.
    var definedModels: DefinedModels {
        if let found = try? attached(DefinedModels.self) { return found }
        let models = DefinedModels()
        attach(models)
        return models
    }

    /// What a saved model can be rebuilt from; a module that defines it is loaded.
    ///
    /// A definition that has changed since is told of, not refused: values may be looked at all the
    /// same.
    ///
    /// - Throws: ``LuaError`` when the module cannot be loaded.
    func registry(for configuration: ModelConfiguration) throws -> ModelRegistry {
        let models = definedModels
        guard let origin = configuration.origin else { return models.registry }
        if models[configuration.kind] == nil, let module = origin.module,
            case .function(let require) = try globals.get("require")
        {
            try require(module)
        }
        if let found = models[configuration.kind], found.origin.code != origin.code {
            let session = try? attached(Session.Configuration.self)
            session?.notice(
                "warning: the definition of '\(found.name)' has changed since the model was saved;"
                    + " what is computed now may differ")
        }
        return models.registry
    }
}
