// Result tables as JSON.

import FoundationEssentials
import LuaHost
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// `nj.write_json` and `nj.read_json`.
enum JSONLibrary {
    static let library = Library(functions: [write, read])

    static let write = Function(
        "write_json", on: "nj", summary: "Writes a value to a file as JSON, whole or not at all.",
        details: """
            Tables with 1, 2, … become lists, tables with text keys objects with sorted keys, the \
            empty table a list, and NaN and infinities null. Equal values give equal bytes.
            """,
        positional: [
            .string("path", "the file"),
            .any("value", "tables, strings, numbers and booleans"),
        ],
        example: #"nj.write_json("results.json", { seed = 1, mrr = 0.0612 })"#
    ) { call in
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let value = try JSONValue(call.value("value"))
        let bytes: Data
        do {
            bytes = try encoder.encode(value)
        } catch {
            // The encoder wraps what stopped it.
            try Interruption.check()
            throw error
        }
        try DurableFile.write(to: call.path("path")) { file in
            try bytes.withUnsafeBytes { try file.append($0) }
            try file.append("\n")
        }
        return nil
    }

    static let read = Function(
        "read_json", on: "nj", summary: "Reads a JSON file as Lua values.",
        details: "null is nil in an object, and NaN in a list, where nil would leave a hole.",
        positional: [.string("path", "the file")],
        returns: .value(.any, "the value in the file"),
        example: #"print(nj.read_json("results.json").mrr)"#
    ) { call in
        let path = try call.path("path")
        do {
            return try JSONDecoder().decode(JSONValue.self, from: bytes(of: path))
        } catch DecodingError.dataCorrupted(let context) {
            let reason = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            let stop = reason.hasSuffix(".") ? "" : "."
            throw LuaError(
                "'\(path)' is no JSON: \(reason)\(stop) Write it again, or check the path.")
        }
    }

    private static func bytes(of path: String) throws -> Data {
        if let bytes = try? Data(contentsOf: URL(filePath: path)) { return bytes }
        // Foundation's error does not tell the system's reason; what can be opened is a folder.
        throw FileError("read", path, code: access(path, R_OK) == 0 ? EISDIR : errno)
    }
}
