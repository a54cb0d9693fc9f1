import Foundation
import LuaHost

@testable import NightjarLua

/// A session whose output and notices are kept.
final class RunningSession {
    private(set) var output = ""
    private(set) var notices: [String] = []
    private(set) var session: Session?
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    /// Writes `script` to a file and makes a session for it.
    init(_ script: String = "", arguments: [String] = [], level: SandboxLevel = .repl) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "script.lua")
        try Data(script.utf8).write(to: file)
        var configuration = Session.Configuration()
        configuration.level = level
        configuration.script = file.path
        configuration.arguments = arguments
        configuration.output = { [unowned self] in output += String(decoding: $0, as: UTF8.self) }
        configuration.notice = { [unowned self] in notices.append($0) }
        session = try Session(configuration)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Runs the script; gives its error, if it ends with one.
    func run() -> LuaError? {
        do {
            try session?.runScript()
            return nil
        } catch {
            return error as? LuaError
        }
    }

    /// Runs the script; gives the message of its error, if it ends with one.
    func failure() -> String? { run()?.message }
}
