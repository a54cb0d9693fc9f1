// Runs Lua for the commands, and turns how it ended into an exit code.

import ArgumentParser
import Glibc
import LuaHost
import NightjarLua
import NightjarREPL
import NightjarRuntime
import NightjarTensor
import NightjarTraining

/// Sessions on the process's own streams.
struct ScriptRunner {
    private let console = Console.standard()
    private let limits: LimitOptions.Limits

    init(_ limits: LimitOptions.Limits) throws {
        self.limits = limits
        LuaState.handleInterrupts()
    }

    /// The exit code after a limit of time or instructions, as of the program `timeout`.
    static let limitCode: Int32 = 124

    /// Runs a script with its arguments; `-` is one from the standard input.
    func run(script: String, arguments: [String]) throws {
        let script = script == "-" ? "/dev/stdin" : script
        let session = try session(script: script, arguments: arguments)
        if limits.seconds > 0 { Watchdog.start(seconds: limits.seconds) }
        try finish(session) { try session.runScript() }
    }

    /// Runs the cases of a spec in a state of their own.
    func run(spec file: String) throws -> SpecResult {
        let folders = Installation.libraryFolders
        guard folders.contains(where: { access($0 + "/nightjar/test.lua", R_OK) == 0 }) else {
            let place = folders.first ?? "stdlib"
            console.notice(
                "nightjar: no nightjar/test.lua in \(place); set NIGHTJAR_HOME to the folder of stdlib"
            )
            throw ExitCode(1)
        }
        let session = try session(script: file)
        var result = SpecResult()
        try finish(session) {
            let run = try session.state.load(
                "return require('nightjar.test').run(...)", name: "=(nightjar test)")
            guard case .table(let counts) = try run(file) else { return }
            result.passed = try counts.get("passed").int ?? 0
            result.pending = try counts.get("pending").int ?? 0
            guard case .table(let failures) = try counts.get("failures") else { return }
            for (_, failure) in try failures.pairs() {
                guard case .table(let failure) = failure else { continue }
                result.failures.append(
                    (try failure.get("name").text ?? "", try failure.get("message").text ?? ""))
            }
        }
        return result
    }

    /// Runs texts one after the other, in one state, each as if typed at the prompt.
    func run(texts: [String]) throws {
        let session = try session()
        try console.offerHelp(in: session.state)
        try finish(session) {
            for text in texts {
                let values = try session.state.evaluate(text, name: "=(command line)")
                console.show(values, of: text, in: session.state)
            }
        }
    }

    /// Opens the prompt; without a terminal it runs what comes in, form by form.
    func openPrompt() throws {
        let session = try session()
        if console.isInteractive { console.write(Self.banner + "\n") }
        let journal = console.isInteractive ? Journal.ofUser(notice: console.notice) : nil
        let code = try REPL(session, console: console, reader: reader(session), journal: journal)
            .run()
        console.flush()
        session.endRuns(.finished)
        if code != 0 { throw ExitCode(code) }
    }

    /// The line editor at a terminal, plain lines elsewhere.
    private func reader(_ session: Session) -> any LineReader {
        if console.isInteractive, TerminalReader.isPossible {
            return TerminalReader(PromptLanguage(session), notice: console.notice)
        }
        let (console, isInteractive) = (console, console.isInteractive)
        return PlainReader { prompt in
            guard isInteractive else { return }
            console.write(prompt)
            console.flush()
        }
    }

    static var banner: String {
        "nightjar \(Version.current)  Lua 5.4  \(BLAS.kernels) x\(Workers.count)  ? for help"
    }

    private func session(script: String? = nil, arguments: [String] = []) throws -> Session {
        var configuration = Session.Configuration()
        configuration.level = limits.level
        configuration.memoryLimit = limits.memory
        configuration.instructionLimit = limits.instructions
        configuration.timeLimit = limits.seconds
        configuration.script = script
        configuration.arguments = arguments
        configuration.libraryFolders = Installation.libraryFolders
        configuration.output = console.output
        configuration.flush = console.flushOutput
        configuration.notice = { [console] in console.notice("nightjar: \($0)") }
        configuration.progress = console.progress
        let session = try Session(configuration)
        limitTensors(session.state)
        return session
    }

    /// Holds tensors to the limit together with Lua's values, before they are made.
    private func limitTensors(_ state: LuaState) {
        guard limits.memory > 0 else { return }
        // Only the thread that runs the state gets through to it; others find its garbage counted.
        nonisolated(unsafe) weak let state = state
        MemoryBudget.set(
            limit: limits.memory, otherBytes: { state?.luaBytes ?? 0 },
            reclaim: { try? state?.collectGarbage() })
    }

    /// Runs `body`, reports its error, and leaves with the exit code that belongs to it.
    private func finish(_ session: Session, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as LuaError {
            session.endRuns(RunStatus(ending: error.kind))
            if case .exit(let code) = error.kind {
                console.flush()
                throw ExitCode(Int32(truncatingIfNeeded: code))
            }
            let text = ErrorText(libraryFolders: session.configuration.libraryFolders)
            console.notice("nightjar: \(text.full(error))")
            switch error.kind {
            case .interrupted: throw ExitCode(128 + SIGINT)
            case .limit: throw ExitCode(Self.limitCode)
            default: throw ExitCode(1)
            }
        }
        session.endRuns(.finished)
        console.flush()
    }
}

extension RunStatus {
    /// How the runs of a script end that ends with an error.
    fileprivate init(ending kind: LuaError.Kind) {
        switch kind {
        case .exit(0): self = .finished
        case .interrupted, .limit: self = .killed
        default: self = .failed
        }
    }
}
