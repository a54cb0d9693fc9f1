// Files of tensors: NumPy's .npy and safetensors.

import LuaHost
import NightjarRuntime
import NightjarTensor

extension TensorLibrary {
    static let files: [Function] = [save, load, contents]

    /// The types in which numbers are written.
    private static let writtenTypes: [ElementType] = [.float32, .int32, .int64]

    static let save = Function(
        "save", on: "nj",
        summary: "Writes tensors or lists of numbers to a .npy or .safetensors file.",
        details: """
            A .npy file holds one tensor, a .safetensors file a table of them by name. The file \
            appears whole or not at all. A number that the type cannot hold is an error.
            """,
        positional: [
            .string("path", "the file; its extension tells the format"),
            .either(
                "value", [.object(Tensor.self), .table],
                "a tensor or a list, or for .safetensors a table from names to them"),
        ],
        options: [
            .table("metadata", optional: true, "texts and numbers to keep in a .safetensors file"),
            .either(
                "type", [.choice(writtenTypes.map(\.name)), .table],
                default: .string(ElementType.float32.name),
                "float32, int32 or int64, or a table from names to them"),
        ],
        example: #"nj.save("ids.npy", { 17, 42 }, { type = "int64" })"#
    ) { call in
        let path = try call.path("path")
        let value = try call.value("value")
        switch try TensorFile.Format(of: path) {
        case .npy:
            guard try !call.has("metadata") else {
                throw LuaError(
                    "a .npy file cannot hold metadata; save '\(path)' as .safetensors instead")
            }
            if case .table(let table) = value, try !table.fields().isEmpty {
                throw LuaError(
                    "a .npy file holds one tensor without a name; save '\(path)' as .safetensors"
                        + " instead")
            }
            let type = try call.value("type")
            if case .table = type {
                throw LuaError(
                    "bad option 'type' to 'save' (a .npy file has one type: give its name)")
            }
            try NpyFile.write(source("", value, elementType(type)), to: path)
        case .safetensors:
            guard case .table(let table) = value, try table.count() == 0 else {
                throw LuaError(
                    "a .safetensors file holds tensors by name, got \(value.typeName) without any;"
                        + " give a table such as { weights = value }, or save as .npy")
            }
            let named = try named(table, "value")
            let types = try types(call.value("type"), for: named.map(\.key))
            let sources = try named.map { try source($0.key, $0.value, types($0.key)) }
            try SafetensorsFile.write(sources, metadata: metadata(call), to: path)
        }
        return nil
    }

    static let load = Function(
        "load", on: "nj", summary: "Reads the tensors of a .npy or .safetensors file.",
        details: """
            Numbers of other types become 32-bit floats; integers that these would round are an \
            error, and as = "list" reads them exactly.
            """,
        positional: [.string("path", "the file; its extension tells the format")],
        options: [
            .list(
                "names", of: .string, optional: true,
                "which tensors of a .safetensors file; all if left out"),
            .choice(
                "as", ["tensor", "list"], default: "tensor",
                "tensor, or nested lists of Lua numbers"),
        ],
        returns: .value(
            .either([.object(Tensor.self), .table]),
            "the tensor of a .npy file, else tensors by name"),
        example: #"weights = nj.load("model.safetensors").weights"#
    ) { call in
        let path = try call.path("path")
        let asList = try call.string("as") == "list"
        switch try TensorFile(path: path) {
        case .npy(let file):
            guard try !call.has("names") else {
                throw LuaError("the tensor in '\(path)' has no name; leave the option 'names' out")
            }
            guard asList else { return try file.tensor() }
            try NestedListLimit.requireRoom(for: file.shape)
            if file.type.isInteger { return try NestedList(file.integers(), shape: file.shape) }
            return try NestedList(file.floats(), shape: file.shape)
        case .safetensors(let file):
            let names = try call.has("names") ? call.strings("names") : file.entries.map(\.name)
            return LuaRecord(
                fields: try names.map { name in
                    guard asList else { return (name, try file.tensor(name)) }
                    let entry = try file.entry(name)
                    try NestedListLimit.requireRoom(for: entry.shape)
                    if entry.type.isInteger {
                        return (name, try NestedList(file.integers(name), shape: entry.shape))
                    }
                    return (name, try NestedList(file.floats(name), shape: entry.shape))
                })
        }
    }

    static let contents = Function(
        "tensors", on: "nj", summary: "Lists the tensors of a file without reading them.",
        positional: [.string("path", "a .npy or .safetensors file")],
        returns: .several(
            (
                .list(
                    .table([
                        .init("name", .string, "its name; none in a .npy file"),
                        .init("type", .string, "the type of its elements, such as float32"),
                        .init("shape", .list(.integer), "the sizes of its dimensions"),
                    ])), "one entry a tensor, in the order of the file"
            ), (.table, "the file's metadata: texts by name")),
        example: #"for _, t in ipairs(nj.tensors("model.safetensors")) do print(t.name) end"#
    ) { call in
        func entry(_ name: String?, _ type: ElementType, _ shape: [Int]) -> LuaRecord {
            LuaRecord(["name": name, "type": type.name, "shape": shape])
        }
        switch try TensorFile(path: call.path("path")) {
        case .npy(let file):
            return LuaResults([entry(nil, file.type, file.shape)], [String: String]())
        case .safetensors(let file):
            return LuaResults(
                file.entries.map { entry($0.name, $0.type, $0.shape) }, file.metadata)
        }
    }

    // MARK: What is written

    /// A tensor or list of numbers of a script, to be written as `type`.
    private static func source(
        _ name: String, _ value: LuaValue, _ type: ElementType
    ) throws -> TensorSource {
        switch value {
        case .object(let handle):
            if let tensor = handle.value(as: Tensor.self) {
                return try TensorSource(name, tensor, as: type)
            }
        case .table(let table) where type == .float32:
            let numbers = try NumberTable(table) { try $0.numbers() }
            return try TensorSource(name, shape: numbers.shape, numbers: numbers.values)
        case .table(let table):
            let integers = try NumberTable(table) { try $0.integers() }
            return try TensorSource(
                name, shape: integers.shape, integers: integers.values, as: type)
        default: break
        }
        throw LuaError(
            "bad argument #2 to 'save' (nj.Tensor or list of numbers expected for '\(name)', got"
                + " \(value.typeName))")
    }

    /// The fields of a table whose keys are all text.
    private static func named(
        _ table: LuaTable, _ argument: String
    ) throws -> [(key: String, value: LuaValue)] {
        let fields = try table.fields()
        guard try table.pairs().count == fields.count else {
            throw LuaError("'\(argument)' to 'save' has keys that are no text; give names only")
        }
        return fields
    }

    private static func elementType(_ value: LuaValue) throws -> ElementType {
        let types = writtenTypes.map(\.name)
        guard let type = writtenTypes.first(where: { $0.name == value.text }) else {
            let given = value.text ?? value.typeName
            throw LuaError(
                "bad option 'type' to 'save' ('\(given)' is none of \(types.joined(separator: ", "))"
                    + "\(Suggestion.hint(for: given, in: types)))")
        }
        return type
    }

    /// The type of each name: one for all, or those of a table, else float32.
    private static func types(
        _ value: LuaValue, for names: [String]
    ) throws -> (String) -> ElementType {
        guard case .table(let table) = value else {
            let type = try elementType(value)
            return { _ in type }
        }
        var types: [String: ElementType] = [:]
        for (name, value) in try named(table, "type") {
            guard names.contains(name) else {
                throw LuaError(
                    "bad option 'type' to 'save' (there is no '\(name)' to write"
                        + "\(Suggestion.hint(for: name, in: names)))")
            }
            types[name] = try elementType(value)
        }
        return { types[$0] ?? .float32 }
    }

    private static func metadata(_ call: Call) throws -> [String: String] {
        guard let table = try call.table(ifGiven: "metadata") else { return [:] }
        var texts: [String: String] = [:]
        for (name, value) in try named(table, "metadata") {
            switch value {
            case .string(let text) where text.text != nil: texts[name] = text.text
            case .integer, .number, .boolean: texts[name] = call.state.describe(value)
            default:
                throw LuaError(
                    "bad option 'metadata' to 'save' (text, number or boolean expected for"
                        + " '\(name)', got \(value.typeName))")
            }
        }
        return texts
    }
}
