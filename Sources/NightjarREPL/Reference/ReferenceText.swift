// Words about types and arguments that help, reference pages and editor definitions share.

import LuaHost

/// Names types and constraints in the words of one library.
struct ReferenceText {
    let library: Library

    init(_ library: Library) { self.library = library }

    /// The name of a type as messages have it.
    func typeName(_ type: LuaType) -> String { type.name(library.className) }

    /// The type of an argument with the values allowed.
    func values(_ parameter: Parameter) -> String {
        let range: String? =
            switch parameter.type {
            case .integer(let limits): limits.condition
            case .number(let limits, _): limits.condition
            default: nil
            }
        return [typeName(parameter.type), range].compactMap { $0 }.joined(separator: " ")
    }

    /// The type of an argument, the values allowed, and what it is when left out.
    func constraint(_ parameter: Parameter) -> String {
        if let value = parameter.defaultValue { return "\(values(parameter)), default \(value)" }
        return values(parameter) + (parameter.isRequired ? "" : ", optional")
    }

    /// The declared fields of a table, or of the tables in a list.
    func fields(of type: LuaType) -> [LuaType.Field] {
        switch type {
        case .table(let fields): fields
        case .list(let element): fields(of: element)
        case .either(let types): types.flatMap(fields)
        default: []
        }
    }

    /// The type as editors with Lua definitions write it.
    func annotation(_ type: LuaType) -> String {
        switch type {
        case .any: "any"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .choice(let names): names.map { "\"\($0)\"" }.joined(separator: "|")
        case .list(let element): bracketed(element) + "[]"
        case .table(let fields) where fields.isEmpty: "table"
        case .table(let fields):
            "{ "
                + fields.map { "\($0.name): \(annotation($0.type))" }.joined(separator: ", ")
                + " }"
        case .function: "function"
        case .object(let object): library.className(object)
        case .either(let types): types.map { bracketed($0) }.joined(separator: "|")
        }
    }

    private func bracketed(_ type: LuaType) -> String {
        let text = annotation(type)
        return text.contains("|") ? "(\(text))" : text
    }
}
