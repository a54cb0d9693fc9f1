// Numbers in nested Lua lists at full precision, for files whose types hold more than a float does.

import LuaHost

/// Numbers of nested lists of equal lengths.
///
/// Tensors read their lists faster, as floats; here integers stay exact.
struct NumberTable<Element> {
    /// Lengths of the levels, outermost first.
    let shape: [Int]
    /// All numbers in reading order.
    let values: [Element]

    /// The deepest nesting; a list that contains itself is deeper.
    private static var deepest: Int { 8 }

    /// Reads a table; `read` reads the lists of the innermost level.
    ///
    /// - Throws: ``LuaError`` when lists of a level differ in length, and what `read` throws.
    init(_ table: LuaTable, _ read: (LuaTable) throws -> [Element]) throws {
        try self.init(table, depth: 1, read)
    }

    private init(
        _ table: LuaTable, depth: Int, _ read: (LuaTable) throws -> [Element]
    ) throws {
        guard case .table = try table.get(1) else {
            values = try read(table)
            shape = [values.count]
            return
        }
        guard depth < Self.deepest else {
            throw LuaError("lists are nested more than \(Self.deepest) deep; flatten them first")
        }
        var all: [Element] = []
        var inner: [Int]?
        let items = try table.values()
        for (index, item) in items.enumerated() {
            guard case .table(let row) = item else {
                throw LuaError(
                    "list expected at [\(index + 1)], got \(item.typeName); lists of one level must"
                        + " be equally long lists or numbers")
            }
            let part = try Self(row, depth: depth + 1, read)
            guard inner == nil || inner == part.shape else {
                throw LuaError(
                    "the list at [\(index + 1)] is of another length than those before it; give"
                        + " equally long lists")
            }
            inner = part.shape
            all += part.values
        }
        values = all
        shape = [items.count] + (inner ?? [])
    }
}
