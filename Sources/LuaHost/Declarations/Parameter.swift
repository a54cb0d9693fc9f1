// Arguments of declared functions.

/// One argument of a declared function, given by position or by name.
///
/// An argument without a default must be given, unless it is `optional`; optional ones are read with
/// the `ifGiven` methods of ``Call``.
public struct Parameter: Sendable {
    /// What an argument is when it is left out.
    public enum Default: Sendable, Equatable {
        /// `true` or `false`.
        case boolean(Bool)
        /// A whole number.
        case integer(Int)
        /// A number.
        case number(Double)
        /// A string.
        case string(String)
    }

    /// The name, as scripts write it in options tables.
    public let name: String
    /// The type.
    public let type: LuaType
    /// The value when left out.
    public let defaultValue: Default?
    /// Whether the argument must be given.
    public let isRequired: Bool
    /// One line on what the argument is.
    public let summary: String
    /// Whether the list part of the options table itself can be the value.
    public let takesArrayPart: Bool
    /// Texts that completion offers for a string, each with what it means; others can be written.
    public let known: [(text: String, summary: String)]

    private init(
        _ name: String, _ type: LuaType, _ defaultValue: Default?, optional: Bool,
        _ summary: String, takesArrayPart: Bool = false,
        known: [(text: String, summary: String)] = []
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        isRequired = !optional && defaultValue == nil
        self.summary = summary
        self.takesArrayPart = takesArrayPart
        self.known = known
    }

    /// Any value; read with ``Call/value(_:)``.
    public static func any(
        _ name: String, optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .any, nil, optional: optional, summary)
    }

    /// `true` or `false`.
    public static func boolean(
        _ name: String, default value: Bool? = nil, optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .boolean, value.map { .boolean($0) }, optional: optional, summary)
    }

    /// A whole number in a range.
    public static func integer<R: LimitsConvertible>(
        _ name: String, default value: Int? = nil, optional: Bool = false,
        in range: R = Limits<Int>(), _ summary: String
    ) -> Parameter where R.Bound == Int {
        Parameter(
            name, .integer(range.limits), value.map { .integer($0) }, optional: optional, summary)
    }

    /// A number in a range; NaN is an error unless allowed.
    public static func number<R: LimitsConvertible>(
        _ name: String, default value: Double? = nil, optional: Bool = false,
        in range: R = Limits<Double>(), allowsNaN: Bool = false, _ summary: String
    ) -> Parameter where R.Bound == Double {
        Parameter(
            name, .number(range.limits, allowsNaN: allowsNaN), value.map { .number($0) },
            optional: optional, summary)
    }

    /// Text or bytes.
    public static func string(
        _ name: String, default value: String? = nil, optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .string, value.map { .string($0) }, optional: optional, summary)
    }

    /// One of several strings.
    public static func choice(
        _ name: String, _ choices: [String], default value: String? = nil, optional: Bool = false,
        _ summary: String
    ) -> Parameter {
        Parameter(name, .choice(choices), value.map { .string($0) }, optional: optional, summary)
    }

    /// One case of an enumeration, by its raw value; read with ``Call/choice(_:as:)``.
    public static func choice<Choice>(
        _ name: String, _ type: Choice.Type, default value: Choice? = nil, optional: Bool = false,
        _ summary: String
    ) -> Parameter
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        choice(
            name, type.allCases.map(\.rawValue), default: value?.rawValue, optional: optional,
            summary)
    }

    /// A table whose list part has elements of one type.
    ///
    /// With `takesArrayPart`, `f{ "a", "b", k = 1 }` gives the list without naming it.
    public static func list(
        _ name: String, of element: LuaType, optional: Bool = false, takesArrayPart: Bool = false,
        known: [(text: String, summary: String)] = [], _ summary: String
    ) -> Parameter {
        Parameter(
            name, .list(element), nil, optional: optional, summary, takesArrayPart: takesArrayPart,
            known: known)
    }

    /// A table.
    public static func table(
        _ name: String, _ fields: [LuaType.Field] = [], optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .table(fields), nil, optional: optional, summary)
    }

    /// A function, which Swift calls.
    public static func function(
        _ name: String, optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .function, nil, optional: optional, summary)
    }

    /// An object of the class declared for a Swift type.
    public static func object<T>(
        _ name: String, _ type: T.Type, optional: Bool = false, _ summary: String
    ) -> Parameter {
        Parameter(name, .object(type), nil, optional: optional, summary)
    }

    /// A value of one of several types.
    public static func either(
        _ name: String, _ types: [LuaType], default value: Default? = nil, optional: Bool = false,
        _ summary: String
    ) -> Parameter {
        Parameter(name, .either(types), value, optional: optional, summary)
    }
}

extension Parameter.Default: CustomStringConvertible {
    /// The value as Lua text.
    public var description: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value) where value == value.rounded() && abs(value) < 1e15:
            "\(Int(value))"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        }
    }
}
