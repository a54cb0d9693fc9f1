// The local variables of calls that an error ended.

import CLua
import CLuaBridge

/// A local variable of a call, as it was when an error arose.
///
/// It keeps a few words on the value, not the value: what the script had may be collected.
public struct LocalVariable: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its value, nearly as Lua writes it, and never long.
    public let text: String

    /// Variables of one call that are looked at.
    private static let most: Int32 = 50

    /// The variables of an activation that can be seen at its line, in the order of the text.
    static func all(of activation: inout lua_Debug, on raw: OpaquePointer) -> [LocalVariable] {
        guard lua_checkstack(raw, 8) != 0 else { return [] }
        var variables: [LocalVariable] = []
        for number in 1...most {
            guard let start = lua_getlocal(raw, &activation, number) else { break }
            defer { lua_settop(raw, -2) }
            let name = String(cString: start)
            // Parentheses stand around what Lua itself keeps, such as the state of a loop.
            if name.hasPrefix("(") { continue }
            // An inner variable of the same name hides the outer one.
            variables.removeAll { $0.name == name }
            variables.append(
                LocalVariable(name: name, text: ValueSketch(raw).text(lua_gettop(raw))))
        }
        return variables
    }
}

/// Says what a value is without running anything of the script.
struct ValueSketch {
    private static let mostCharacters = 60
    private static let mostParts = 6

    private let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    /// The text of the value at an absolute index.
    func text(_ index: Int32) -> String { text(index, isInside: false) }

    private func text(_ index: Int32, isInside: Bool) -> String {
        switch lua_type(raw, index) {
        case LUA_TNIL: "nil"
        case LUA_TBOOLEAN: lua_toboolean(raw, index) != 0 ? "true" : "false"
        case LUA_TNUMBER: ArgumentText.number(raw, index)
        case LUA_TSTRING: string(index)
        case LUA_TTABLE: isInside ? "{ … }" : table(index)
        case LUA_TFUNCTION: function(index)
        case LUA_TUSERDATA: object(index)
        case let type: String(cString: lua_typename(raw, type))
        }
    }

    private func string(_ index: Int32) -> String {
        let (beginning, count) = LuaString.withBytes(raw, index) {
            (String(decoding: $0.prefix(Self.mostCharacters), as: UTF8.self), $0.count)
        }
        let text = String(reflecting: beginning)
        return count > Self.mostCharacters ? "\(text)… (\(count) bytes)" : text
    }

    private func function(_ index: Int32) -> String {
        guard let context = nj_to_function(raw, index) else { return "function" }
        let bound = Unmanaged<BoundFunction>.fromOpaque(context).takeUnretainedValue()
        return "function \(bound.qualifiedName)"
    }

    private func object(_ index: Int32) -> String {
        let stack = LuaStack(raw)
        guard let (bound, isReleased) = stack.boundClass(index) else { return "userdata" }
        let name = bound.declaration.name
        if isReleased { return "\(name) (freed)" }
        // The Swift value speaks for itself; a declared `__tostring` would need a call.
        guard let value = stack.object(index, as: (any CustomStringConvertible).self) else {
            return name
        }
        let line = value.description.prefix { !$0.isNewline }
        let end = line.count > Self.mostCharacters ? "…" : ""
        return line.prefix(Self.mostCharacters) + end
    }

    /// A few elements and fields, read raw.
    private func table(_ index: Int32) -> String {
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        var list: [String] = []
        var fields: [String] = []
        lua_pushnil(raw)
        while nj_next(raw, index) > 0 {
            if list.count + fields.count == Self.mostParts {
                fields.append("…")
                break
            }
            let value = text(top + 2, isInside: true)
            if lua_isinteger(raw, top + 1) != 0, lua_tointegerx(raw, top + 1, nil) == list.count + 1
            {
                list.append(value)
            } else if let name = ListReader.string(raw, top + 1) {
                fields.append("\(name.prefix(Self.mostCharacters)) = \(value)")
            } else {
                fields.append("[\(text(top + 1, isInside: true))] = \(value)")
            }
            lua_settop(raw, top + 1)
        }
        let isCut = fields.last == "…"
        let sorted = fields.dropLast(isCut ? 1 : 0).sorted() + (isCut ? ["…"] : [])
        let parts = list + sorted
        return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
    }
}
