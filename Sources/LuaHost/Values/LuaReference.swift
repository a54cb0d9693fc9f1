// Holding on to Lua values from Swift.

import CLua
import CLuaBridge
import Synchronization

/// Keeps one Lua value alive for Swift.
///
/// May be released on any thread: the slot it held is given back when the state runs next. It is used
/// only on the thread that runs its state, which is checked at every use; hence `Sendable`.
///
/// A Lua function kept by an object that the function itself can reach is never collected: Lua and
/// Swift cannot see through each other's references.
final class LuaReference: @unchecked Sendable {
    private let link: StateLink
    private let slot: Int32

    /// Takes the value on top of the stack.
    init(taking raw: OpaquePointer, _ state: LuaState) {
        slot = luaL_ref(raw, nj_registry)
        link = state.link
    }

    deinit { link.release(slot) }

    /// Runs `body` with a stack of the state and puts the stack back afterwards.
    ///
    /// - Throws: ``LuaError`` when the state is closed, runs in another thread, or its stack is full;
    ///   and what `body` throws.
    func withStack<Result>(_ body: (LuaStack) throws -> Result) throws -> Result {
        guard let state = link.state else { throw LuaError.closed }
        return try state.withStack { stack in
            _ = lua_rawgeti(stack.raw, nj_registry, lua_Integer(slot))
            return try body(stack)
        }
    }

    /// Pushes the value on a stack of the same state.
    ///
    /// - Throws: ``LuaError`` when the state is another one.
    func push(onto stack: LuaStack) throws {
        guard let state = link.state, state === stack.owner else { throw LuaError.foreign }
        _ = lua_rawgeti(stack.raw, nj_registry, lua_Integer(slot))
    }
}

/// What the values taken out of a state know of it: the state itself, as long as it is there, and
/// where to leave the slots that nobody needs any more.
final class StateLink: @unchecked Sendable {
    /// Nothing once the state is gone.
    ///
    /// Not `weak`, which would make every use of the state dearer.
    private(set) unowned(unsafe) var state: LuaState?
    private let slots = Mutex<[Int32]>([])
    private let count = Atomic<Int>(0)

    func connect(_ state: LuaState?) { self.state = state }

    /// Leaves a slot to be freed on the state's own thread.
    func release(_ slot: Int32) {
        slots.withLock { $0.append(slot) }
        count.add(1, ordering: .relaxed)
    }

    /// Frees the slots that were left; costs one load when there are none.
    func freeSlots(_ raw: OpaquePointer) {
        guard count.load(ordering: .relaxed) > 0 else { return }
        let free = slots.withLock { slots in
            defer { slots = [] }
            return slots
        }
        count.subtract(free.count, ordering: .relaxed)
        for slot in free { luaL_unref(raw, nj_registry, slot) }
    }
}
