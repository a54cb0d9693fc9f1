// Classes and modules that Lua sees.

/// A kind of object that Lua sees: its name, its properties and the Swift type behind it.
///
/// Methods and operators are ``Function`` values with `on:` this class.
public struct Class: Sendable {
    /// The full name; its last part starts with a capital: `nj.Tensor`.
    public let name: String
    /// One line on what its objects are.
    public let summary: String
    /// What is read without a call: `tensor.shape`.
    public let properties: [Property]
    /// Whether scripts may give up an object early, with `object:free()` or `local x <close> = …`.
    public let isFreeable: Bool
    let type: LuaType.ObjectType
    /// Whether the type is a Swift class, whose instances have an identity.
    let isReference: Bool

    /// Declares a class for the values of a Swift type: a class, a structure or a protocol.
    public init<T>(
        _ name: String, of type: T.Type, summary: String, properties: [Property] = [],
        isFreeable: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.properties = properties
        self.isFreeable = isFreeable
        self.type = LuaType.ObjectType(type)
        isReference = type is AnyObject.Type
    }

    static let freeName = "free"

    /// The method that a freeable class has beside its declared ones.
    var free: Function? {
        guard isFreeable else { return nil }
        return Function(
            Self.freeName, on: name,
            summary: "Gives up the memory now; using the object later is an error."
        ) { call in
            call.releaseReceiver()
            return nil
        }
    }
}

/// Something that is read from an object without a call.
///
/// ```swift
/// Property("n_items", .integer, "number of items") { (log: Interactions) in log.itemCount }
/// ```
public struct Property: Sendable {
    /// The name.
    public let name: String
    /// The type of the value.
    public let type: LuaType
    /// One line on what the value is.
    public let summary: String
    let body: Function.Body

    /// Declares a property of objects that are a `T`.
    public init<T>(
        _ name: String, _ type: LuaType, _ summary: String,
        get: @escaping @Sendable (T) throws -> (any LuaConvertible)?
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        body = { call in try get(call.receiver(T.self)) }
    }
}

/// A table of functions that Lua sees, such as `nj.data`.
public struct Module: Sendable {
    /// The full name, in lower case; the first part is a global variable.
    public let name: String
    /// One line on what it is for.
    public let summary: String
    /// Where Lua modules are looked for that extend this one: with `nightjar.policies`, the field
    /// `gentle` is what `require "nightjar.policies.gentle"` gives.
    public let luaPrefix: String?
    /// What is read without a call: `nj.version`.
    public let constants: [Constant]

    /// Declares a module.
    public init(
        _ name: String, summary: String, luaPrefix: String? = nil, constants: [Constant] = []
    ) {
        self.name = name
        self.summary = summary
        self.luaPrefix = luaPrefix
        self.constants = constants
    }
}
