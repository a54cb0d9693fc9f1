// JSON as a value between Lua tables and files.

import LuaHost
import NightjarRuntime

/// A JSON value.
enum JSONValue: Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([JSONValue])
    case object([String: JSONValue])
}

// MARK: From and to Lua

extension JSONValue {
    /// Nesting beyond this is most likely a table that contains itself.
    private static let deepest = 100

    /// Converts a Lua value.
    ///
    /// - Throws: `LuaError` naming the place of a value that JSON does not have.
    init(_ value: LuaValue) throws { try self.init(value, at: "", depth: 0) }

    private init(_ value: LuaValue, at path: String, depth: Int) throws {
        func failure(_ problem: String) -> LuaError {
            LuaError("\(path.isEmpty ? "the value" : "the value at \(path)") \(problem)")
        }
        guard depth < Self.deepest else {
            throw failure("is nested too deeply for JSON; does a table contain itself?")
        }
        try Interruption.check()
        switch value {
        case .nil: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = value.isFinite ? .number(value) : .null
        case .string(let string):
            guard let text = string.text else {
                throw failure("is not UTF-8 text; JSON has no other strings")
            }
            self = .string(text)
        case .table(let table):
            let pairs = try table.pairs()
            let count = try table.count()
            if pairs.count == count {
                var list: [JSONValue] = []
                for (index, element) in try table.values().enumerated() {
                    list.append(
                        try JSONValue(element, at: "\(path)[\(index + 1)]", depth: depth + 1))
                }
                self = .list(list)
                return
            }
            var object: [String: JSONValue] = [:]
            for (key, element) in pairs {
                guard let name = key.text else {
                    throw failure(
                        "has keys that are not text; use a list 1, 2, … or text keys throughout")
                }
                let place = path.isEmpty ? name : "\(path).\(name)"
                object[name] = try JSONValue(element, at: place, depth: depth + 1)
            }
            self = .object(object)
        case .function, .object, .other:
            throw failure(
                "is a \(value.typeName), which JSON does not have; give its numbers or text")
        }
    }
}

extension JSONValue: LuaConvertible {
    /// Pushes the value as Lua has it.
    func push(onto stack: LuaStack) throws {
        switch self {
        case .null: stack.pushNil()
        case .boolean(let value): try stack.push(value)
        case .integer(let value): try stack.push(value)
        case .number(let value): try stack.push(value)
        case .string(let value): try stack.push(value)
        case .list(let values):
            try stack.push(LuaList(values.map { $0 == .null ? JSONValue.number(.nan) : $0 }))
        case .object(let fields): try stack.push(fields)
        }
    }
}

// MARK: From and to text

extension JSONValue: Codable {
    init(from decoder: any Decoder) throws {
        try Interruption.check()
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            try Interruption.check()  // which was taken for "no list"
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        try Interruption.check()
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
