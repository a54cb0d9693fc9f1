// Lua functions that Swift calls.

import CLua
import CLuaBridge
import NightjarRuntime

/// A Lua function that Swift holds: a callback, a policy, a loaded chunk.
public struct LuaFunction: Sendable, LuaConvertible {
    let reference: LuaReference

    init(_ reference: LuaReference) { self.reference = reference }

    /// Calls the function and gives its first result.
    ///
    /// - Throws: ``LuaError`` when the function raises an error, `Interrupted` when the user stops it.
    @discardableResult
    public func callAsFunction(_ arguments: (any LuaConvertible)?...) throws -> LuaValue {
        try results(arguments).first ?? .nil
    }

    /// Calls the function and gives all its results.
    ///
    /// - Throws: ``LuaError`` when the function raises an error, `Interrupted` when the user stops it.
    public func results(_ arguments: [(any LuaConvertible)?] = []) throws -> [LuaValue] {
        try reference.withStack { stack in
            let isOutermost = stack.host.pointee.running == nil
            try stack.reserve(arguments.count + 1)
            for argument in arguments { try stack.push(argument) }
            do throws(LuaError) {
                return try stack.call(arguments.count)
            } catch {
                // Swift loops know one way to be stopped; the bridge remembers the rest.
                if error.kind.isStop && !isOutermost { throw Interrupted() }
                throw error
            }
        }
    }

    /// The declaration of the function, if it is a declared one.
    public var declaration: Function? {
        try? reference.withStack { stack in
            nj_to_function(stack.raw, -1).flatMap {
                Unmanaged<BoundFunction>.fromOpaque($0).takeUnretainedValue().declaration
            }
        }
    }

    /// Pushes the same function.
    public func push(onto stack: LuaStack) throws { try reference.push(onto: stack) }
}

extension LuaStack {
    /// Calls the function below `arguments` values and takes all its results off the stack.
    ///
    /// - Throws: ``LuaError`` with the value, the trace and a hint.
    func call(_ arguments: Int) throws(LuaError) -> [LuaValue] {
        let base = lua_gettop(raw) - Int32(arguments) - 1
        owner?.pendingTrace = nil
        let status = nj_call(raw, Int32(arguments), LUA_MULTRET)
        defer { lua_settop(raw, base) }
        guard status == LUA_OK else { throw LuaError(taking: self, status: status) }
        let top = lua_gettop(raw)
        return top > base ? (base + 1...top).map { LuaValue(self, $0) } : []
    }
}
