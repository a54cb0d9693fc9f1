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
            bad argument #1 to 'write_json' (string expected, got nil)
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
            (error object is a table value)
            nj> 1
            1
            """, exitCode: 1)
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
