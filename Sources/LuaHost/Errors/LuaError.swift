// What went wrong in a script, with where and what to do next.

import CLua
import CLuaBridge
import NightjarRuntime

/// An error from a Lua script.
public struct LuaError: Error, Sendable {
    /// What kind of end it was.
    public enum Kind: Equatable, Sendable {
        /// The text is not Lua.
        case syntax
        /// The script, or a function that it called, raised an error.
        case runtime
        /// The script needs more memory than it may have.
        case memory
        /// The user stopped the script.
        case interrupted
        /// The script took as long as it may, or as many instructions.
        case limit
        /// The script called `os.exit` with this code.
        case exit(Int)
    }

    /// What kind of end it was.
    public let kind: Kind
    /// The message, with the position where it arose if it is known.
    public let message: String
    /// The error value itself, which need not be a string.
    public let value: LuaValue
    /// The calls that were active, innermost first.
    public let trace: [TraceFrame]
    /// What to try next, if the host can tell.
    public let hint: String?
    /// What was done before the user stopped the script, if the running function kept it.
    public let partial: LuaValue

    /// Creates an error that a Swift function reports.
    public init(_ message: String) {
        self.init(kind: .runtime, message: message, value: .string(LuaString(message)))
    }

    private init(
        kind: Kind, message: String, value: LuaValue, trace: [TraceFrame] = [],
        hint: String? = nil, partial: LuaValue = .nil
    ) {
        self.kind = kind
        self.message = message
        self.value = value
        self.trace = trace
        self.hint = hint
        self.partial = partial
    }

    /// The refusal of a value that does not fit into a limit of so many bytes.
    static func memoryLimit(_ bytes: Int) -> LuaError {
        let message = "memory limit of \(bytes >> 20) MiB exceeded"
        return LuaError(kind: .memory, message: message, value: .string(LuaString(message)))
    }

    static let closed = LuaError("the Lua state of this value was closed; make the value again")
    static let foreign = LuaError("this value belongs to another Lua state; make it in this one")
    static let wrongThread = LuaError(
        "a Lua value was used outside of the thread that runs its script; call back on that thread")

    /// Describes the error value on top of the stack after a call that failed with `status`.
    init(taking stack: LuaStack, status: Int32) {
        let host = stack.host
        let trace = stack.owner?.takeTrace(for: lua_topointer(stack.raw, -1)) ?? []
        if nj_is_kill(stack.raw, -1) {
            let kind = Kind(stop: host.pointee)
            let value = LuaValue(stack, -1)
            var (partial, message) = (LuaValue.nil, kind.message(host.pointee))
            if case .table(let table) = value {
                partial = (try? table.get("partial")) ?? .nil
                if let note = try? table.get("note").text { message += " \(note)" }
            }
            self.init(kind: kind, message: message, value: value, trace: trace, partial: partial)
            return
        }
        let kind: Kind =
            switch status {
            case LUA_ERRSYNTAX: .syntax
            case LUA_ERRMEM: .memory
            default: .runtime
            }
        let value = LuaValue(stack, -1)
        let message = Self.message(stack)
        self.init(
            kind: kind, message: message, value: value, trace: trace,
            hint: stack.owner?.hint(for: message))
    }

    /// The text of the error value on top of the stack.
    private static func message(_ stack: LuaStack) -> String {
        let raw = stack.raw
        switch lua_type(raw, -1) {
        case LUA_TSTRING: return LuaString(raw, -1).description
        case LUA_TNIL: return "nil"
        case LUA_TTABLE:
            // A table without a text of its own would show only its address.
            guard luaL_getmetafield(raw, -1, "__tostring") != LUA_TNIL else {
                return "error value: \(ValueSketch(raw).text(lua_gettop(raw)))"
            }
            lua_settop(raw, -2)
        default: break
        }
        return stack.text(-1)
    }
}

extension LuaError.Kind {
    /// Whether the script was stopped from outside, so that nothing of it may go on.
    var isStop: Bool { self == .interrupted || self == .limit }

    /// How the script that `host` stopped has ended.
    fileprivate init(stop host: nj_host) {
        switch Int(host.stop) {
        case NJ_STOP_EXIT: self = .exit(Int(host.exit_code))
        case NJ_STOP_TIME, NJ_STOP_INSTRUCTIONS: self = .limit
        default: self = .interrupted
        }
    }

    fileprivate func message(_ host: nj_host) -> String {
        switch Int(host.stop) {
        case NJ_STOP_EXIT: "exit"
        case NJ_STOP_TIME:
            "time limit of \(NumberText.significant(host.time_limit, digits: 6)) s exceeded;"
                + " allow more time, or do less"
        case NJ_STOP_INSTRUCTIONS:
            "limit of \(host.instruction_limit) Lua instructions exceeded; allow more, or do less"
        default: "interrupted"
        }
    }
}

extension LuaError: CustomStringConvertible {
    /// The message, and the hint where there is one.
    public var description: String { message + (hint.map { "\n\($0)" } ?? "") }
}

extension LuaStack {
    /// The text of a value as Lua's tostring gives it; an error while making it is text, too.
    func text(_ index: Int32) -> String {
        guard lua_checkstack(raw, 4) != 0 else { return "(no room on the Lua stack)" }
        let top = lua_gettop(raw)
        defer { lua_settop(raw, top) }
        let status = nj_tostring(raw, index)
        if status != LUA_OK, nj_is_kill(raw, -1) { return "(stopped while making its text)" }
        let text = LuaString(raw, -1).description
        return status == LUA_OK ? text : "(error while making its text: \(text))"
    }
}
