import Testing

@testable import NightjarREPL

@Suite("Prompt")
struct REPLTests {
    @Test("shows the values of expressions, unless a semicolon silences them")
    func values() throws {
        try expect(
            """
            nj> 0.1 + 0.2;
            nj> x = 3
            nj> x, x / 2
            3
            1.5
            nj> nil
            nil
            nj> print("a", 1)
            a	1
            nj> "tab\\tquote\\""
            "tab\\tquote\\""
            nj> -- nothing
            """, exitCode: 0)
    }

    /// In a process of its own, as the request to stop concerns the whole process.
    @Test("stops a form at Ctrl-C that came before it began, and no other")
    func earlyInterrupt() async {
        await #expect(processExitsWith: .success) {
            try expect(
                """
                nj> while true do end -- ^C
                interrupted
                nj> 6 * 7
                42
                nj> = -- ^C
                unexpected symbol near '='
                nj> 6 * 7
                42
                """)
        }
    }

    @Test("keeps the last three values")
    func lastValues() throws {
        try expect(
            """
            nj> 1
            1
            nj> 2;
            nj> 3
            3
            nj> _, _2, _3
            3
            2
            1
            nj> nil
            nil
            nj> _ + 1
            4
            """)
    }

    @Test("asks for more exactly while the form can go on")
    func continuation() throws {
        try expect(
            """
            nj> function twice(x)
            ... return 2 * x
            ... end
            nj> twice(
            ... 4)
            8
            nj> {1,
            ... 2}
            { 1, 2 }
            nj> x = = 1
            unexpected symbol near '='
            nj> for
            ... ^C
            nj> 1
            1
            """)
    }

    @Test("shows an expression behind statements, in one line or several")
    func tails() throws {
        try expect(
            """
            nj> a = 1; a
            1
            nj> a = 2; a;
            nj> a
            2
            nj> for i = 1, 2 do print(i) end; a + 1
            1
            2
            3
            nj> a = 1 -- not this; print("no")
            nj> do
            ... a = 5
            ... end; a
            5
            """, exitCode: 0)
    }

    @Test("begins a new line behind output without an end, but only on a screen")
    func openLines() throws {
        let texts = ["io.write('a') error('b', 0)", "io.write('c') return 1"]
        #expect(try Dialogue(typing: texts, atTerminal: true).screen == "a\nb\nc\n1\n")
        #expect(try Dialogue(typing: texts).screen == "ab\nc1\n")
    }

    @Test("runs forms that came as one text one after the other, up to an error")
    func sequences() throws {
        func shown(_ text: String) throws -> String {
            let typist = try Dialogue(typing: [text])
            return typist.screen
        }
        #expect(try shown("x = 1\nx\ny = x + 1\ny") == "1\n2\n")
        #expect(try shown("function f(x)\n  return x + 1\nend\n\nf(1)\n") == "2\n")
        #expect(try shown("local a = 4\na") == "4\n")
        let unknown = "there is no help on 'nope'; apropos \"nope\" searches all descriptions\n"
        #expect(try shown("x = 1\n:set depth 2\n?nope\nx") == unknown + "1\n")
        #expect(
            try shown("x = 1\nx\nnope()\nx = 2\nx")
                == "1\nattempt to call a nil value (global 'nope')\nstopped before: x = 2\n")
        // What is wrong somewhere does not run at all.
        #expect(
            try shown("print(1)\nx y\nz = 1") == "syntax error near 'y'\n  repl:1:2  | x y\n")
    }

    @Test("shows the wrong line of a form of several, and what Lua writes for others' habits")
    func wrongLines() throws {
        try expect(
            """
            nj> function h()
            ...   local a = 1
            ...   local b = = 2
            unexpected symbol near '='
              repl:1:3  | local b = = 2
            nj> x != 2
            syntax error near '!'
            Lua writes ~= for not equal, and not for no
            nj> x += 1
            syntax error near '+'
            Lua has neither += nor ++; write x = x + 1
            """)
    }

    @Test("tells what is missing when the input ends inside a form")
    func unfinished() throws {
        let dialogue = try Dialogue("nj> if x then")
        #expect(dialogue.screen == "nj> if x then\n'end' expected near <eof>\n")
        #expect(dialogue.exitCode == 1)
    }

    @Test("puts the message first, then the user's own lines")
    func errors() throws {
        try expect(
            """
            nj> nj.clokc()
            nj has no field 'clokc' (did you mean 'clock'?)
            nj> nj.write_json()
            bad argument #1 to 'write_json' (string expected, got nil): the file, as in \
            nj.write_json("results.json", { seed = 1, mrr = 0.0612 })
            nj> prnt(1)
            attempt to call a nil value (global 'prnt')
            did you mean 'print'?
            nj> function outer(t)
            ...   return inner(t) + 1
            ... end
            nj> function inner(t)
            ...   return t.a.b
            ... end
            nj> outer({})
            repl:5:2: attempt to index a nil value (field 'a')
              repl:5:2  in inner       | return t.a.b
              repl:4:2  in outer       | return inner(t) + 1
              repl:6:1  in main chunk  | outer({})
            nj> error({ code = 3 })
            error value: { code = 3 }
            nj> 1
            1
            """, exitCode: 1)
    }

    @Test("lets no error speak to the terminal")
    func harmlessErrors() throws {
        try expect(
            """
            nj> error("\\27[31mred\\u{202e}", 0)
            \\27[31mred\\u{202e}
            """)
    }

    @Test("shows all calls on demand")
    func trace() throws {
        try expect(
            """
            nj> :trace
            there was no error yet
            nj> string.rep()
            bad argument #1 to 'rep' (string expected, got no value)
            nj> :trace
            repl:1:1: bad argument #1 to 'rep' (string expected, got no value)
              [C]       in rep
              repl:1:1  in main chunk  | string.rep()
            """)
    }

    @Test("shows local variables as they were at the error, on demand")
    func localsOfError() throws {
        try expect(
            """
            nj> :locals
            there was no error yet
            nj> function loss(row, weight)
            ...   local scores = { 0.5, 1.5 }
            ...   return scores[row] * weight
            ... end
            nj> function total(n)
            ...   local sum = 0
            ...   for row = 1, n do sum = sum + loss(row, 2) end
            ...   return sum
            ... end
            nj> total(3)
            repl:1:3: attempt to perform arithmetic on a nil value (field '?')
              repl:1:3  in loss        | return scores[row] * weight
              repl:2:3  in total       | for row = 1, n do sum = sum + loss(row, 2) end
              repl:3:1  in main chunk  | total(3)
            nj> :locals
              repl:1:3  in loss        | return scores[row] * weight
                row    = 3
                weight = 2
                scores = { 0.5, 1.5 }
              repl:2:3  in total       | for row = 1, n do sum = sum + loss(row, 2) end
                n   = 3
                sum = 4.0
                row = 3
              repl:3:1  in main chunk  | total(3)
                no local variables
            nj> x = = 1
            unexpected symbol near '='
            nj> :locals
            the error arose outside of scripts
            """)
    }

    @Test("says once that locals end with their line")
    func locals() throws {
        try expect(
            """
            nj> local x = 1
            a local variable ends with its line; leave out 'local' to keep it
            nj> local y = 2
            nj> x
            nil
            """)
    }

    @Test("leaves with the code of os.exit, or by command")
    func leaving() throws {
        try expect("nj> os.exit(7)", exitCode: 7)
        try expect("nj> error('x')\nx\nnj> :quit", exitCode: 0)
        try expect("nj> :qiut\nthere is no command :qiut (did you mean ':quit'?)", exitCode: 1)
    }

    @Test("runs a label at the start of a line as Lua")
    func label() throws {
        try expect("nj> ::again:: x = 5\nnj> x\n5")
    }
}
