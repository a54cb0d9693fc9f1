// What scripts may do.

import CLua
import CLuaBridge

/// How much of the machine a script may reach.
///
/// Every level loads text only, never bytecode, and lacks the `debug` functions that could crash the
/// host. No level is a wall against a determined attacker: that is a process of its own.
public enum SandboxLevel: Sendable {
    /// The user's own prompt: everything that is sound.
    case repl
    /// A script from somebody else, such as a paper's: files, but no processes and no native code.
    case script
    /// Teaching and unknown code: no files either, and no finalizers.
    case lab

    /// The fields of the standard libraries that are taken out, as `library.name`.
    var removed: [String] {
        let processes = [
            "os.execute", "os.exit", "io.popen", "package.loadlib", "debug.getinfo",
            "debug.getupvalue",
        ]
        let files = [
            "os.remove", "os.rename", "os.tmpname", "io.open", "io.input", "io.output", "io.lines",
            "io.read", "io.close", "io.tmpfile", "io.stdin", "io.stdout", "io.stderr", "io.type",
        ]
        switch self {
        case .repl: return []
        case .script: return processes
        case .lab: return processes + files
        }
    }

    /// Takes out what the level forbids.
    func apply(to stack: LuaStack) {
        let raw = stack.raw
        for path in removed {
            let parts = path.split(separator: ".").map(String.init)
            lua_rawgeti(raw, nj_registry, lua_Integer(LUA_RIDX_GLOBALS))
            lua_pushstring(raw, parts[0])
            if lua_rawget(raw, -2) == LUA_TTABLE {
                lua_pushstring(raw, parts[1])
                lua_pushnil(raw)
                lua_rawset(raw, -3)
            }
            lua_settop(raw, -3)
        }
        if self == .lab { nj_forbid_finalizers(raw) }
    }
}
