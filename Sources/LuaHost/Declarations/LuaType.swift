// The types that declarations speak of.

/// The type of an argument, a property or a result.
public indirect enum LuaType: Sendable {
    /// Anything, nil included.
    case any
    /// `true` or `false`.
    case boolean
    /// A whole number; a float with an integral value will do.
    case integer(Limits<Int>)
    /// A number.
    case number(Limits<Double>, allowsNaN: Bool)
    /// Text or bytes.
    case string
    /// One of these strings.
    case choice([String])
    /// A table whose list part has elements of one type.
    case list(LuaType)
    /// A table with the fields named, or of any kind.
    case table([Field])
    /// A function.
    case function
    /// An object of a declared class.
    case object(ObjectType)
    /// A value of one of these types.
    case either([LuaType])

    /// A number without limits, NaN included.
    public static var number: LuaType { .number(Limits(), allowsNaN: true) }
    /// A whole number without limits.
    public static var integer: LuaType { .integer(Limits()) }
    /// Any table.
    public static var table: LuaType { .table([]) }

    /// An object of the class declared for a Swift type.
    public static func object<T>(_ type: T.Type) -> LuaType { .object(ObjectType(type)) }

    /// A field of a table.
    public struct Field: Sendable {
        /// Its key.
        public let name: String
        /// The type of its value.
        public let type: LuaType
        /// One line on what it is.
        public let summary: String

        /// Creates a field.
        public init(_ name: String, _ type: LuaType, _ summary: String) {
            self.name = name
            self.type = type
            self.summary = summary
        }
    }

    /// A Swift type whose values are objects in Lua.
    public struct ObjectType: Sendable {
        let id: ObjectIdentifier
        /// Asked for by messages alone: finding the name of each type would be a third of a start.
        var swiftName: String { name() }
        private let name: @Sendable () -> String
        let matches: @Sendable (Any) -> Bool

        init<T>(_ type: T.Type) {
            id = ObjectIdentifier(type)
            name = { String(describing: T.self) }
            matches = { $0 is T || ($0 as? AnyValueBox)?.anyValue is T }
        }
    }

    /// Whether a table can be a value of this type, so that it is not taken for options.
    var takesTable: Bool {
        switch self {
        case .any, .list, .table: true
        case .either(let types): types.contains { $0.takesTable }
        default: false
        }
    }

    /// The name in messages and help; `className` names the class of a Swift type.
    public func name(_ className: (ObjectType) -> String) -> String {
        switch self {
        case .any: "any value"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .choice(let names): names.map { "'\($0)'" }.joined(separator: " or ")
        case .list(let element): "list of \(element.name(className))"
        case .table: "table"
        case .function: "function"
        case .object(let type): className(type)
        case .either(let types): types.map { $0.name(className) }.joined(separator: " or ")
        }
    }
}
