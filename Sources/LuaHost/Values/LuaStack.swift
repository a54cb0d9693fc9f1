// The stack of a running coroutine, as far as values may be pushed on it from outside this module.

import CLua
import CLuaBridge
import NightjarRuntime

/// Where values are pushed on their way to Lua.
///
/// A stack is good while the Swift function that received it runs; keep values, never the stack.
public struct LuaStack {
    @usableFromInline let raw: OpaquePointer

    @usableFromInline
    init(_ raw: OpaquePointer) { self.raw = raw }

    var host: UnsafeMutablePointer<nj_host> { nj_host_of(raw) }

    /// The state to which the stack belongs; absent only while the state is created or closed.
    var owner: LuaState? {
        host.pointee.owner.map { Unmanaged<LuaState>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes sure that `slots` more values fit.
    ///
    /// - Throws: ``LuaError`` when the stack is full, as after endless recursion.
    func reserve(_ slots: Int) throws(LuaError) {
        guard let count = Int32(exactly: slots), lua_checkstack(raw, count) != 0 else {
            throw LuaError(
                "no room for \(slots) more values on the Lua stack; pass them in a table")
        }
    }

    /// Refuses, before it is made, a value that alone would exceed the memory limit.
    ///
    /// - Throws: ``LuaError`` when `bytes` more than are in use now are too many.
    func reserveMemory(_ bytes: Int) throws(LuaError) {
        let limit = host.pointee.limit
        guard limit > 0, bytes > 1 << 16 else { return }
        let (sum, overflow) = Int(host.pointee.used).addingReportingOverflow(bytes)
        if overflow || sum > limit {
            throw .memoryLimit(Int(limit))
        }
    }

    /// Pushes a value, or nil if there is none.
    ///
    /// - Throws: What the value throws.
    public func push(_ value: (any LuaConvertible)?) throws {
        guard let value else { return lua_pushnil(raw) }
        let top = lua_gettop(raw)
        try value.push(onto: self)
        // A conversion written elsewhere may push too few or too many; tables rely on exactly one.
        if lua_gettop(raw) != top + 1 { lua_settop(raw, top + 1) }
    }

    /// Pushes nil.
    public func pushNil() { lua_pushnil(raw) }

    /// Pushes a string of any bytes.
    ///
    /// - Throws: ``LuaError`` when it does not fit into the memory limit.
    public func push(bytes: UnsafeRawBufferPointer) throws {
        try reserveMemory(bytes.count)
        // Lua reads no byte of an empty string, so its address may be absent.
        lua_pushlstring(raw, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    /// Pushes a table whose values 1 … `count` are pushed by `body`, exactly one for each position
    /// from 0.
    ///
    /// - Throws: ``LuaError`` when it does not fit, and what `body` throws.
    @inline(__always)
    func pushList(_ count: Int, _ body: (Int) throws -> Void) throws {
        try startTable(list: count)
        for position in 0..<count {
            if position & 0xFFFF == 0xFFFF { try Interruption.check() }
            try body(position)
            endElement(position + 1)
        }
    }

    func startTable(list: Int, record: Int = 0) throws(LuaError) {
        try reserve(4)
        try reserveMemory(list.multipliedReportingOverflow(by: 16).partialValue)
        lua_createtable(raw, Int32(clamping: list), Int32(clamping: record))
    }

    func endElement(_ position: Int) { lua_rawseti(raw, -2, lua_Integer(position)) }

    /// Pushes a table with the given fields; a field without a value is left out.
    ///
    /// - Throws: ``LuaError`` when it does not fit, and what the values throw.
    public func pushRecord(
        _ fields: some Collection<(key: String, value: (any LuaConvertible)?)>
    ) throws {
        try startTable(list: 0, record: fields.count)
        for (key, value) in fields {
            guard let value else { continue }
            try key.push(onto: self)
            try push(value)
            lua_rawset(raw, -3)
        }
    }
}
