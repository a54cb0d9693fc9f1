// Functions made on the way, without a declaration: iterators and callbacks.

/// A Swift closure as a Lua function; it reads its arguments by number with ``Call/value(at:)``.
public struct LuaClosure: LuaConvertible {
    private let name: String
    private let body: (Call) throws -> (any LuaConvertible)?

    /// Creates a function that traces call `name`.
    public init(_ name: String, _ body: @escaping (Call) throws -> (any LuaConvertible)?) {
        self.name = name
        self.body = body
    }

    /// Pushes a new function.
    public func push(onto stack: LuaStack) throws {
        guard let state = stack.owner else { throw LuaError.closed }
        try BoundFunction(anonymous: name, state, body).push(onto: stack)
    }
}

/// A Swift iterator for Lua's generic `for`: `for batch in data:batches{ size = 256 } do`.
public struct LuaIterator: LuaConvertible {
    private let closure: LuaClosure

    /// Creates an iterator from a closure that gives the next value, or nil at the end.
    public init(_ next: @escaping () throws -> (any LuaConvertible)?) {
        closure = LuaClosure("iterator") { _ in try next() }
    }

    /// Pushes the function that `for` calls.
    public func push(onto stack: LuaStack) throws { try closure.push(onto: stack) }
}
