// What scripts may do.

import CLua
import CLuaBridge

/// How much of the machine a script may reach.
///
/// Every level loads text only, never bytecode, and lacks the `debug` functions that could crash the
/// host. No level is a wall against a determined attacker: that is a process of its own.
public enum SandboxLevel: String, CaseIterable, Sendable {
    /// The user's own prompt: everything that is sound.
    case repl
    /// A script from somebody else, such as a paper's: files, but no processes and no native code. New
    /// global variables are warned of.
    case script
    /// Teaching and unknown code: only files below the working folder, no finalizers, read-only
    /// libraries, and new global variables only in main chunks.
    case lab

    /// What ``script`` takes out of the standard libraries, as `library.name`.
    private static let unsharable = [
        "os.execute", "os.exit", "os.setlocale", "io.popen", "package.loadlib", "debug.getinfo",
        "debug.getupvalue",
    ]

    /// All that ``lab`` leaves of the libraries that reach beyond Lua; the other ones are whole.
    private static let kept = [
        "os": ["clock", "date", "difftime", "time", "remove", "rename", "tmpname"],
        "io": [
            "open", "close", "input", "output", "lines", "read", "write", "type", "tmpfile",
            "stdin",
            "stdout", "stderr",
        ],
        "debug": ["traceback"],
    ]

    /// Takes out what the level forbids, and returns it as `library.name`.
    ///
    /// - Throws: ``LuaError`` for want of memory.
    func apply(to stack: LuaStack) throws(LuaError) -> [String] {
        var removed: [String] = []
        switch self {
        case .repl: return []
        case .script:
            for path in Self.unsharable {
                let parts = path.split(separator: ".").map(String.init)
                removed += remove(from: parts[0], stack) { $0 == parts[1] }
            }
        case .lab:
            for (library, kept) in Self.kept {
                removed += remove(from: library, stack) { !kept.contains($0) }
            }
            stack.host.pointee.is_restricted = true
        }
        guard nj_guard_globals(stack.raw, self == .lab) else {
            throw LuaError("no memory for a Lua state; close other programs and try again")
        }
        return removed
    }

    /// Removes from a library those of its functions that `isForbidden` names.
    private func remove(
        from library: String, _ stack: LuaStack, where isForbidden: (String) -> Bool
    ) -> [String] {
        let raw = stack.raw
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        lua_rawgeti(raw, nj_registry, lua_Integer(LUA_RIDX_GLOBALS))
        lua_pushstring(raw, library)
        guard lua_rawget(raw, -2) == LUA_TTABLE else { return [] }
        var names: [String] = []
        lua_pushnil(raw)
        while nj_next(raw, top + 2) > 0 {
            names.append(LuaString(raw, -2).description)
            lua_settop(raw, -2)
        }
        let forbidden = names.filter(isForbidden)
        for name in forbidden {
            lua_pushstring(raw, name)
            lua_pushnil(raw)
            lua_rawset(raw, top + 2)
        }
        return forbidden.map { "\(library).\($0)" }
    }
}
