// What Swift can give to Lua.

import CLua
import CLuaBridge

/// A Swift value that has a form in Lua.
///
/// Numbers, text, lists, optionals and dictionaries have one; a type of your own gets one as an
/// object (``LuaObject``).
public protocol LuaConvertible {
    /// Pushes exactly one value.
    ///
    /// - Throws: When the value does not fit, or its type has no class in this state.
    func push(onto stack: LuaStack) throws

    /// Pushes a table of `list`; scalar types do so without a call for each element.
    ///
    /// - Throws: As ``push(onto:)``.
    static func push(list: [Self], onto stack: LuaStack) throws

    /// Pushes what a function gives when this is its result; gives the number of values.
    ///
    /// - Throws: As ``push(onto:)``.
    func pushResults(onto stack: LuaStack) throws -> Int32
}

extension LuaConvertible {
    /// Pushes one value.
    public func pushResults(onto stack: LuaStack) throws -> Int32 {
        try push(onto: stack)
        return 1
    }

    /// Pushes a table with the elements at 1, 2, ….
    public static func push(list: [Self], onto stack: LuaStack) throws {
        try stack.pushList(list.count) { try stack.push(list[$0]) }
    }
}

extension Int: LuaConvertible {
    /// Pushes an integer.
    public func push(onto stack: LuaStack) { lua_pushinteger(stack.raw, lua_Integer(self)) }

    /// Pushes a table of integers.
    public static func push(list: [Int], onto stack: LuaStack) throws {
        try stack.pushList(list.count) { lua_pushinteger(stack.raw, lua_Integer(list[$0])) }
    }
}

extension Int32: LuaConvertible {
    /// Pushes an integer.
    public func push(onto stack: LuaStack) { lua_pushinteger(stack.raw, lua_Integer(self)) }

    /// Pushes a table of integers.
    public static func push(list: [Int32], onto stack: LuaStack) throws {
        try stack.pushList(list.count) { lua_pushinteger(stack.raw, lua_Integer(list[$0])) }
    }
}

extension Double: LuaConvertible {
    /// Pushes a float.
    public func push(onto stack: LuaStack) { lua_pushnumber(stack.raw, self) }

    /// Pushes a table of floats.
    public static func push(list: [Double], onto stack: LuaStack) throws {
        try stack.pushList(list.count) { lua_pushnumber(stack.raw, list[$0]) }
    }
}

extension Float: LuaConvertible {
    /// Pushes a float.
    public func push(onto stack: LuaStack) { lua_pushnumber(stack.raw, Double(self)) }

    /// Pushes a table of floats.
    public static func push(list: [Float], onto stack: LuaStack) throws {
        try stack.pushList(list.count) { lua_pushnumber(stack.raw, Double(list[$0])) }
    }
}

extension Bool: LuaConvertible {
    /// Pushes a boolean.
    public func push(onto stack: LuaStack) { lua_pushboolean(stack.raw, self ? 1 : 0) }
}

extension String: LuaConvertible {
    /// Pushes the text as UTF-8.
    public func push(onto stack: LuaStack) throws {
        var text = self
        try text.withUTF8 { try stack.push(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Optional: LuaConvertible where Wrapped: LuaConvertible {
    /// Pushes the value, or nil.
    public func push(onto stack: LuaStack) throws {
        try stack.push(self)
    }
}

extension Array: LuaConvertible where Element: LuaConvertible {
    /// Pushes a table with the elements at 1, 2, ….
    public func push(onto stack: LuaStack) throws {
        try Element.push(list: self, onto: stack)
    }
}

extension Dictionary: LuaConvertible where Key == String, Value: LuaConvertible {
    /// Pushes a table; keys enter it in sorted order.
    public func push(onto stack: LuaStack) throws {
        try stack.pushRecord(sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

/// A table with named fields of different types: `LuaRecord(["loss": 0.5, "epoch": 3])`.
public struct LuaRecord: LuaConvertible {
    /// The fields in the order in which they enter the table; one without a value is left out.
    public var fields: [(key: String, value: (any LuaConvertible)?)]

    /// Creates a record from fields made at run time.
    public init(fields: [(key: String, value: (any LuaConvertible)?)]) { self.fields = fields }

    /// Creates a record from a literal in its order.
    public init(_ fields: KeyValuePairs<String, (any LuaConvertible)?>) {
        self.fields = fields.map { ($0.key, $0.value) }
    }

    /// Pushes a table.
    public func push(onto stack: LuaStack) throws { try stack.pushRecord(fields) }
}

/// A table with values of different types at 1, 2, ….
public struct LuaList: LuaConvertible, ExpressibleByArrayLiteral {
    /// The elements.
    public var elements: [any LuaConvertible]

    /// Creates a list.
    public init(_ elements: [any LuaConvertible]) { self.elements = elements }

    /// Creates a list from a literal.
    public init(arrayLiteral elements: any LuaConvertible...) { self.elements = elements }

    /// Pushes a table.
    public func push(onto stack: LuaStack) throws {
        try stack.pushList(elements.count) { try stack.push(elements[$0]) }
    }
}

/// Several results of one function: `return LuaResults(mean, deviation)`.
///
/// Anywhere else than as the result of a function it is a list.
public struct LuaResults: LuaConvertible {
    /// The results in order.
    public var values: [(any LuaConvertible)?]

    /// Creates a list of results.
    public init(_ values: (any LuaConvertible)?...) { self.values = values }

    /// Pushes every result.
    public func pushResults(onto stack: LuaStack) throws -> Int32 {
        try stack.reserve(values.count + 1)
        for value in values { try stack.push(value) }
        return Int32(values.count)
    }

    /// Pushes a table of the results.
    public func push(onto stack: LuaStack) throws {
        try stack.pushList(values.count) { try stack.push(values[$0]) }
    }
}
