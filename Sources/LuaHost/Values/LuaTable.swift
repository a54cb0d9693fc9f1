// Lua tables, read and written without metamethods.

import CLua
import CLuaBridge
import NightjarRuntime

/// A Lua table that Swift holds.
///
/// All access is raw: no metamethod runs, so no Lua code does.
public struct LuaTable: Sendable, LuaConvertible {
    let reference: LuaReference

    init(_ reference: LuaReference) { self.reference = reference }

    /// The value of a field or position; nil when there is none.
    ///
    /// - Throws: ``LuaError`` when the state is closed or the key is of another state.
    public func get(_ key: any LuaConvertible) throws -> LuaValue {
        try reference.withStack { stack in
            try stack.push(key)
            lua_rawget(stack.raw, -2)
            return LuaValue(stack, -1)
        }
    }

    /// Sets a field or position; a `value` of nil removes it.
    ///
    /// - Throws: ``LuaError`` when the state is closed, or the key is nil or NaN.
    public func set(_ key: any LuaConvertible, to value: (any LuaConvertible)?) throws {
        try reference.withStack { stack in
            try stack.push(key)
            guard Self.isKey(stack.raw) else {
                throw LuaError("a table key is nil or NaN; use a string or a number")
            }
            try stack.push(value)
            lua_rawset(stack.raw, -3)
        }
    }

    private static func isKey(_ raw: OpaquePointer) -> Bool {
        switch lua_type(raw, -1) {
        case LUA_TNIL: false
        case LUA_TNUMBER: !lua_tonumberx(raw, -1, nil).isNaN
        default: true
        }
    }

    /// The length of the list part, as Lua's rawlen gives it.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func count() throws -> Int {
        try reference.withStack { Int(lua_rawlen($0.raw, -1)) }
    }

    /// All pairs, or the first `limit`, in Lua's order, which may differ from run to run.
    ///
    /// - Throws: ``LuaError`` when the state is closed; `Interrupted` when the user asks to stop.
    public func pairs(atMost limit: Int = .max) throws -> [(key: LuaValue, value: LuaValue)] {
        try reference.withStack { stack in
            var pairs: [(key: LuaValue, value: LuaValue)] = []
            lua_pushnil(stack.raw)
            while pairs.count < limit, nj_next(stack.raw, -2) > 0 {
                pairs.append((LuaValue(stack, -2), LuaValue(stack, -1)))
                lua_settop(stack.raw, -2)
            }
            if stack.host.pointee.kill_pending { throw Interrupted() }
            return pairs
        }
    }

    /// All fields whose key is text, sorted by key.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func fields() throws -> [(key: String, value: LuaValue)] {
        try pairs().compactMap { pair in pair.key.text.map { ($0, pair.value) } }
            .sorted { $0.key < $1.key }
    }

    /// The elements 1, 2, … up to the length.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func values() throws -> [LuaValue] {
        try reference.withStack { stack in
            try ListReader(stack, -1).read("value") { LuaValue(stack, $0) }
        }
    }

    /// The elements as floats.
    ///
    /// - Throws: ``LuaError`` naming the first element that is no number.
    public func numbers() throws -> [Double] {
        try reference.withStack { try ListReader($0, -1).numbers() }
    }

    /// The elements as integers.
    ///
    /// - Throws: ``LuaError`` naming the first element that is none.
    public func integers() throws -> [Int] {
        try reference.withStack { try ListReader($0, -1).integers() }
    }

    /// The elements as text.
    ///
    /// - Throws: ``LuaError`` naming the first element that is no string in UTF-8.
    public func strings() throws -> [String] {
        try reference.withStack { try ListReader($0, -1).strings() }
    }

    /// Pushes the same table.
    public func push(onto stack: LuaStack) throws { try reference.push(onto: stack) }
}
