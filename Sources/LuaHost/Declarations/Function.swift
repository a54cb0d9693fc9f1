// Functions that Lua sees, each declared once.

/// A function or method that Lua sees, with everything that is known about it.
///
/// Checks and messages, help, completion, editor definitions and the reference pages all come from
/// this one value. At most two arguments are given by position; the others have names:
///
/// ```swift
/// static let explain = Function(
///     "explain", on: "nj.Influence",
///     summary: "Shows the training examples that helped and hurt one prediction most.",
///     positional: [.integer("row", in: 1..., "which row of the examples, from 1")],
///     options: [.integer("k", default: 5, in: 1...1000, "examples to show on each side")],
///     returns: .object(Explanation.self, "a score > 0 lowered the loss"),
///     example: "influence:explain(17, { k = 3 })"
/// ) { call in
///     try call.receiver(Influence.self)
///         .explain(row: call.integer("row"), k: call.integer("k"))
/// }
/// ```
///
/// Scripts may write `f(a, b)`, `f(a, b, { option = … })`, and, when it cannot be mistaken for an
/// argument, `f{ a = …, option = … }`.
///
/// A name such as `__add` declares an operator; those with two operands have two positional
/// arguments and no receiver, as either may be the object. `__index` gets numbers, and, if its
/// argument is a string, also names that no method or property has. `__call` on a module makes the
/// module itself callable.
public struct Function: Sendable {
    /// What a function does: it reads the arguments and gives the result, or throws.
    public typealias Body = @Sendable (Call) throws -> (any LuaConvertible)?

    /// The name without its owner.
    public let name: String
    /// The class or module to which it belongs, such as `nj.Tensor` or `nj.data`.
    public let owner: String
    /// One line on what it does.
    public let summary: String
    /// More lines where one is not enough; may be empty.
    public let details: String
    /// The arguments given by position, two at most, without the receiver.
    public let positional: [Parameter]
    /// The arguments given by name.
    public let options: [Parameter]
    /// What it gives.
    public let returns: Returns
    /// A line or more of Lua that shows it in use; may be empty.
    public let example: String
    let body: Body

    /// Declares a function.
    public init(
        _ name: String, on owner: String, summary: String, details: String = "",
        positional: [Parameter] = [], options: [Parameter] = [], returns: Returns = .nothing,
        example: String = "", body: @escaping Body
    ) {
        self.name = name
        self.owner = owner
        self.summary = summary
        self.details = details
        self.positional = positional
        self.options = options
        self.returns = returns
        self.example = example
        self.body = body
    }

    /// Whether it is called on an object: classes, and only they, have a capital in their name.
    public var isMethod: Bool {
        owner.split(separator: ".").last?.first?.isUppercase ?? false
    }

    /// The name with its owner: `nj.data.open`, `nj.Tensor:sum`, or `nj.tensor` if callable itself.
    public var qualifiedName: String {
        if name == "__call" && !isMethod { return owner }
        return owner + (isMethod ? ":" : ".") + name
    }

    /// How it is called: `nj.fit(model, train, { epochs = 10, lr = 0.001, on_epoch = … })`, or, of
    /// an operator, how it is written: `left + right`.
    public var signature: String { expression ?? call }

    /// The expression that Lua makes a call of a metamethod for; `nil` for other functions.
    public var expression: String? {
        guard isMethod, name.hasPrefix("__"), let type = owner.split(separator: ".").last else {
            return nil
        }
        let object = type.prefix(1).lowercased() + type.dropFirst()
        let operands = positional.map(\.name)
        if let symbol = Self.binaryOperators[name], operands.count == 2 {
            return "\(operands[0]) \(symbol) \(operands[1])"
        }
        switch name {
        case "__unm", "__bnot", "__len": return (Self.unaryOperators[name] ?? "") + object
        case "__tostring", "__pairs": return "\(name.dropFirst(2))(\(object))"
        case "__index": return "\(object)[\(operands.joined())]"
        case "__newindex" where operands.count == 2:
            return "\(object)[\(operands[0])] = \(operands[1])"
        case "__call": return "\(object)(\(operands.joined(separator: ", ")))"
        default: return nil
        }
    }

    /// A line of the example that shows the function in use, without its comment.
    var use: String? {
        let word = name == "__call" ? owner : name
        guard var line = example.split(separator: "\n").first(where: { $0.contains(word) }) else {
            return nil
        }
        if let comment = line.firstRange(of: "--") { line = line[..<comment.lowerBound] }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    private var call: String {
        var parts = positional.map(\.name)
        if !options.isEmpty {
            let options = options.map { "\($0.name) = \($0.defaultValue.map { "\($0)" } ?? "…")" }
            parts.append("{ \(options.joined(separator: ", ")) }")
        }
        return "\(qualifiedName)(\(parts.joined(separator: ", ")))"
    }

    /// Whether its first argument may be a string, as that of an indexer with names.
    var takesName: Bool {
        switch positional.first?.type {
        case .string, .choice: true
        case .either(let types): types.contains { if case .string = $0 { true } else { false } }
        default: false
        }
    }

    /// The operators that Lua calls with two operands, either of which may be the object, and how a
    /// script writes them.
    static let binaryOperators: [String: String] = [
        "__add": "+", "__sub": "-", "__mul": "*", "__div": "/", "__mod": "%", "__pow": "^",
        "__idiv": "//", "__band": "&", "__bor": "|", "__bxor": "~", "__shl": "<<", "__shr": ">>",
        "__concat": "..", "__eq": "==", "__lt": "<", "__le": "<=",
    ]

    /// The operators of one object, and how a script writes them.
    static let unaryOperators: [String: String] = [
        "__unm": "-", "__bnot": "~", "__len": "#", "__index": "[]", "__newindex": "[]=",
        "__tostring": "tostring", "__pairs": "pairs",
    ]
}

/// What a function gives.
public struct Returns: Sendable {
    /// The type and meaning of each result; none when the function only acts.
    public let values: [(type: LuaType, summary: String)]

    /// No result.
    public static let nothing = Returns(values: [])

    /// One result.
    public static func value(_ type: LuaType, _ summary: String) -> Returns {
        Returns(values: [(type, summary)])
    }

    /// Several results, as a body gives them with ``LuaResults``.
    public static func several(_ values: (LuaType, String)...) -> Returns {
        Returns(values: values.map { (type: $0.0, summary: $0.1) })
    }

    /// `true` or `false`.
    public static func boolean(_ summary: String) -> Returns { .value(.boolean, summary) }
    /// A whole number.
    public static func integer(_ summary: String) -> Returns { .value(.integer, summary) }
    /// A number.
    public static func number(_ summary: String) -> Returns { .value(.number, summary) }
    /// A string.
    public static func string(_ summary: String) -> Returns { .value(.string, summary) }
    /// A function, such as an iterator.
    public static func function(_ summary: String) -> Returns { .value(.function, summary) }

    /// A table with elements of one type.
    public static func list(of element: LuaType, _ summary: String) -> Returns {
        .value(.list(element), summary)
    }

    /// A table with the fields named.
    public static func table(_ fields: [LuaType.Field] = [], _ summary: String) -> Returns {
        .value(.table(fields), summary)
    }

    /// An object of the class declared for a Swift type.
    public static func object<T>(_ type: T.Type, _ summary: String) -> Returns {
        .value(.object(type), summary)
    }
}
