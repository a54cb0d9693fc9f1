// Reading lists of numbers and texts from Lua tables, fast.

import CLua
import CLuaBridge
import NightjarRuntime

/// What is wrong with one element of a list.
struct ElementFault: Error, CustomStringConvertible {
    let expected: String
    /// Position in the list, outermost first.
    let path: [Int]
    let found: String

    var description: String {
        let place = path.map { "[\($0)]" }.joined()
        return "\(expected) expected at \(place), got \(found)"
    }
}

/// Reads the list part of the table at an index; everything else in the table is ignored.
struct ListReader {
    private let raw: OpaquePointer
    private let table: Int32

    init(_ stack: LuaStack, _ index: Int32) {
        raw = stack.raw
        table = lua_absindex(stack.raw, index)
    }

    var count: Int { Int(lua_rawlen(raw, table)) }

    /// Reads every element with `body`, which gets its index on the stack.
    @inline(__always)
    func read<Element>(
        _ expected: String, _ body: (Int32) -> Element?
    ) throws -> [Element] {
        let count = count
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for position in 0..<count {
            if position & 0xFFFF == 0xFFFF { try Interruption.check() }
            lua_rawgeti(raw, table, lua_Integer(position + 1))
            guard let element = body(-1) else {
                let found = ArgumentText.describe(raw, -1)
                throw ElementFault(expected: expected, path: [position + 1], found: found)
            }
            elements.append(element)
            lua_settop(raw, -2)
        }
        return elements
    }

    func numbers() throws -> [Double] {
        try read("number") { Self.number(raw, $0) }
    }

    func floats() throws -> [Float] {
        try read("number") { Self.number(raw, $0).map { Float($0) } }
    }

    func integers() throws -> [Int] {
        try read("integer") { Self.integer(raw, $0) }
    }

    func strings() throws -> [String] {
        try read("string in UTF-8") { Self.string(raw, $0) }
    }

    /// The number at an index; never a string that looks like one.
    @inline(__always)
    static func number(_ raw: OpaquePointer, _ index: Int32) -> Double? {
        guard lua_type(raw, index) == LUA_TNUMBER else { return nil }
        return lua_tonumberx(raw, index, nil)
    }

    /// The integer at an index, also if it is a float with an integral value.
    @inline(__always)
    static func integer(_ raw: OpaquePointer, _ index: Int32) -> Int? {
        guard lua_type(raw, index) == LUA_TNUMBER else { return nil }
        var isInteger: Int32 = 0
        let value = lua_tointegerx(raw, index, &isInteger)
        return isInteger != 0 ? Int(value) : nil
    }

    static func string(_ raw: OpaquePointer, _ index: Int32) -> String? {
        guard lua_type(raw, index) == LUA_TSTRING else { return nil }
        return LuaString.withBytes(raw, index) {
            String(validating: $0.bindMemory(to: UInt8.self), as: UTF8.self)
        }
    }
}

/// Numbers in nested lists of equal lengths: what becomes a tensor.
public struct NestedNumbers: Sendable {
    /// Lengths of the levels, outermost first; empty for a single number.
    public private(set) var shape: [Int] = []
    /// All numbers in reading order.
    public private(set) var values: [Float] = []

    /// The deepest nesting that is read.
    private static let deepest = 8

    /// Reads the number or table at `index`.
    init(_ stack: LuaStack, _ index: Int32) throws {
        try stack.reserve(2 * Self.deepest)
        try append(stack, lua_absindex(stack.raw, index), path: [])
    }

    private mutating func append(_ stack: LuaStack, _ index: Int32, path: [Int]) throws {
        let raw = stack.raw
        let depth = path.count
        if let number = ListReader.number(raw, index) {
            guard depth == shape.count else {
                throw ElementFault(expected: "table", path: path, found: "a number")
            }
            values.append(Float(number))
            return
        }
        guard lua_type(raw, index) == LUA_TTABLE, depth < Self.deepest else {
            let found = ArgumentText.describe(raw, index)
            throw ElementFault(expected: "number", path: path, found: found)
        }
        let count = Int(lua_rawlen(raw, index))
        if depth == shape.count {
            guard values.isEmpty else {
                throw ElementFault(expected: "number", path: path, found: "a table")
            }
            shape.append(count)
        } else if shape[depth] != count {
            let expected = "\(shape[depth]) values"
            throw ElementFault(expected: expected, path: path, found: "\(count)")
        }
        for position in 0..<count {
            if position & 0xFFFF == 0xFFFF { try Interruption.check() }
            lua_rawgeti(raw, index, lua_Integer(position + 1))
            if depth + 1 == shape.count, let number = ListReader.number(raw, -1) {
                values.append(Float(number))
            } else {
                try append(stack, lua_gettop(raw), path: path + [position + 1])
            }
            lua_settop(raw, -2)
        }
    }
}
