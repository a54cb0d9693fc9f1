// Lua values as Swift sees them.

import CLua
import CLuaBridge

/// A Lua value.
///
/// Looking at one runs no Lua code: metamethods are never called.
public enum LuaValue: Sendable {
    /// The value `nil`.
    case `nil`
    /// `true` or `false`.
    case boolean(Bool)
    /// A number of subtype integer.
    case integer(Int)
    /// A number of subtype float.
    case number(Double)
    /// A string of any bytes.
    case string(LuaString)
    /// A table.
    case table(LuaTable)
    /// A function, of Lua or Swift.
    case function(LuaFunction)
    /// An object of a declared class.
    case object(LuaHandle)
    /// A coroutine, an open file, or something else of the kind named.
    case other(LuaHandle)

    /// Reads the value at `index` of a stack.
    init(_ stack: LuaStack, _ index: Int32) {
        let raw = stack.raw
        switch lua_type(raw, index) {
        case LUA_TBOOLEAN: self = .boolean(lua_toboolean(raw, index) != 0)
        case LUA_TNUMBER where lua_isinteger(raw, index) != 0:
            self = .integer(Int(lua_tointegerx(raw, index, nil)))
        case LUA_TNUMBER: self = .number(lua_tonumberx(raw, index, nil))
        case LUA_TSTRING: self = .string(LuaString(raw, index))
        case LUA_TNIL, LUA_TNONE: self = .nil
        case let type:
            guard let reference = LuaReference(copying: stack, index) else {
                self = .nil
                return
            }
            switch type {
            case LUA_TTABLE: self = .table(LuaTable(reference))
            case LUA_TFUNCTION: self = .function(LuaFunction(reference))
            default:
                let bound = LuaStack(raw).boundClass(index)?.bound
                let name = bound?.declaration.name ?? String(cString: lua_typename(raw, type))
                let handle = LuaHandle(reference, typeName: name)
                self = bound == nil ? .other(handle) : .object(handle)
            }
        }
    }

    /// The number as a float, if it is a number of either subtype.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The number as an integer, if it is one or a float with an integral value.
    public var int: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The string as text, if it is a string in valid UTF-8.
    public var text: String? {
        if case .string(let string) = self { return string.text }
        return nil
    }

    /// Whether the value is nil.
    public var isNil: Bool {
        if case .nil = self { return true }
        return false
    }

    /// The name of the type: Lua's, or the class of an object such as `nj.Tensor`.
    public var typeName: String {
        switch self {
        case .nil: "nil"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .table: "table"
        case .function: "function"
        case .object(let handle), .other(let handle): handle.typeName
        }
    }
}

extension LuaValue: LuaConvertible {
    /// Pushes the same value.
    public func push(onto stack: LuaStack) throws {
        switch self {
        case .nil: stack.pushNil()
        case .boolean(let value): value.push(onto: stack)
        case .integer(let value): value.push(onto: stack)
        case .number(let value): value.push(onto: stack)
        case .string(let value): try value.push(onto: stack)
        case .table(let value): try value.push(onto: stack)
        case .function(let value): try value.push(onto: stack)
        case .object(let value), .other(let value): try value.push(onto: stack)
        }
    }
}

/// A Lua string: bytes, which need not be text.
public struct LuaString: Sendable, Hashable, LuaConvertible, ExpressibleByStringLiteral {
    /// The bytes.
    public var bytes: [UInt8]

    /// Creates a string of any bytes.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Creates a string of text in UTF-8.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Creates a string from a literal.
    public init(stringLiteral text: String) { self.init(text) }

    /// Copies the string at `index`, which must be one.
    init(_ raw: OpaquePointer, _ index: Int32) {
        bytes = Self.withBytes(raw, index) { Array($0) }
    }

    /// Reads the string at `index` in place; empty when it is none.
    static func withBytes<Result>(
        _ raw: OpaquePointer, _ index: Int32, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var count = 0
        // lua_tolstring would convert a number in place, which may allocate.
        guard lua_type(raw, index) == LUA_TSTRING, let start = lua_tolstring(raw, index, &count)
        else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The text, if the bytes are valid UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text, with a replacement character for bytes that are none.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Pushes the string.
    public func push(onto stack: LuaStack) throws {
        try bytes.withUnsafeBytes { try stack.push(bytes: $0) }
    }
}

/// An object, coroutine or other value that only Lua knows how to use.
public struct LuaHandle: Sendable, LuaConvertible {
    let reference: LuaReference
    /// The name of the type: a class such as `nj.Tensor`, `thread` or `userdata`.
    public let typeName: String

    init(_ reference: LuaReference, typeName: String) {
        self.reference = reference
        self.typeName = typeName
    }

    /// The Swift value behind the object, if it is a `T` and was not released.
    public func value<T>(as type: T.Type) -> T? {
        try? reference.withStack { $0.object(-1, as: T.self) }
    }

    /// Pushes the same value.
    public func push(onto stack: LuaStack) throws { try reference.push(onto: stack) }
}

extension LuaReference {
    /// Keeps the value at `index`; nothing when the state is being closed.
    convenience init?(copying stack: LuaStack, _ index: Int32) {
        guard let state = stack.owner, lua_checkstack(stack.raw, 2) != 0 else { return nil }
        lua_pushvalue(stack.raw, index)
        self.init(taking: stack.raw, state)
    }
}
