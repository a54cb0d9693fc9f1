// How big a table is, and which one it is.

import CLua
import CLuaBridge

extension LuaTable {
    /// The number of pairs, counted up to `limit`.
    ///
    /// - Throws: ``LuaError`` when the state is closed.
    public func pairCount(atMost limit: Int) throws -> Int {
        try reference.withStack { stack in
            var count = 0
            lua_pushnil(stack.raw)
            while count < limit, nj_next(stack.raw, -2) > 0 {
                lua_settop(stack.raw, -2)
                count += 1
            }
            return count
        }
    }

    /// What tells this table from every other one that is alive.
    public var identity: UnsafeRawPointer? {
        try? reference.withStack { lua_topointer($0.raw, -1) }
    }
}
