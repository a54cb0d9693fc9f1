// Values that modules hold.

/// A value that a script reads from a module without a call: `nj.version`.
public struct Constant: Sendable {
    /// The name.
    public let name: String
    /// The type.
    public let type: LuaType
    /// One line on what the value is.
    public let summary: String
    let value: any LuaConvertible & Sendable

    /// Declares a constant.
    public init(
        _ name: String, _ type: LuaType, _ summary: String, value: any LuaConvertible & Sendable
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.value = value
    }
}
