// The words of messages about wrong arguments.

import CLua
import CLuaBridge
import NightjarRuntime

/// A message about an argument, as a script sees it.
struct ArgumentError: Error, CustomStringConvertible {
    let description: String
}

extension ArgumentError {
    /// The error for the key, the second argument of `call`, that a class or module lacks.
    init(unknownField call: Call, of owner: String, known: [String]) {
        guard let key = ListReader.string(call.raw, 2) else {
            let given = ArgumentText.describe(call.raw, 2)
            self.init(
                description: "\(owner) cannot be indexed with \(given)" + Self.question(owner))
            return
        }
        let hint = Suggestion.hint(for: key, in: known)
        self.init(
            description: "\(owner) has no field '\(key)'"
                + (hint.isEmpty ? Self.question(owner) : hint))
    }

    private static func question(_ owner: String) -> String {
        "; ?\(owner) at the prompt lists what it has"
    }
}

/// Words for arguments and values.
enum ArgumentText {
    /// What a script gave: `nil`, `string "ten"`, `number 5`, `table`, `nj.Tensor`.
    static func describe(_ raw: OpaquePointer, _ index: Int32) -> String {
        switch lua_type(raw, index) {
        case LUA_TSTRING:
            let text = LuaString.withBytes(raw, index) {
                String(decoding: $0.prefix(40), as: UTF8.self)
            }
            let isLong = lua_rawlen(raw, index) > 40
            return "string \"\(text)\(isLong ? "…" : "")\""
        case LUA_TNUMBER: return "number \(number(raw, index))"
        case LUA_TUSERDATA:
            guard let (bound, isReleased) = LuaStack(raw).boundClass(index) else {
                return "userdata"
            }
            return bound.declaration.name + (isReleased ? " that was freed" : "")
        case let type: return String(cString: lua_typename(raw, type))
        }
    }

    /// A number as Lua prints it.
    static func number(_ raw: OpaquePointer, _ index: Int32) -> String {
        guard lua_checkstack(raw, 1) != 0 else { return "?" }
        lua_pushvalue(raw, index)
        defer { lua_settop(raw, -2) }
        var count = 0
        guard let start = lua_tolstring(raw, -1, &count) else { return "?" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The texts that a type takes, where it takes only some.
    private static func choices(of type: LuaType) -> [String] {
        switch type {
        case .choice(let choices): choices
        case .either(let types): types.flatMap { choices(of: $0) }
        default: []
        }
    }

    /// Why the value at `index` cannot be of this type: what stands between the parentheses.
    static func mismatch(
        _ type: LuaType, _ raw: OpaquePointer, _ index: Int32,
        _ className: (LuaType.ObjectType) -> String
    ) -> String {
        let found = describe(raw, index)
        switch type {
        case .integer(let limits) where lua_type(raw, index) == LUA_TNUMBER:
            guard ListReader.integer(raw, index) != nil else {
                return "number has no integer representation, got \(number(raw, index))"
            }
            return "must be \(limits.condition ?? "an integer"), got \(number(raw, index))"
        case .number(let limits, let allowsNaN) where lua_type(raw, index) == LUA_TNUMBER:
            let isNaN = lua_tonumberx(raw, index, nil).isNaN
            if isNaN && !allowsNaN { return "must not be NaN" }
            return "must be \(limits.condition ?? "a number"), got \(number(raw, index))"
        case .either(let types) where lua_type(raw, index) == LUA_TTABLE:
            // A table can only be meant for the type that takes tables with fields.
            for case .table(let fields) in types where !fields.isEmpty {
                return FieldMisfit(raw, index, fields, className)?.description ?? found
            }
            return "\(type.name(className)) expected, got \(found)"
        case .choice, .either:
            let hint = ListReader.string(raw, index).map {
                Suggestion.hint(for: $0, in: choices(of: type))
            }
            return "\(type.name(className)) expected, got \(found)\(hint ?? "")"
        case .table(let fields) where lua_type(raw, index) == LUA_TTABLE:
            return FieldMisfit(raw, index, fields, className)?.description ?? found
        case .list: return "table expected, got \(found)"
        default: return "\(type.name(className)) expected, got \(found)"
        }
    }
}
