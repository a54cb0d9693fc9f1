// Lua tables as the flat lists that runs keep.

import FoundationEssentials
import LuaHost
import NightjarMetrics

/// Nested tables flattened: `{ optimizer = { lr = 0.1 } }` is `optimizer.lr` = `0.1`.
struct RunTexts {
    /// Nesting beyond this is most likely a table that contains itself.
    private static let deepest = 20
    private var found: [(key: String, value: LuaValue)] = []

    /// Takes a table apart; lists stay whole.
    ///
    /// - Throws: `LuaError` naming the place of a key that is no text, or that comes twice.
    private init(_ table: LuaTable) throws {
        try add(table, under: "", depth: 0)
        found.sort { $0.key < $1.key }
        for (one, next) in zip(found, found.dropFirst()) where one.key == next.key {
            throw LuaError("'\(one.key)' is there twice, once in a table of its own; leave one out")
        }
    }

    private mutating func add(_ table: LuaTable, under prefix: String, depth: Int) throws {
        guard depth < Self.deepest else {
            throw LuaError("'\(prefix)' is nested too deeply; does a table contain itself?")
        }
        for (key, value) in try table.pairs() {
            guard let name = key.text ?? key.int.map({ "\($0)" }) else {
                throw LuaError(
                    "a key in '\(prefix.isEmpty ? "the table" : prefix)' is a \(key.typeName); use"
                        + " text keys, or give a list as a value")
            }
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            if case .table(let inner) = value, try !Self.isList(inner) {
                try add(inner, under: path, depth: depth + 1)
            } else {
                found.append((path, value))
            }
        }
    }

    /// Whether a table is a list of plain values, which stays one value.
    private static func isList(_ table: LuaTable) throws -> Bool {
        let pairs = try table.pairs()
        guard try pairs.count == table.count() else { return false }
        return pairs.allSatisfy { if case .table = $0.value { false } else { true } }
    }

    /// Parameters as text.
    ///
    /// - Throws: `LuaError` for a value that is no text, number, boolean or table of them.
    static func parameters(_ table: LuaTable) throws -> [(key: String, value: String)] {
        try RunTexts(table).found.map { ($0.key, try text($0.value, at: $0.key)) }
    }

    /// Metrics as numbers.
    ///
    /// - Throws: `LuaError` for a value that is none.
    static func metrics(_ table: LuaTable) throws -> [String: Double] {
        let pairs = try RunTexts(table).found.map { key, value in
            guard let number = value.double else {
                throw LuaError(
                    "metric '\(key)' is a \(value.typeName); give a number, or use run:tag for text"
                )
            }
            return (key, number)
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    /// One value as text, which reads back as the same value.
    ///
    /// - Throws: `LuaError` for a value without a text.
    static func text(_ value: LuaValue, at key: String) throws -> String {
        switch value {
        case .boolean(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .number(let value): return "\(value)"
        case .string(let string):
            guard let text = string.text else {
                throw LuaError("'\(key)' is not UTF-8 text; give text, or save it as a file")
            }
            return text
        case .table:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(JSONValue(value)), as: UTF8.self)
        case .nil, .function, .object, .other:
            throw LuaError(
                "'\(key)' is a \(value.typeName), which a run cannot keep; give a number, text,"
                    + " true or false, or a table of them")
        }
    }

    /// The value that a text stands for: a number or boolean if it is written as one, else the text.
    static func value(of text: String) -> any LuaConvertible {
        if let number = Int(text), "\(number)" == text { return number }
        if let number = Double(text), "\(number)" == text { return number }
        return Bool(text) ?? text
    }
}

extension MetricReport {
    /// The means by metric, as runs keep them.
    var figures: [String: Double] {
        Dictionary(rows.map { ($0.name.lowercased(), $0.mean) }, uniquingKeysWith: { $1 })
    }
}
