// A Lua state in which scripts and the prompt run.

import LuaHost
import NightjarRuntime
import NightjarTraining

/// A Lua state with everything of Nightjar registered, and with what one run of it needs to know.
public final class Session {
    /// How a session is made.
    public struct Configuration {
        /// What scripts may do.
        public var level = SandboxLevel.repl
        /// The most bytes that Lua values and their native memory may take; 0 for no limit.
        public var memoryLimit = 0
        /// The most Lua instructions of one run or one form of the prompt; 0 for no limit.
        public var instructionLimit = 0
        /// The most seconds of one run or one form of the prompt; 0 for no limit.
        public var timeLimit = 0.0
        /// The script's path, whose folder `require` searches first; nothing for a prompt.
        public var script: String?
        /// What followed the script's path on the command line.
        public var arguments: [String] = []
        /// Folders with the Lua modules that belong to Nightjar.
        public var libraryFolders: [String] = []
        /// Takes what scripts print, piece by piece; the standard output when left out.
        public var output: ((UnsafeRawBufferPointer) throws(FileError) -> Void)?
        /// Sends on what ``output`` took so far.
        public var flush: () throws(FileError) -> Void = {}
        /// Takes lines for the user that are no output, such as warnings.
        public var notice: (String) -> Void = { _ in }
        /// Takes reports of long computations.
        public var progress: ProgressHandler = { _ in }

        /// The settings of a plain prompt.
        public init() {}
    }

    /// The settings with which the session was made.
    public let configuration: Configuration
    /// The Lua state.
    public let state: LuaState
    private let runStores = RunStores()

    /// Creates a state and registers all libraries.
    ///
    /// - Throws: `LuaError` when there is no memory for it.
    public init(_ configuration: Configuration = Configuration()) throws {
        self.configuration = configuration
        var settings = LuaState.Configuration()
        settings.level = configuration.level
        settings.memoryLimit = configuration.memoryLimit
        settings.instructionLimit = configuration.instructionLimit
        settings.timeLimit = configuration.timeLimit
        settings.scriptFolder = configuration.script.map(Self.folder)
        settings.libraryFolders = configuration.libraryFolders
        settings.output = configuration.output
        settings.flush = configuration.flush
        let notice = configuration.notice
        settings.warning = { notice("warning: \($0)") }
        state = try LuaState(settings)
        state.attach(configuration)
        state.attach(runStores)
        for library in NightjarLibrary.libraries() { try state.register(library) }
        try setArguments()
        try state.sealLibraries()
    }

    /// Runs the script of the configuration, or nothing when there is none.
    ///
    /// - Throws: `LuaError`.
    public func runScript() throws {
        guard let script = configuration.script else { return }
        try state.run(file: script, arguments: configuration.arguments)
    }

    /// Ends the runs that scripts have begun to record and not ended, and says what could not be
    /// written.
    public func endRuns(_ status: RunStatus) {
        runStores.finishAll(status, notice: configuration.notice)
    }

    /// Sets the global table `arg` as Lua's own command does: the script at 0, its arguments from 1.
    private func setArguments() throws {
        try state.globals.set("arg", to: configuration.arguments)
        if let script = configuration.script, case .table(let table) = try state.globals.get("arg")
        {
            try table.set(0, to: script)
        }
    }

    /// The folder that a path is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension Call {
    /// The session that runs the script; the settings of a plain prompt when there is none.
    var session: Session.Configuration {
        (try? state.attached(Session.Configuration.self)) ?? Session.Configuration()
    }

    /// Takes the reports of a long computation.
    var progress: ProgressHandler { session.progress }
}
