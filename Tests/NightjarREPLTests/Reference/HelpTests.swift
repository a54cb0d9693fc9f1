import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

@Suite("Help")
struct HelpTests {
    private static let clock = """
        nj.clock()
        Reads a clock that never jumps, for measuring.

        gives number: seconds since some fixed moment

        example: start = nj.clock(); print(nj.clock() - start)
        """

    @Test(
        "finds a function by its name, its last part, or itself",
        arguments: [
            "?nj.clock", "? clock", "help(nj.clock)", "help 'nj.clock'", "c = nj.clock\nnj> ?c",
        ])
    func function(_ question: String) throws {
        try expect("nj> \(question)\n\(Self.clock)")
    }

    @Test("names the fields of tables, and breaks long text")
    func fields() throws {
        try expect(
            """
            nj> ?nj.memory
            nj.memory()
            Tells how much memory live values take.

            gives table: bytes by kind
                lua     bytes in Lua's own heap (integer)
                native  bytes of tensors, logs and other native data (integer)

            example: collectgarbage(); print(nj.memory().native)
            """)
        let details = try Dialogue("nj> ?nj.write_json").screen.split(separator: "\n\n")[1]
        #expect(details.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(details.split(separator: "\n").count == 3)
    }

    @Test("lists what a module holds")
    func module() throws {
        for question in ["?nj", "help(nj)"] {
            let screen = try Dialogue("nj> \(question)").screen
            #expect(screen.contains("\n  nj.version "))
            #expect(screen.contains("\n  nj.options "))
        }
        try expect(
            "nj> nj\nmodule nj: Recommender experiments: data, models, training, influence, metrics."
        )
    }

    @Test("explains the prompt when asked for nothing")
    func introduction() throws {
        for question in ["?", ":help", "help()"] {
            try expect("nj> \(question)\n\(Help.introduction)")
        }
    }

    @Test("suggests a name, and never follows values in circles")
    func unknown() throws {
        try expect(
            """
            nj> ?clokc
            there is no help on 'clokc' (did you mean 'clock'?)
            nj> me = "me"
            nj> ?me
            there is no help on 'me'; apropos "me" searches all descriptions
            nj> ?string.fromat
            there is no help on 'string.fromat' (did you mean 'string.format'?)
            nj> help(12)
            there is no help on this number
            nj> ?..
            there is no help on '..'
            """)
    }

    @Test("knows Lua's own functions and statements, and where they are explained")
    func lua() throws {
        let manual = "Lua's own: https://www.lua.org/manual/5.4/manual.html"
        let rep = "string.rep(s, n, separator)\nRepeats a string.\n\n\(manual)#pdf-string.rep"
        try expect("nj> ?string.rep\n\(rep)\nnj> repeated = string.rep\nnj> help(repeated)\n\(rep)")
        try expect(
            "nj> ?while\nwhile condition do ... end\nRepeats a block while the condition holds.\n\n"
                + "\(manual)#3.3")
    }

    @Test("covers every function that Lua's libraries have, and every keyword")
    func manual() throws {
        let state = try Session().state
        for library in ["_G", "string", "table", "math", "os", "io", "coroutine", "debug", "utf8"] {
            guard case .table(let table) = try state.globals.get(library) else {
                Issue.record("no library \(library)")
                continue
            }
            let old = ["atan2", "cosh", "sinh", "tanh", "pow", "frexp", "ldexp", "log10"]
            for (name, value) in try table.fields() where !old.contains(name) {
                guard case .function(let function) = value, function.declaration == nil else {
                    continue
                }
                let path = library == "_G" ? name : "\(library).\(name)"
                #expect(LuaManual.entry(for: function, in: state)?.name == path)
            }
        }
        for keyword in LuaLexer.keywords { #expect(LuaManual.entry(named: keyword) != nil) }
        for name in LuaManual.names {
            let entry = LuaManual.entry(named: name)
            #expect(entry?.summary.isEmpty == false)
            #expect(entry?.form.contains(name) == true)
        }
    }

    @Test("says of a script's function what its text tells")
    func ownFunctions() throws {
        try expect(
            """
            nj> function twice(x, ...) return 2 * x end
            nj> ?twice
            function(x, ...) at repl:1:1
            A function of a script.
            """)
    }

    @Test("answers questions with the mark behind the name, and on the prompt's own words")
    func otherQuestions() throws {
        try expect("nj> nj.clock?\n\(Self.clock)")
        try expect(
            """
            nj> ?:save
            :save FILE
            write tensors, models and tables to one file
            nj> help(who)
            who()
            Lists your variables with their sizes.
            nj> x ? 1
            syntax error near '?'
            """)
    }

    @Test("fits a terminal when it introduces itself, and shows operators as they are written")
    func layout() throws {
        #expect(Help.introduction.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let screen = try Dialogue("nj> ?nj.Tensor").screen
        #expect(screen.contains("\n  left + right "))
        #expect(!screen.contains("__"))
    }

    @Test("finds methods and properties of an object in a variable")
    func members() throws {
        let made = "nj> log = nj.data.interactions{ users = { 1 }, items = { 1 } }\n"
        for method in ["?log:split", "?log.split"] {
            #expect(
                try Dialogue(made + "nj> " + method).screen.contains("\nnj.Interactions:split({"))
        }
        #expect(try Dialogue(made + "nj> ?log.name").screen.contains("\nnj.Interactions.name\n"))
        #expect(try Dialogue(made + "nj> ?log.zzz").screen.contains("no help on 'log.zzz'"))
    }

    @Test("keeps to the width of a terminal, and every argument in one piece")
    func width() throws {
        let screen = try Dialogue("nj> ?nj.fit").screen
        let lines = screen.split(separator: "\n").filter { !$0.hasPrefix("example") }
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(screen.contains("    lr = 0.001") || screen.contains(", lr = 0.001,"))
        #expect(screen.contains("\n    every          epochs between files of their own (integer)"))
        #expect(screen.contains("\n  epochs           passes over the examples (integer"))
    }

    @Test("fits narrow screens", arguments: [30, 60])
    func narrow(_ width: Int) throws {
        let help = Help(try Session().state, width: { width })
        for name in ["nj.fit", "nj.tensor.zeros", "nj", "nj.Tensor"] {
            for line in help.text(about: name).split(separator: "\n") where line.contains(" ") {
                // A word may be longer than the screen, and examples stay as they can be copied.
                let isWhole =
                    line.split(separator: " ").count == 1 || line.hasPrefix("example: ")
                #expect(line.count <= width || isWhole, "\(line)")
            }
        }
    }
}
