import Foundation
import Testing

@testable import NightjarREPL

@Suite("Commands of the prompt")
struct PromptCommandTests {
    @Test("change how values are shown")
    func settings() throws {
        try expect(
            """
            nj> :set elements 2
            nj> { 1, 2, 3 }
            { 1, 2, … (3 in all) }
            nj> :set depth 0
            nj> { 1 }
            { … }
            nj> :set elements 0
            'elements' is a number from 1 to 1000, not '0'
            nj> :set dpth 3
            there is no setting 'dpth' (did you mean 'depth'?); :set lists them
            nj> :set time
            :set needs a name and a value, such as :set time always
            nj> :set time sometimes
            'time' is auto, always or never, not 'sometimes'
            """, exitCode: 1)
        #expect(try Dialogue("nj> :set").screen.contains("\nelements 20  elements and fields"))
    }

    @Test("tell times, and a mistake after :time is one of the form")
    func time() throws {
        try expect(
            """
            nj> :time 1 + 1
            2
            1.00 s
            nj> :time
            :time needs code, such as :time nj.evaluate(net, test)
            nj> :set time always
            nj> nil
            nil
            1.00 s
            nj> error("x", 0)
            x
            1.00 s
            """, tick: 1)
    }

    @Test("find words in everything that is declared")
    func apropos() throws {
        let screen = try Dialogue("nj> apropos 'jumps'").screen
        #expect(
            screen
                == "nj> apropos 'jumps'\n  nj.clock  Reads a clock that never jumps, for measuring.\n"
        )
        try expect("nj> apropos 'zzzz'\nnothing mentions 'zzzz'")
        try expect("nj> apropos()\napropos needs a word, such as apropos \"influence\"")
    }

    @Test("are listed by :help, and suggested")
    func help() throws {
        let screen = try Dialogue("nj> :help").screen
        for command in PromptCommand.all { #expect(screen.contains("\n:\(command.name) ")) }
        #expect(screen.split(separator: "\n").allSatisfy { $0.count <= 100 })
        try expect("nj> :tmie 3\nthere is no command :tmie (did you mean ':time'?)")
        try expect("nj> :zzzzz\nthere is no command :zzzzz; :help lists them")
    }

    @Test("run the shell only where scripts may, too")
    func shell() throws {
        try expect("nj> !exit 3\nexit code 3")
        try expect("nj> !kill -9 $$\nexit code 137")
        try expect("nj> !\n! needs a command, such as !ls")
        let refusal = "the shell is out of reach at this level; start nightjar without --level"
        try expect("nj> !true\n\(refusal)", level: .script)
    }

    @Test("save and load below the working folder at level lab")
    func labFiles() throws {
        let name = "nightjar-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: name) }
        try expect(
            """
            nj> x = { 1, 2 }
            nj> :save \(name)
            saved x
            nj> x = nil
            nj> :load \(name)
            loaded x
            nj> x
            { 1, 2 }
            """, level: .lab)
        let reason = "outside of the working folder, where this level may not reach"
        for path in ["../\(name)", "/tmp/\(name)", "~/\(name)"] {
            try expect(
                """
                nj> :save \(path)
                '\(path)' is \(reason). Give a path within it.
                nj> :load \(path)
                '\(path)' is \(reason). Give a path within it.
                """, level: .lab)
        }
    }

    @Test("write times in readable units")
    func units() {
        let texts = [0.0000123, 0.0123, 0.35, 12.3, 125, 4000].map(Clock.text)
        #expect(texts == ["12 µs", "12.3 ms", "0.35 s", "12.30 s", "2:05 min", "1:06:40 min"])
    }
}
