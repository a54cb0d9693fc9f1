// The calls that were active when an error arose.

import CLua
import CLuaBridge

/// One call in a trace.
public struct TraceFrame: Sendable, Equatable, CustomStringConvertible {
    /// The file or chunk, such as `train.lua`; `[C]` for a function of the host.
    public let source: String
    /// The path of the file in which the text stands; nothing for other text.
    public let file: String?
    /// The line, if there is one.
    public let line: Int?
    /// The function as the caller or its declaration names it; nothing for a main chunk.
    public let name: String?
    /// The local variables of the call, if the state notes them; see ``LuaState/notesLocals``.
    public let locals: [LocalVariable]

    /// Whether the call runs Lua text, not a function of the host.
    public var isScript: Bool { line != nil }

    /// The form in which traces are printed: `train.lua:12: in loss`.
    public var description: String {
        let place = line.map { "\(source):\($0)" } ?? source
        return "\(place): in \(name ?? "main chunk")"
    }

    /// Frames of the outer and inner end of a trace that are kept when it is long.
    private static let kept: Int32 = 12

    /// The calls active on a coroutine from `level` up, innermost first.
    static func calls(
        on raw: OpaquePointer, from level: Int32, withLocals: Bool
    ) -> [TraceFrame] {
        var activation = lua_Debug()
        var depth = level
        while lua_getstack(raw, depth, &activation) != 0 { depth += depth < 64 ? 1 : depth / 2 }
        // The loop overshoots; find the end between the last two depths.
        var low = level
        var high = depth
        while low < high {
            let middle = low + (high - low) / 2
            if lua_getstack(raw, middle, &activation) != 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var frames: [TraceFrame] = []
        for current in level..<max(low, level) {
            let isSkipped = current >= level + kept && current < low - kept
            if isSkipped {
                if current == level + kept {
                    let count = low - level - 2 * kept
                    frames.append(TraceFrame(source: "...", line: nil, name: "\(count) more calls"))
                }
                continue
            }
            if let frame = TraceFrame(raw, current, withLocals) { frames.append(frame) }
        }
        return frames
    }

    private init(source: String, line: Int?, name: String?) {
        self.source = source
        file = nil
        self.line = line
        self.name = name
        locals = []
    }

    private init?(_ raw: OpaquePointer, _ level: Int32, _ withLocals: Bool) {
        var activation = lua_Debug()
        guard lua_getstack(raw, level, &activation) != 0, lua_checkstack(raw, 3) != 0,
            lua_getinfo(raw, "Slnf", &activation) != 0
        else { return nil }
        let context = nj_to_function(raw, -1)
        lua_settop(raw, -2)
        source = withUnsafeBytes(of: &activation.short_src) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        // `source` above is cut to fit a message.
        file = activation.source.flatMap { $0[0] == 0x40 ? String(cString: $0 + 1) : nil }
        line = activation.currentline > 0 ? Int(activation.currentline) : nil
        if let context {
            let bound = Unmanaged<BoundFunction>.fromOpaque(context).takeUnretainedValue()
            name = bound.qualifiedName
        } else if let known = activation.name {
            name = String(cString: known)
        } else {
            name = String(cString: activation.what) == "main" ? nil : "a function"
        }
        let isNoted = withLocals && activation.currentline > 0
        locals = isNoted ? LocalVariable.all(of: &activation, on: raw) : []
    }
}

/// Calls noted while an error was on its way, until somebody catches it.
struct PendingTrace {
    /// Address of the error value to which the calls belong.
    let identity: UnsafeRawPointer?
    /// The coroutines whose calls are in ``frames``, innermost first.
    var coroutines: [OpaquePointer]
    var frames: [TraceFrame]
}

extension LuaState {
    /// Adds the calls active on `raw` to the trace of the error called `identity`.
    func noteTrace(_ raw: OpaquePointer, from level: Int32, of identity: UnsafeRawPointer?) {
        let isStale = host.pointee.caught
        host.pointee.caught = false
        if let pending = pendingTrace, pending.identity == identity, identity != nil, !isStale {
            // An error that passed through Swift was noted with all calls of its coroutine.
            if pending.coroutines.contains(raw) { return }
            pendingTrace?.coroutines.append(raw)
            pendingTrace?.frames += calls(on: raw, from: level)
        } else {
            pendingTrace = PendingTrace(
                identity: identity, coroutines: [raw], frames: calls(on: raw, from: level))
        }
    }

    private func calls(on raw: OpaquePointer, from level: Int32) -> [TraceFrame] {
        // Texts of numbers take memory, for which a finalizer of the script might run.
        let didRun = nj_pause_collector(raw)
        defer { if didRun { nj_resume_collector(raw) } }
        return TraceFrame.calls(on: raw, from: level, withLocals: notesLocals)
    }

    /// The noted calls of the error called `identity`, which is caught now.
    func takeTrace(for identity: UnsafeRawPointer?) -> [TraceFrame] {
        defer { pendingTrace = nil }
        guard let pending = pendingTrace, pending.identity == identity else { return [] }
        return pending.frames
    }

    /// Goes on with an error whose value, on top of the stack, is raised again.
    func keepTrace(of error: LuaError, _ stack: LuaStack) {
        host.pointee.caught = false
        pendingTrace = PendingTrace(
            identity: lua_topointer(stack.raw, -1), coroutines: [stack.raw], frames: error.trace)
    }
}
