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
            there is no help on 'me'
            nj> ?string.format
            there is no help on 'string.format'
            nj> help(12)
            there is no help on this number
            nj> ?..
            there is no help on '..'
            """)
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
}
