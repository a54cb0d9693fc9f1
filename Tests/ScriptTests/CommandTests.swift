import Foundation
import Testing

@Suite("nightjar")
struct CommandTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    // MARK: Running Lua

    @Test("runs texts in one state, in order")
    func texts() throws {
        let run = try NightjarRun("-e", "x = 20", "-e", "print(x + 1)")
        run.expectEnd(status: 0)
        #expect(run.output == "21\n")
        #expect(run.errors == "")
    }

    @Test("shows an expression behind statements, and helps, also outside of a dialogue")
    func promptTexts() throws {
        let run = try NightjarRun("-e", "x = 20; x + 1", "-e", "help(print)", "-e", "apropos 'svd'")
        run.expectEnd(status: 0)
        #expect(run.output.hasPrefix("21\nprint(...)\n"))
        #expect(run.output.contains("\n  nj.linalg.svd  "))
    }

    @Test("tells what to do with a word that is no command")
    func strayWords() throws {
        let path = try folder.write("print(1)")
        let script = try NightjarRun(path)
        script.expectEnd(status: 64)
        #expect(
            script.errors.contains("'\(path)' is no command; nightjar run \(path) runs a script."))
        let typo = try NightjarRun("docter")
        typo.expectEnd(status: 64)
        #expect(typo.errors.contains("'docter' is no command (did you mean 'doctor'?)"))
    }

    @Test("hands a script everything behind its name, also what looks like an option")
    func arguments() throws {
        let path = try folder.write("print(#arg, ...)")
        let run = try NightjarRun("run", path, "--level", "-e", "--help", "a b", "--", "x")
        #expect(run.output == "6\t--level\t-e\t--help\ta b\t--\tx\n")
        run.expectEnd(status: 0)
    }

    @Test("shows an uncaught error with the user's own lines, and exits with 1")
    func error() throws {
        let path = try folder.write(
            "local function f(t)\n  return t.a.b\nend\nprint('before')\nprint(f({}))\n")
        let run = try NightjarRun("run", path)
        run.expectEnd(status: 1)
        #expect(run.output == "before\n")
        #expect(
            run.errors == """
                nightjar: \(path):2: attempt to index a nil value (field 'a')
                  \(path):2  in f           | return t.a.b
                  \(path):5  in main chunk  | print(f({}))

                """)
    }

    @Test(
        "exits as the script or the command line deserves",
        arguments: [
            (["-e", "os.exit(3)"], 3), (["-e", "os.exit(true)"], 0), (["-e", "x = = 1"], 1),
            (["-e", "error({})"], 1), (["run", "/no/such.lua"], 1), (["frobnicate"], 64),
            (["run"], 64), (["--memory", "-1", "-e", ""], 64), (["--level", "x"], 64),
            (["-e", "nj.options{ seed = 1 }"], 0), (["data", "info", "nonsense"], 1),
            (["--level", "script", "-e", "os.execute('true')"], 1),
            (["--memory", "8", "-e", "x = ('x'):rep(1e8)"], 1), (["--version"], 0),
        ] as [([String], Int32)])
    func exitCodes(_ arguments: [String], _ status: Int32) throws {
        let errors = try NightjarProcess(arguments).expectEnd(status: status)
        #expect(errors.isEmpty == (status == 0 || status == 3))
    }

    @Test("exits with 64 when a script's options do not fit, and with 0 after its help")
    func scriptOptions() throws {
        let path = try folder.write(
            "--- Does it.\nlocal opt = nj.options{ seed = 1 }\nprint(opt.seed)")
        let wrong = try NightjarRun("run", path, "--sede=2")
        wrong.expectEnd(status: 64)
        #expect(
            wrong.errors == "nightjar: \(path): unknown option '--sede' (did you mean '--seed'?);"
                + " --help lists what there is\n")
        let help = try NightjarRun("run", path, "--help")
        help.expectEnd(status: 0)
        #expect(help.output.hasPrefix("Does it.\n\nusage: "))
        #expect(try NightjarRun("run", path, "--seed", "7").output == "7\n")
    }

    @Test("shows the values of an expression, as the prompt does")
    func expression() throws {
        #expect(try NightjarRun("-e", "1 + 1").output == "2\n")
        #expect(try NightjarRun("-e", "x = { 1, 'a' }", "-e", "x").output == "{ 1, \"a\" }\n")
        #expect(try NightjarRun("-e", "1 + 1;").output == "")
        #expect(try NightjarRun("-e", "print 'a'").output == "a\n")
    }

    @Test("ends quietly when nobody reads its output any more")
    func closedPipe() throws {
        let process = try NightjarProcess(["-e", "while true do print('line') end"])
        #expect(process.reads("line\n"))
        try process.closeOutput()
        #expect(try process.expectEnd(status: 128 + SIGPIPE) == "")
    }

    // MARK: Ctrl-C

    @Test("stops a script at Ctrl-C, says where, and exits with 130")
    func interruptScript() throws {
        let text = "io.stdout:write('ready\\n'):flush() while true do end"
        let path = try folder.write(text)
        let process = try NightjarProcess(["run", path])
        #expect(process.reads("ready\n"))
        process.interrupt()
        let errors = try process.expectEnd(status: 130)
        #expect(
            errors
                == "nightjar: interrupted\n  \(path):1  in main chunk  | \(text)\n")
    }

    @Test("stops a form at Ctrl-C and goes on with the next")
    func interruptForm() throws {
        let process = try NightjarProcess([])
        try process.type("x = 5\nprint('ready') io.stdout:flush() while true do end\nx\n")
        #expect(process.reads("ready\n"))
        process.interrupt()
        #expect(try process.expectEnd(status: 1) == "interrupted\n")
        #expect(process.seen == "ready\n5\n")
    }

    // MARK: The prompt

    @Test("reads a pipe form by form, without banner and prompts")
    func pipe() throws {
        let run = try NightjarRun(
            input: "1 + 1\nfunction f()\nreturn 'a'\nend\nf()\n\n?nj.clock\nfoo()\n2")
        #expect(run.output.hasPrefix("2\n\"a\"\nnj.clock()\n"))
        #expect(run.output.hasSuffix("\n2\n"))
        #expect(run.errors == "attempt to call a nil value (global 'foo')\n")
        run.expectEnd(status: 1)
    }

    // MARK: Other commands

    @Test("lists data sets, and those in the folders of NIGHTJAR_DATA with their place")
    func dataList() throws {
        try folder.write("1::2::3::4\n1::3::3::5\n", to: "mine/ratings.dat")
        let environment = ["NIGHTJAR_DATA": folder.path, "HOME": folder.path, "XDG_DATA_HOME": ""]
        let list = try NightjarRun("data", "list", environment: environment)
        #expect(list.output.contains("\nmine  "))
        #expect(list.output.contains("  \(folder.path(of: "mine"))\n"))
        #expect(list.output.contains("not here; nightjar data fetch ml-100k\n"))
        #expect(list.output.hasPrefix("simulated  ") && list.output.contains("built in: "))
        let built = try NightjarRun("data", "info", "simulated", environment: environment)
        #expect(built.output.hasPrefix("simulated: a generated film log"))
        let info = try NightjarRun("data", "info", "ml-100k", environment: environment)
        #expect(info.output.contains("terms: ") && info.output.contains("cite: "))
    }

    @Test("fetches nothing before the terms are accepted")
    func terms() throws {
        // Without an answer nothing may be sent; the mirror is an address where nobody listens.
        let environment = [
            "HOME": folder.path, "XDG_DATA_HOME": "", "NIGHTJAR_MIRROR": "http://127.0.0.1:9/",
        ]
        let run = try NightjarRun("data", "fetch", "ml-100k", environment: environment)
        run.expectEnd(status: 1)
        #expect(run.errors.contains("Terms: "))
        #expect(run.errors.contains("its terms were not accepted"))
        #expect(run.errors.contains("--yes"))
    }

    @Test("prints reference pages, and definitions that are Lua")
    func reference() throws {
        let pages = try NightjarRun("docs")
        #expect(pages.output.hasPrefix("# Nightjar reference\n"))
        #expect(pages.output.contains("\n### nj.options\n"))
        for module in ["nj.experiment", "nj.policies.opponents", "nj.planted"] {
            #expect(pages.output.contains("\n## \(module)\n"))
        }
        #expect(!pages.output.contains("_spec\n"))
        let definitions = try NightjarRun("meta")
        #expect(definitions.output.hasPrefix("---@meta\n"))
        let file = try folder.write(definitions.output)
        try NightjarRun("-e", "assert(loadfile('\(file)'))").expectEnd(status: 0)
    }

    @Test("writes the reference page to a file, or says why not")
    func referencePage() throws {
        let file = folder.path(of: "reference.html")
        let run = try NightjarRun("docs", "--html", "-o", file)
        #expect(run.status == 0 && run.output == "" && run.errors == "")
        let page = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try NightjarRun("docs", "--html").output == page)
        #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.hasSuffix("</html>\n"))
        let failed = try NightjarRun("docs", "-o", "/no/such/folder/x.md")
        #expect(failed.status == 1 && failed.errors.contains("/no/such/folder/x.md"))
        #expect(try NightjarRun("docs", "--help").output.contains("--html -o reference.html"))
    }

    @Test("tells what the machine has")
    func doctor() throws {
        let run = try NightjarRun("doctor", environment: ["NIGHTJAR_DATA": "/no/such/folder"])
        run.expectEnd(status: 0)
        let words = [
            "nightjar ", "processor ", "products ", "OpenBLAS ", "gnuplot ",
            "/no/such/folder (not there)",
        ]
        for word in words { #expect(run.output.contains(word)) }
    }
}
