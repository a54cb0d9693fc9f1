import LuaHost
import Testing

@testable import NightjarLua

/// Scripts about tensors, run in a session as users have it.
enum TensorScript {
    /// What the script returns, as text.
    static func values(_ text: String) throws -> [String] {
        let state = try Session().state
        return try state.run(text, name: "=test").map(state.describe)
    }

    /// The words with which the script fails; nothing if it does not fail.
    static func failure(_ text: String) throws -> String? {
        do {
            _ = try Session().state.run(text, name: "=test")
            return nil
        } catch let error as LuaError {
            return error.message
        }
    }
}

/// A script and what should come of it.
struct ScriptCase: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: [String]
    var testDescription: String { text }

    init(_ text: String, _ expected: String...) {
        self.text = text
        self.expected = expected
    }
}
