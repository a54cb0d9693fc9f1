// Whether a table has the fields that its declaration lists, and no others.

import CLua
import CLuaBridge
import NightjarRuntime

/// What is wrong with one field of a table that a script gave.
struct FieldMisfit: CustomStringConvertible {
    /// What stands between the parentheses of the message.
    let description: String

    /// Looks at every field of the table at `index`; nothing when all fit.
    init?(
        _ raw: OpaquePointer, _ index: Int32, _ fields: [LuaType.Field],
        _ className: (LuaType.ObjectType) -> String = \.swiftName
    ) {
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        let table = lua_absindex(raw, index)
        guard lua_checkstack(raw, 3) != 0 else { return nil }
        lua_pushnil(raw)
        while nj_next(raw, table) > 0 {
            guard let key = ListReader.string(raw, -2) else {
                let names = fields.map(\.name).joined(separator: ", ")
                let given = ArgumentText.describe(raw, -2)
                description = "fields \(names) expected, got \(given) as a key"
                return
            }
            guard let field = fields.first(where: { $0.name == key }) else {
                let hint = Suggestion.hint(for: key, in: fields.map(\.name))
                description = "unknown field '\(key)'\(hint)"
                return
            }
            if !ArgumentCheck.passes(raw, -1, as: field.type) {
                let index = lua_absindex(raw, -1)
                let problem = ArgumentText.mismatch(field.type, raw, index, className)
                description = "field '\(key)': \(problem)"
                return
            }
            lua_settop(raw, -2)
        }
        return nil
    }
}
