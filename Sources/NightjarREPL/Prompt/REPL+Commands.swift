// What the prompt does itself: questions, commands, the shell.

import LuaHost
import NightjarLua
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

extension REPL {
    /// Acts on a line that starts with `?`, `:` or `!`.
    func command(_ text: String) -> Step {
        if let name = PromptLine.name(in: text) {
            console.write(help.text(about: name) + "\n")
            return .goOn
        }
        let rest = String(text.dropFirst()).trimmed
        switch text.first {
        case "?": console.write(help.text(about: rest) + "\n")
        case "!": shell(rest)
        default: return command(name: String(rest.prefix { !$0.isWhitespace }), rest)
        }
        return .goOn
    }

    private func command(name: String, _ text: String) -> Step {
        let rest = String(text.dropFirst(name.count)).trimmed
        switch name {
        case "quit", "q": return .leave(0)
        case "help": console.write(Help.introduction + "\n")
        case "trace":
            console.write((lastError.map(errorText.trace) ?? "there was no error yet") + "\n")
        case "locals":
            console.write((lastError.map(errorText.locals) ?? "there was no error yet") + "\n")
        case "time":
            guard !rest.isEmpty else {
                fail(":time needs code, such as :time nj.evaluate(net, test)")
                return .goOn
            }
            return evaluate(rest, isTimed: true)
        case "set": set(rest)
        case "reset": attempt { try workspace.reset() }
        case "save": file(rest, "save") { try save($0) }
        case "load": file(rest, "load") { try load($0) }
        default:
            let hint = Suggestion.nearest(to: name, in: PromptCommand.names)
            fail(
                "there is no command :\(name)"
                    + (hint.map { " (did you mean ':\($0)'?)" } ?? "; :help lists them"))
        }
        return .goOn
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { fail("\(error)") }
    }

    // MARK: Settings

    private func set(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        switch words.count {
        case 0: console.write(settings.description + "\n")
        case 2: attempt { try settings.set(words[0], to: words[1]) }
        default: fail(":set needs a name and a value, such as :set time always")
        }
    }

    // MARK: Files

    private func file(_ path: String, _ name: String, _ body: (String) throws -> Void) {
        guard !path.isEmpty else {
            fail(":\(name) needs a file, such as :\(name) session.safetensors")
            return
        }
        attempt {
            // At level lab a home folder is outside of the working folder like any other.
            let isLab = session.configuration.level == .lab
            let path = isLab ? path : FilePaths.expanded(path)
            try session.state.checkPath(path)
            try body(path)
        }
    }

    private func save(_ path: String) throws {
        let saved = try SavedSession.write(workspace.variables(), of: session.state, to: path)
        let names = saved.names.joined(separator: ", ")
        console.write("saved \(names.isEmpty ? "nothing" : names)\n")
        for (_, reason) in saved.refused { console.notice("not saved: \(reason)") }
        for (path, kind) in saved.needing {
            console.notice(
                "before :load, run what defines '\(kind)': \(path) holds its values only")
        }
    }

    private func load(_ path: String) throws {
        let names = try SavedSession.read(path, into: session.state)
        console.write("loaded \(names.isEmpty ? "nothing" : names.joined(separator: ", "))\n")
    }

    // MARK: The shell

    private func shell(_ command: String) {
        guard session.configuration.level == .repl else {
            return fail("the shell is out of reach at this level; start nightjar without --level")
        }
        guard !command.isEmpty else { return fail("! needs a command, such as !ls") }
        console.flush()
        let status = system(command)
        guard status != -1 else {
            return fail("cannot start a shell: \(String(cString: strerror(errno)))")
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        if code != 0 { fail("exit code \(code)") }
    }
}
