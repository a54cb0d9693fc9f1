import Foundation
import Testing

@testable import NightjarREPL

/// The prompt at a real terminal.
@Suite("The prompt at a terminal", .serialized)
struct TerminalTests {
    private let state = TemporaryState()

    /// A folder for history and journals.
    private final class TemporaryState {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    private func terminal(
        _ command: [String] = [PseudoTerminal.nightjar], columns: Int = 80,
        environment: [String: String] = [:]
    ) throws -> PseudoTerminal {
        try PseudoTerminal(
            command,
            environment: ["XDG_STATE_HOME": state.folder.path].merging(environment) { $1 },
            columns: columns)
    }

    @Test("greets, runs forms, and leaves the terminal as it was")
    func dialogue() throws {
        let terminal = try terminal()
        terminal.expectEnd("\nnj> ")
        #expect(terminal.screen.text.hasPrefix("nightjar "))
        #expect(!terminal.isCooked)
        #expect(terminal.screen.modes.contains("?2004"))
        terminal.type("6 * 7\r")
        terminal.expectEnd("nj> 6 * 7\n42\nnj> ")
        terminal.type("io.write('open');\r")
        terminal.expectEnd("nj> io.write('open');\nopen\nnj> ")
        terminal.type("\u{4}")
        #expect(terminal.finish() == 0)
        #expect(terminal.isCooked)
        #expect(!terminal.screen.modes.contains("?2004"))
    }

    @Test("stops a loop at Ctrl-C and goes on, with the terminal cooked meanwhile")
    func interrupt() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("kept = 5 print 'running' while true do end\r")
        terminal.expect("\nrunning")
        #expect(terminal.isCooked)
        terminal.type("\u{3}")
        terminal.expectEnd("\nrunning\n^C\ninterrupted\nnj> ")
        terminal.type("kept + 1\r")
        terminal.expect("\n6\nnj>")
        terminal.type("x = (\r1\u{3}")
        terminal.expectEnd("nj> x = (\n...   1\nnj> ")
        terminal.send(SIGINT)
        terminal.expectEnd("...   1\nnj>\nnj> ")
    }

    @Test("stops a loop of shell commands at Ctrl-C, which only the command gets")
    func interruptedCommands() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        // The shell itself waits: one that is just starting a program can miss a Ctrl-C.
        terminal.type("while true do os.execute 'echo running; read answer' end\r")
        terminal.expect("\nrunning")
        terminal.type("\u{3}")
        terminal.expectEnd("\nrunning\n^C\ninterrupted\nnj> ")
    }

    @Test("runs a dialogue copied from a prompt, form by form")
    func pastedDialogue() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        let copied =
            "nj> x = 5\nnj> x\n5\nnj> function f()\n...   return x\n... end\nnj> f() + 1\n6\n"
        terminal.type("\u{1B}[200~\(copied)\u{1B}[201~")
        terminal.expectEnd(
            "nj> x = 5\n... x\n... function f()\n...   return x\n... end\n... f() + 1")
        terminal.type("\r")
        terminal.expectEnd("... f() + 1\n5\n6\nnj> ")
    }

    @Test("runs what was entered while a form ran")
    func typeAhead() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("print 'running' local t = nj.clock() repeat until nj.clock() - t > 0.5\r")
        terminal.expect("\nrunning")
        terminal.type("6 * 7\r1 + 1\r")
        terminal.expectEnd("nj> 6 * 7\n42\nnj> 1 + 1\n2\nnj> ")
    }

    @Test("takes a pasted script of many lines as one form")
    func paste() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        let lines = (1...200).map { "x\($0) = {\n  \($0) }" }.joined(separator: "\n")
        terminal.type("\u{1B}[200~\(lines)\n\u{1B}[201~")
        terminal.expectEnd("... x200 = {\n...   200 }")
        terminal.type("\r")
        terminal.expectEnd("nj> ")
        terminal.type("x1[1] + x200[1]\r")
        terminal.expect("\n201\nnj>")
    }

    @Test("recalls in one session what was entered in another, several lines as one form")
    func history() throws {
        let first = try terminal()
        first.expectEnd("nj> ")
        first.type("function f()\rreturn 'é'\rend\r")
        first.expectEnd("... end\nnj> ")
        let second = try terminal()
        second.expectEnd("nj> ")
        second.type("\u{1B}[A")
        second.expectEnd("nj> function f()\n...   return 'é'\n... end")
        second.type("\u{3}'from second'\r")
        second.expect("\n\"from second\"\n")
        first.type("'from first'\r")
        first.expect("\n\"from first\"\n")
        let third = try terminal()
        third.expectEnd("nj> ")
        third.type("\u{12}from")
        third.expect("search 'from': 'from first'")
        third.type("\u{12}")
        third.expect("search 'from': 'from second'")
    }

    @Test(
        "kills and yanks, undoes, moves by words and over wide characters, and edits recalled forms",
        arguments: [
            // Ctrl-U kills the line, Ctrl-Y yanks it.
            ("1 + 22\u{15}100 + \u{19}\r", "\n123\nnj> "),
            // Ctrl-W kills a word; Ctrl-W and Ctrl-K, then Alt-Y behind Ctrl-Y yanks the older one.
            ("10 20\u{17}\u{1}\u{B}7 + \u{19}\u{1B}y\r", "\n27\nnj> "),
            // Ctrl-_ undoes the last kill.
            ("6 * 7\u{17}\u{1F}\r", "\n42\nnj> "),
            // Alt-B goes back over a word.
            ("2 * 10\u{1B}b3 + \r", "\n16\nnj> "),
            // Left goes over the quote, Backspace takes a whole wide character.
            ("'漢字'\u{1B}[D\u{7F}\r", "\n\"漢\"\nnj> "),
            // Up recalls a form of three lines, in whose second a digit is added.
            (
                "for i = 1, 2 do\rprint(i * 5)\rend\r\u{1B}[A\u{1B}[A\u{5}\u{7F}0)\r",
                "\n50\n100\nnj> "
            ),
        ])
    func editing(_ keys: String, _ end: String) throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type(keys)
        terminal.expectEnd(end)
    }

    @Test("draws the form anew when the window changes")
    func resize() throws {
        let terminal = try terminal(columns: 60)
        terminal.expectEnd("nj> ")
        terminal.type("words = 'one two three four five six seven'")
        terminal.expect("six seven'")
        terminal.resize(columns: 20)
        terminal.expectEnd("nj> words = 'one two\n three four five six\n seven'")
        terminal.resize(columns: 50)
        terminal.expectEnd("nj> words = 'one two three four five six seven'")
        terminal.type("\r")
        terminal.expectEnd("seven'\nnj> ")
    }

    @Test("completes at the tabulator and asks nothing of the script")
    func completion() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("nj.models.ls\t{ hid\t")
        terminal.expect("nj> nj.models.lstm{ hidden =")
        terminal.expect("hidden: size of the hidden state")
    }

    @Test("tells the time of long forms, and of others when asked")
    func timing() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("1\r")
        terminal.expectEnd("nj> 1\n1\nnj> ")
        terminal.type("local t = nj.clock() while nj.clock() - t < 0.12 do end 2\u{8}\u{8}\r")
        #expect(terminal.shows { $0.text.contains("\n0.1") && $0.text.hasSuffix(" s\nnj>") })
        terminal.type(":time 3\r")
        #expect(terminal.shows { $0.text.hasSuffix("s\nnj>") && $0.text.contains("\n3\n") })
    }

    @Test("lets the shell stop it and goes on with the form that was begun")
    func suspend() throws {
        let shell = try terminal(
            ["/bin/bash", "--norc", "-i"], environment: ["PS1": "shell> ", "HISTFILE": ""])
        shell.expect("shell>")
        shell.type("\(PseudoTerminal.nightjar)\r")
        shell.expectEnd("\nnj> ")
        shell.type("x = 12")
        shell.expectEnd("nj> x = 12")
        shell.type("\u{1A}")
        shell.expect("Stopped")
        shell.expectEnd("shell> ")
        shell.type("fg\r")
        shell.expectEnd("nj> x = 12")
        shell.type("3\rx\r")
        shell.expect("\n123\nnj>")
        shell.type("\u{4}")
        shell.expectEnd("shell> ")
    }

    @Test("takes the terminal again when it was stopped from outside")
    func stopped() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("x = 1")
        terminal.expectEnd("nj> x = 1")
        terminal.send(SIGSTOP)
        terminal.cook()
        #expect(terminal.isCooked)
        terminal.send(SIGCONT)
        #expect(terminal.shows { _ in !terminal.isCooked })
        terminal.type("2\rx\r")
        terminal.expect("nj> x = 12\nnj> x\n12\nnj>")
    }

    @Test("gives the terminal back when it is killed", arguments: [SIGTERM, SIGHUP])
    func killed(_ signal: Int32) throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        #expect(!terminal.isCooked)
        terminal.send(signal)
        #expect(terminal.finish() == 128 + signal)
        #expect(terminal.isCooked)
        #expect(!terminal.screen.modes.contains("?2004"))
    }

    @Test("writes the journal before a form runs")
    func journal() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("a = 1\ra + 1\rwhile true do end\r")
        terminal.expect("while true do end")
        Thread.sleep(forTimeInterval: 0.2)
        terminal.send(SIGKILL)
        #expect(terminal.finish() == 128 + SIGKILL)
        let folder = state.folder.appending(path: "nightjar/journal")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 1)
        let file = folder.appending(path: names.first ?? "")
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == "-- 1\na = 1\n-- 2\n_ = a + 1\n-- 3\nwhile true do end\n")
    }

    @Test("runs commands of the shell, which see the terminal as it was")
    func shellEscape() throws {
        let terminal = try terminal()
        terminal.expectEnd("nj> ")
        terminal.type("!stty -a | grep -o ' icanon' ; false\r")
        terminal.expect("\n icanon\nexit code 1\nnj>")
    }

    @Test("goes on without history and journal where they cannot be written, and says so once")
    func noState() throws {
        let terminal = try terminal(environment: ["XDG_STATE_HOME": "/proc/none"])
        terminal.expectEnd("nj> ")
        terminal.type("1\r2\r")
        terminal.expect("\n2\nnj>")
        let lines = terminal.screen.text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("the history is not kept: ") }.count == 1)
        #expect(lines.filter { $0.hasPrefix("no journal is kept: ") }.count == 1)
    }

    @Test("works plainly in a terminal that can do nothing")
    func dumb() throws {
        let terminal = try terminal(environment: ["TERM": "dumb"])
        terminal.expectEnd("\nnj> ")
        #expect(terminal.screen.text.hasPrefix("nightjar "))
        #expect(terminal.screen.text.contains("  Lua 5.4  "))
        #expect(terminal.isCooked)
        terminal.type("1 +\n")
        terminal.expectEnd("nj> 1 +\n... ")
        terminal.type("\u{3}")
        terminal.expectEnd("... ^C\nnj> ")
        terminal.type("print 'running' while true do end\n")
        terminal.expect("\nrunning")
        terminal.type("\u{3}")
        terminal.expectEnd("\nrunning\n^C\ninterrupted\nnj> ")
        terminal.type("6 * 7\n")
        terminal.expectEnd("nj> 6 * 7\n42\nnj> ")
        terminal.type("\u{4}")
        #expect(terminal.finish() == 0)
    }
}
