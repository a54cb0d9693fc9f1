// One Lua world: its creation, its settings, its end.

import CLua
import CLuaBridge
import NightjarRuntime

/// A Lua state: globals, loaded modules and everything that scripts make.
///
/// A state belongs to one thread at a time. Values taken out of it hold on to it only weakly: when
/// the state goes, they answer with an error.
public final class LuaState {
    /// How a state is made.
    public struct Configuration {
        /// What scripts may do.
        public var level = SandboxLevel.repl
        /// The most bytes that Lua values and their native memory may take; 0 for no limit.
        public var memoryLimit = 0
        /// The most Lua instructions that one call from outside may take; 0 for no limit.
        ///
        /// Counting them doubles the time of tight loops.
        public var instructionLimit = 0
        /// The most seconds that one call from outside may take; 0 for no limit.
        public var timeLimit = 0.0
        /// The folder beyond which level `lab` reaches no file.
        public var workingFolder = "."
        /// The folder of the script, where its own modules are looked for first.
        public var scriptFolder: String?
        /// Folders with the Lua modules that belong to the host.
        public var libraryFolders: [String] = []
        /// Takes what scripts print, piece by piece; the standard output when left out.
        ///
        /// What it throws is a result of `io.write`, as of Lua's own; `print` has none.
        public var output: ((UnsafeRawBufferPointer) throws(FileError) -> Void)?
        /// Sends on what ``output`` took so far, at a script's `io.flush`.
        public var flush: () throws(FileError) -> Void = {}
        /// Takes warnings, one a call; the standard error when left out.
        public var warning: ((String) -> Void)?

        /// The settings of a plain prompt.
        public init() {}
    }

    /// The settings with which the state was made.
    public let configuration: Configuration
    /// Everything declared, for help and completion.
    public internal(set) var declarations = Library()
    /// Whether traces of errors tell the local variables of each call, which takes longer.
    public var notesLocals = false

    let host: UnsafeMutablePointer<nj_host>
    /// What ``Configuration/level`` took out of the standard libraries, as `library.name`.
    private(set) var forbidden: [String] = []
    let classes = ClassRegistry()
    let link = StateLink()
    var pendingTrace: PendingTrace?
    private var attachments: [ObjectIdentifier: Any] = [:]

    /// Creates a state with Lua's standard libraries.
    ///
    /// - Throws: ``LuaError`` when there is no memory for it.
    public init(_ configuration: Configuration = Configuration()) throws {
        self.configuration = configuration
        guard let host = nj_open(Self.callbacks, nil) else {
            throw LuaError("no memory for a Lua state; close other programs and try again")
        }
        self.host = host
        link.connect(self)
        host.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        forbidden = try configuration.level.apply(to: LuaStack(host.pointee.main))
        if configuration.level == .lab { try confine(to: configuration.workingFolder) }
        try setModulePath()
        nj_set_limit(host, max(0, configuration.memoryLimit))
        nj_set_run_limits(
            host, Int64(max(0, configuration.instructionLimit)), max(0, configuration.timeLimit))
    }

    deinit {
        link.connect(nil)
        host.pointee.owner = nil
        nj_close(host)
    }

    // MARK: Memory

    /// Bytes in Lua's own heap.
    public var luaBytes: Int { host.pointee.used }
    /// The most bytes that were ever in Lua's own heap.
    public var peakLuaBytes: Int { host.pointee.peak }
    /// Bytes outside Lua's heap that live Lua objects keep.
    public var nativeBytes: Int { host.pointee.native }

    /// Collects everything that scripts cannot reach any more.
    ///
    /// - Throws: ``LuaError`` when the state runs in another thread.
    public func collectGarbage() throws {
        try withStack { nj_collect($0.raw) }
    }

    // MARK: What bodies share

    /// Keeps one object of a type for the bodies of declared functions, instead of a global variable.
    public func attach<Attachment>(_ attachment: Attachment) {
        attachments[ObjectIdentifier(Attachment.self)] = attachment
    }

    /// What was attached of a type.
    ///
    /// - Throws: When nothing was.
    public func attached<Attachment>(_ type: Attachment.Type) throws -> Attachment {
        if let found = attachments[ObjectIdentifier(type)] as? Attachment { return found }
        throw BindingError("nothing of type \(type) is attached to the state")
    }

    // MARK: Confinement

    private func confine(to folder: String) throws {
        guard nj_confine(host, folder) else {
            throw LuaError("'\(folder)' is no folder that can be opened; start in another one")
        }
    }

    /// Makes the libraries that are there now read-only for scripts, where the level asks for that.
    ///
    /// Call it when everything is registered.
    ///
    /// - Throws: ``LuaError`` for want of memory.
    public func sealLibraries() throws {
        guard configuration.level == .lab else { return }
        try withStack { stack in
            let status = nj_seal_libraries(stack.raw)
            if status != LUA_OK { throw LuaError(taking: stack, status: status) }
        }
    }

    /// Makes sure that a path names one file, and, at the level that confines scripts to a folder, one
    /// below it.
    ///
    /// - Throws: ``LuaError`` when it does not.
    public func checkPath(_ path: String) throws(LuaError) {
        guard !path.utf8.contains(0) else {
            throw LuaError(
                "a path has a zero byte, before which the system would cut it; write it without")
        }
        let isHome = path.hasPrefix("~") && configuration.level == .lab
        guard isHome || nj_path_problem(host, path) != nil else { return }
        let problem =
            nj_path_problem(host, path).map { String(cString: $0) }
            ?? "outside of the working folder, where this level may not reach"
        throw LuaError("'\(path)' is \(problem). Give a path within it.")
    }

    // MARK: Stacks

    /// Runs `body` with the stack of the coroutine that runs now, and puts it back afterwards.
    ///
    /// - Throws: ``LuaError`` when the state runs in another thread; and what `body` throws.
    func withStack<Result>(_ body: (LuaStack) throws -> Result) throws -> Result {
        guard nj_is_own_thread(host) else { throw LuaError.wrongThread }
        let stack = LuaStack(host.pointee.running ?? host.pointee.main)
        link.freeSlots(stack.raw)
        try stack.reserve(Int(LUA_MINSTACK))
        let top = lua_gettop(stack.raw)
        defer { lua_settop(stack.raw, top) }
        return try body(stack)
    }

    // MARK: Output

    /// Gives text to whoever takes it; 0, or the system's error number.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let output = configuration.output else {
            return nj_write_standard(bytes.baseAddress, bytes.count)
        }
        return code { () throws(FileError) in try output(bytes) }
    }

    /// Sends on what was written; 0, or the system's error number.
    func flush() -> Int32 {
        guard configuration.output != nil else { return nj_flush_standard() }
        return code(configuration.flush)
    }

    private func code(_ body: () throws(FileError) -> Void) -> Int32 {
        do throws(FileError) { try body() } catch { return error.code }
        return 0
    }

    func warn(_ text: String) {
        if let warning = configuration.warning { return warning(text) }
        nj_warn_standard(text)
    }

    // MARK: Modules

    /// Lets `require` look beside the script, in the working folder, in `lua_modules`, and in the
    /// host's own folders, in this order.
    private func setModulePath() throws {
        let folders =
            [configuration.scriptFolder, ".", "./lua_modules/share/lua/5.4"].compactMap { $0 }
            + configuration.libraryFolders
        let path = folders.flatMap { ["\($0)/?.lua", "\($0)/?/init.lua"] }
        guard case .table(let package) = try globals.get("package") else { return }
        try package.set("path", to: path.joined(separator: ";"))
    }
}
