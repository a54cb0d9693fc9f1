// Runs Lua for the commands, and turns how it ended into an exit code.

import ArgumentParser
import Glibc
import LuaHost
import NightjarLua
import NightjarREPL
import NightjarRuntime
import NightjarTensor

/// Sessions on the process's own streams.
struct ScriptRunner {
    private let console = Console.standard()
    private let limits: LimitOptions

    init(_ limits: LimitOptions) throws {
        self.limits = limits
        LuaState.handleInterrupts()
    }

    /// Runs a script with its arguments.
    func run(script: String, arguments: [String]) throws {
        let session = try session(script: script, arguments: arguments)
        try finish(session) { try session.runScript() }
    }

    /// Runs texts one after the other, in one state, each as if typed at the prompt.
    func run(texts: [String]) throws {
        let session = try session()
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
        configuration.level = limits.level.sandbox
        configuration.memoryLimit = limits.memoryBytes
        configuration.script = script
        configuration.arguments = arguments
        configuration.libraryFolders = Installation.libraryFolders
        configuration.output = console.write
        configuration.notice = { [console] in console.notice("nightjar: \($0)") }
        configuration.progress = console.progress
        return try Session(configuration)
    }

    /// Runs `body`, reports its error, and leaves with the exit code that belongs to it.
    private func finish(_ session: Session, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as LuaError {
            if case .exit(let code) = error.kind {
                console.flush()
                throw ExitCode(Int32(truncatingIfNeeded: code))
            }
            let text = ErrorText(libraryFolders: session.configuration.libraryFolders)
            console.notice("nightjar: \(text.full(error))")
            throw ExitCode(error.kind == .interrupted ? 128 + SIGINT : 1)
        }
        console.flush()
    }
}
