// The variables of a session in one file.

import FoundationEssentials
import LuaHost
import NightjarModels
import NightjarRuntime
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// Writes variables to a safetensors file, which other programs can read for its tensors, and takes
/// them from one.
///
/// Tensors, models, numbers, strings, booleans, and tables of them are saved; tables
/// may share and contain each other. What is one tensor, model or table in several variables is one
/// again afterwards. What else there is, such as functions, is refused by name.
///
/// Of a model that a script defines, the options and values are saved, not the functions: whoever
/// loads it has run the script, or has the module that defines it.
public enum SavedSession {
    /// The key of the file's metadata under which everything but the tensors stands.
    private static let key = "nightjar.session"

    /// What became of the variables.
    public struct Outcome {
        /// Names of the variables in the file.
        public var names: [String] = []
        /// Names of those left out, and why.
        public var refused: [(name: String, reason: String)] = []
        /// Paths of models that load only where a script has defined their kind, and those kinds.
        public var needing: [(path: String, kind: String)] = []
    }

    /// Writes all variables that can be saved to the file at `path`, whole or not at all.
    ///
    /// - Throws: ``NightjarRuntime/FileError`` when the file cannot be written; when there is a file
    ///   that is no saved session, such as a checkpoint.
    public static func write(
        _ variables: [(name: String, value: LuaValue)], of state: LuaState, to path: String
    ) throws -> Outcome {
        if access(path, F_OK) == 0, (try? SafetensorsFile(path: path))?.metadata[key] == nil {
            throw LuaError("'\(path)' is there and is no saved session; choose another name")
        }
        var outcome = Outcome()
        var writer = SavedValueWriter()
        var values: [String: SavedValue] = [:]
        for (name, value) in variables {
            var attempt = writer
            do throws(Unsaveable) {
                values[name] = try attempt.saved(value, at: name)
                writer = attempt
                outcome.names.append(name)
            } catch {
                outcome.refused.append((name, error.reason))
            }
        }
        outcome.needing = writer.needing
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let text = String(decoding: try encoder.encode(values), as: UTF8.self)
        try SafetensorsFile.write(writer.tensors, metadata: [key: text], to: path)
        return outcome
    }

    /// Sets the variables that the file at `path` holds, all or none, and gives their names.
    ///
    /// - Throws: When the file cannot be read, or is no saved session.
    public static func read(_ path: String, into state: LuaState) throws -> [String] {
        let file = try SafetensorsFile(path: path)
        guard let text = file.metadata[key] else {
            throw LuaError("'\(path)' is no saved session; read its tensors with nj.load")
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let saved: [String: SavedValue]
        do {
            saved = try decoder.decode([String: SavedValue].self, from: Data(text.utf8))
        } catch {
            throw LuaError("'\(path)' is damaged: what it says of the variables cannot be read")
        }
        var reader = SavedValueReader(file, state)
        let names = saved.keys.sorted()
        var values: [(String, any LuaConvertible)] = []
        for name in names {
            if let value = saved[name] { values.append((name, try reader.value(value))) }
        }
        for (name, value) in values { try state.globals.set(name, to: value) }
        return names
    }
}

/// A Lua value in a file.
indirect enum SavedValue: Codable {
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case bytes([UInt8])
    /// A table, with a number by which others refer to it.
    case table(number: Int, keys: [SavedValue], values: [SavedValue])
    /// A table that stands elsewhere.
    case sameTable(Int)
    /// A tensor, by its name in the file, and its shape if that is another one there.
    case tensor(String, shape: [Int]?)
    /// A model, with a number by which others refer to it, the names in the file of its parameters or
    /// counts, and the items of history in the examples that it learned from.
    case model(ModelConfiguration, number: Int, parameters: [String: String], history: Int?)
    /// A model that stands elsewhere.
    case sameModel(Int)
}

/// Why a value is not saved.
private struct Unsaveable: Error {
    let reason: String

    init(_ path: String, _ problem: String) {
        // A path leads as deep as the tables.
        reason = "\(path.shortened(to: 80)) \(problem)"
    }
}

/// Turns Lua values into saved ones, and collects their tensors.
private struct SavedValueWriter {
    /// Tables within tables that are followed.
    private static let deepest = 100

    private(set) var tensors: [TensorSource] = []
    private(set) var needing: [(path: String, kind: String)] = []
    private var names: Set<String> = []
    private var tables: [UnsafeRawPointer: Int] = [:]
    private var models: [ObjectIdentifier: Int] = [:]
    /// Tensors in the file, by the memory in which they are.
    private var known: [ObjectIdentifier: [(name: String, tensor: Tensor)]] = [:]

    mutating func saved(
        _ value: LuaValue, at path: String, depth: Int = 0
    ) throws(Unsaveable) -> SavedValue {
        switch value {
        case .nil: throw Unsaveable(path, "is nil")
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let string): return string.text.map { .text($0) } ?? .bytes(string.bytes)
        case .table(let table): return try saved(table, at: path, depth: depth)
        case .object(let handle): return try saved(handle, at: path)
        case .function, .other: throw Unsaveable(path, "is a \(value.typeName)")
        }
    }

    private mutating func saved(
        _ table: LuaTable, at path: String, depth: Int
    ) throws(Unsaveable) -> SavedValue {
        guard let identity = table.identity, depth < Self.deepest else {
            throw Unsaveable(path, "is nested too deeply")
        }
        if let number = tables[identity] { return .sameTable(number) }
        let number = tables.count + 1
        tables[identity] = number
        guard let pairs = try? table.pairs(), let metatable = try? table.metatable() as LuaTable??
        else { throw Unsaveable(path, "cannot be read") }
        guard metatable == nil else {
            throw Unsaveable(path, "is a table with a metatable")
        }
        var keys: [SavedValue] = []
        var values: [SavedValue] = []
        for (key, value) in pairs {
            let place: String
            switch key {
            case .string(let name): place = "\(path).\(name.description)"
            case .integer(let position): place = "\(path)[\(position)]"
            case .number, .boolean: place = "\(path)[…]"
            default: throw Unsaveable(path, "has a \(key.typeName) as a key")
            }
            keys.append(try saved(key, at: place))
            values.append(try saved(value, at: place, depth: depth + 1))
        }
        return .table(number: number, keys: keys, values: values)
    }

    private mutating func saved(_ handle: LuaHandle, at path: String) throws(Unsaveable)
        -> SavedValue
    {
        if let tensor = handle.value(as: Tensor.self) {
            let (name, shape) = add(tensor, as: path)
            return .tensor(name, shape: shape == tensor.shape ? nil : tensor.shape)
        }
        guard let object = handle.value(as: ModelObject.self) else {
            throw Unsaveable(path, "is a \(handle.typeName)")
        }
        if let number = models[ObjectIdentifier(object)] { return .sameModel(number) }
        let (configuration, values) = try parts(of: object, at: path)
        let number = models.count + 1
        models[ObjectIdentifier(object)] = number
        if let origin = configuration.origin, origin.module == nil {
            needing.append((path, configuration.kind))
        }
        var names: [String: String] = [:]
        for (name, value) in values { names[name] = add(value, as: "\(path)/\(name)").name }
        return .model(
            configuration, number: number, parameters: names, history: object.historyLength)
    }

    /// The options of a model, and its parameters or what it counted.
    private func parts(
        of object: ModelObject, at path: String
    ) throws(Unsaveable) -> (ModelConfiguration, [(name: String, values: Tensor)]) {
        switch object.kind {
        case .trained(let model):
            return (model.configuration, model.parameters.map { ($0.name, $0.value) })
        case .counted(let baseline):
            do {
                let record = try baseline.record()
                return (record.configuration, record.numbers)
            } catch {
                throw Unsaveable(path, "cannot be saved: \(error)")
            }
        }
    }

    /// The name and shape in the file of a tensor, which is written once however often it is met.
    private mutating func add(_ tensor: Tensor, as path: String) -> (name: String, shape: [Int]) {
        let memory = ObjectIdentifier(tensor.storageOwner)
        if let same = known[memory]?.first(where: { $0.tensor.sharesMemory(with: tensor) }) {
            return (same.name, same.tensor.shape)
        }
        let name = free(path)
        tensors.append(TensorSource(name, tensor))
        known[memory, default: []].append((name, tensor))
        return (name, tensor.shape)
    }

    /// A name like `path` that no tensor has.
    private mutating func free(_ path: String) -> String {
        var name = path
        var count = 1
        while !names.insert(name).inserted {
            count += 1
            name = "\(path)#\(count)"
        }
        return name
    }
}

/// Turns saved values into Lua values.
private struct SavedValueReader {
    private let file: SafetensorsFile
    private let state: LuaState
    private var tables: [Int: LuaTable] = [:]
    private var models: [Int: ModelObject] = [:]
    private var tensors: [String: Tensor] = [:]

    init(_ file: SafetensorsFile, _ state: LuaState) {
        self.file = file
        self.state = state
    }

    mutating func value(_ saved: SavedValue) throws -> any LuaConvertible {
        switch saved {
        case .boolean(let value): return value
        case .integer(let value): return value
        case .number(let value): return value
        case .text(let text): return text
        case .bytes(let bytes): return LuaString(bytes: bytes)
        case .sameTable(let number):
            guard let table = tables[number] else { throw damaged }
            return table
        case .table(let number, let keys, let values):
            guard case .table(let table)? = try state.run("return {}").first,
                keys.count == values.count
            else { throw damaged }
            tables[number] = table
            for (key, element) in zip(keys, values) {
                try table.set(value(key), to: value(element))
            }
            return table
        case .tensor(let name, let shape):
            let tensor = try tensor(name)
            return try shape.map { try tensor.reshaped($0) } ?? tensor
        case .sameModel(let number):
            guard let model = models[number] else { throw damaged }
            return model
        case .model(let configuration, let number, let parameters, let history):
            let model = ModelObject(
                try self.model(configuration, parameters), historyLength: history)
            models[number] = model
            return model
        }
    }

    /// A tensor of the file, one and the same each time.
    private mutating func tensor(_ name: String) throws -> Tensor {
        if let known = tensors[name] { return known }
        let tensor = try file.tensor(name)
        tensors[name] = tensor
        return tensor
    }

    private mutating func model(
        _ configuration: ModelConfiguration, _ parameters: [String: String]
    ) throws -> ModelObject.Kind {
        let values = try parameters.mapValues { try tensor($0) }
        if BaselineRecord.isBaseline(configuration) {
            let record = BaselineRecord(configuration, values.map { ($0.key, $0.value) })
            return .counted(try record.baseline())
        }
        let damaged = damaged
        let source = ParameterSource { name, shape, _ in
            guard let tensor = values[name], tensor.count == shape.reduce(1, *) else {
                throw damaged
            }
            return try tensor.reshaped(shape)
        }
        return .trained(
            try state.registry(for: configuration).model(configuration, values: source))
    }

    private var damaged: LuaError {
        LuaError("'\(file.path)' is damaged: its variables and tensors do not fit together")
    }
}
