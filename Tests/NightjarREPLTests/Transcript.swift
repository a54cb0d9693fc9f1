import LuaHost
import NightjarLua
import NightjarRuntime
import Testing

@testable import NightjarREPL

/// A dialogue at the prompt: what was typed behind the prompts, and all that was shown.
final class Dialogue {
    private struct Typist: LineReader {
        let dialogue: Dialogue
        var lines: ArraySlice<String>
        var showsInput = true
        var endsLines = false

        mutating func readLine(prompt: String) -> InputLine {
            guard let line = lines.popFirst() else { return .end }
            if showsInput { dialogue.screen += prompt + line + "\n" }
            // Pressed when the line was read, and nothing runs yet.
            if line.hasSuffix(" -- ^C") { Interruption.request() }
            return line == "^C" ? .interrupted : .text(line)
        }
    }

    private(set) var screen = ""
    private(set) var exitCode: Int32 = -1

    /// Types the lines of a transcript that start with a prompt.
    ///
    /// Each look at the clock finds it `tick` seconds later.
    convenience init(
        _ transcript: String, level: SandboxLevel = .repl, journal: Journal? = nil, tick: Double = 0
    ) throws {
        let typed = transcript.split(separator: "\n")
            .filter { $0.hasPrefix("nj> ") || $0.hasPrefix("... ") }.map { String($0.dropFirst(4)) }
        try self.init(
            typing: typed, showsInput: true, level: level, journal: journal, tick: tick)
    }

    /// Types texts, each in one go; the screen has what was typed only if `showsInput`.
    init(
        typing texts: [String], showsInput: Bool = false, atTerminal: Bool = false,
        level: SandboxLevel = .repl, journal: Journal? = nil, tick: Double = 0
    ) throws {
        var configuration = Session.Configuration()
        configuration.level = level
        configuration.output = { [unowned self] in screen += String(decoding: $0, as: UTF8.self) }
        configuration.notice = { [unowned self] in screen += $0 + "\n" }
        let session = try Session(configuration)
        var console = Console(
            output: { [unowned self] in screen += String(decoding: $0, as: UTF8.self) },
            notice: { [unowned self] in screen += $0 + "\n" })
        console.isInteractive = atTerminal
        console.isLineOpen = { [unowned self] in !screen.isEmpty && !screen.hasSuffix("\n") }
        let typist = Typist(
            dialogue: self, lines: texts[...], showsInput: showsInput, endsLines: atTerminal)
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
