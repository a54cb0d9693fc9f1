// Paths in arguments.

import LuaHost

extension Call {
    /// A path, which at level `lab` must stay below the working folder.
    ///
    /// - Throws: ``LuaError`` for a path that the level forbids.
    func path(_ name: String) throws -> String { try checked(path: string(name)) }

    /// A path from elsewhere than an argument, held to the same rule.
    ///
    /// - Throws: ``LuaError`` for a path that the level forbids.
    func checked(path: String) throws -> String {
        try state.checkPath(path)
        return path
    }

    /// Refuses what the level keeps from unknown code.
    ///
    /// - Throws: ``LuaError`` at level `lab`.
    func refuseInLab(_ what: String) throws {
        guard state.configuration.level == .lab else { return }
        throw LuaError("\(what) is not available to scripts at this level. Do it at the prompt.")
    }
}
