// Paths in arguments.

import LuaHost

extension Call {
    /// A path, which at level `lab` must stay within the working folder.
    ///
    /// - Throws: ``LuaError`` for a path that the level forbids.
    func path(_ name: String) throws -> String {
        let path = try string(name)
        guard state.configuration.level == .lab else { return path }
        let leaves = path.hasPrefix("/") || path.hasPrefix("~")
        guard !leaves, !path.split(separator: "/").contains("..") else {
            throw LuaError(
                "'\(path)' is outside of the working folder, where this level may not reach."
                    + " Give a path within it.")
        }
        return path
    }
}
