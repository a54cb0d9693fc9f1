// The names in a table, found without running Lua code and within a time.

import CLua
import CLuaBridge

/// A field of a table whose key is a name.
public struct LuaName: Sendable {
    /// The key.
    public let text: String
    /// Whether the value is a function.
    public let isFunction: Bool
}

extension LuaTable {
    /// Fields whose key is text that starts with `prefix`, sorted.
    ///
    /// Stops after `limit` names or about so many milliseconds, whatever the size of the table.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func names(
        startingWith prefix: String = "", atMost limit: Int, milliseconds: Int
    ) throws -> [LuaName] {
        let list = NameList(limit: limit)
        try reference.withStack { stack in
            var prefix = prefix
            prefix.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { text in
                    _ = nj_visit_names(
                        stack.raw, -1, text.baseAddress, text.count,
                        Int32(clamping: milliseconds), NameList.take,
                        Unmanaged.passUnretained(list).toOpaque())
                }
            }
        }
        return list.names.sorted { $0.text < $1.text }
    }

    /// The table in which Lua looks for fields that this one lacks: a raw `__index` that is a table.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func fallback() throws -> LuaTable? {
        guard let metatable = try metatable(), case .table(let index) = try metatable.get("__index")
        else { return nil }
        return index
    }

    /// The metatable, whatever its `__metatable` says.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func metatable() throws -> LuaTable? {
        try reference.withStack { stack in
            guard lua_getmetatable(stack.raw, -1) != 0, case .table(let table) = LuaValue(stack, -1)
            else { return nil }
            return table
        }
    }
}

/// Collects names on their way out of C.
private final class NameList {
    var names: [LuaName] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    static let take:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int, Int32
        ) -> Bool = { context, name, count, type in
            guard let context, let name else { return false }
            let list = Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue()
            let bytes = UnsafeRawBufferPointer(start: name, count: count)
            guard let text = String(validating: bytes, as: UTF8.self) else { return true }
            list.names.append(LuaName(text: text, isFunction: type == LUA_TFUNCTION))
            return list.names.count < list.limit
        }
}

extension LuaState {
    /// Runs `body` while the collector rests, so that no finalizer of a script runs.
    ///
    /// - Throws: ``LuaError`` when the state runs in another thread; and what `body` throws.
    public func withoutCollection<Result>(_ body: () throws -> Result) throws -> Result {
        let didRun = try withStack { nj_pause_collector($0.raw) }
        defer { if didRun { _ = try? withStack { nj_resume_collector($0.raw) } } }
        return try body()
    }
}
