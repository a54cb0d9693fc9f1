// Running Lua in tests.

import LuaHost
import NightjarData

@testable import NightjarLua

/// A session in which a test runs Lua, and what it looks at afterwards.
struct Script {
    let session: Session

    /// Makes a session that finds data sets in `folders` only.
    init(level: SandboxLevel = .repl, folders: [String] = [], userFolder: String? = nil) throws {
        var configuration = Session.Configuration()
        configuration.level = level
        session = try Session(configuration)
        session.state.attach(Catalogue(folders: folders, userFolder: userFolder))
    }

    /// Runs text and gives its results as text, one line.
    func run(_ text: String) throws -> String {
        let state = session.state
        return try state.run(text, name: "=test").map { state.describe($0) }.joined(separator: " ")
    }

    /// The message of the error with which text ends, without its position.
    func failure(_ text: String) -> String? {
        do {
            _ = try session.state.run(text, name: "=test")
            return nil
        } catch {
            let message = (error as? LuaError)?.message ?? "\(error)"
            return message.replacing(#/^test:\d+: /#, with: "")
        }
    }

    /// Makes a small log called `log`: three users, four films, in order of time but for the last row.
    static let smallLog = """
        log = nj.data.interactions{
            users = { 1, 2, 1, 3, 2, 1, 3, 2, 1, 3 },
            items = { 1, 2, 3, 4, 1, 2, 3, 3, 4, 1 },
            ratings = { 5, 4, 3, 2, 1, 5, 4, 3, 2, 1 },
            times = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 15 },
            titles = { "Heat (1995)", "Alien (1979)", "Aliens (1986)", "Solaris (1972)" },
            name = "small" }
        function join(list) return table.concat(list, " ") end

        """
}

/// A script and the message with which it is refused.
struct Refusal: Sendable, CustomStringConvertible {
    let text: String
    let message: String

    var description: String { text }

    init(_ text: String, _ message: String) {
        self.text = text
        self.message = message
    }
}
