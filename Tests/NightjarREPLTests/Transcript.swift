import LuaHost
import NightjarLua
import NightjarRuntime
import Testing

@testable import NightjarREPL

/// A dialogue at the prompt: what was typed behind the prompts, and all that was shown.
final class Dialogue {
    private struct Typist: LineReader {
        let dialogue: Dialogue
        var lines: ArraySlice<Substring>

        mutating func readLine(prompt: String) -> InputLine {
            guard let line = lines.popFirst() else { return .end }
            dialogue.screen += prompt + line + "\n"
            // Pressed when the line was read, and nothing runs yet.
            if line.hasSuffix(" -- ^C") { Interruption.request() }
            return line == "^C" ? .interrupted : .text(String(line))
        }
    }

    private(set) var screen = ""
    private(set) var exitCode: Int32 = -1

    /// Types the lines of a transcript that start with a prompt.
    ///
    /// Each look at the clock finds it `tick` seconds later.
    init(
        _ transcript: String, level: SandboxLevel = .repl, journal: Journal? = nil, tick: Double = 0
    ) throws {
        var configuration = Session.Configuration()
        configuration.level = level
        configuration.output = { [unowned self] in screen += String(decoding: $0, as: UTF8.self) }
        configuration.notice = { [unowned self] in screen += $0 + "\n" }
        let session = try Session(configuration)
        let console = Console(
            output: { [unowned self] in screen += String(decoding: $0, as: UTF8.self) },
            notice: { [unowned self] in screen += $0 + "\n" })
        let typed = transcript.split(separator: "\n")
            .filter { $0.hasPrefix("nj> ") || $0.hasPrefix("... ") }.map { $0.dropFirst(4) }
        let typist = Typist(dialogue: self, lines: typed[...])
        var time = 0.0
        let repl = try REPL(
            session, console: console, reader: typist, journal: journal,
            seconds: {
                time += tick
                return time
            })
        exitCode = repl.run()
    }
}

/// Expects that typing the input of a transcript shows the transcript.
func expect(
    _ transcript: String, exitCode: Int32? = nil, level: SandboxLevel = .repl, tick: Double = 0,
    at location: SourceLocation = #_sourceLocation
) throws {
    let dialogue = try Dialogue(transcript, level: level, tick: tick)
    #expect(dialogue.screen == transcript + "\n", sourceLocation: location)
    if let exitCode { #expect(dialogue.exitCode == exitCode, sourceLocation: location) }
}
