import LuaHost
import Testing

@testable import NightjarLua

@Suite("nj.options")
struct ScriptLibraryTests {
    private static let script = """
        --- Asks whether it works.
        ---   nightjar run script.lua

        local opt = nj.options{
            seeds = 5, data = "simulated", json = "", min_rows = { 3, "least rows of a user" },
            by = { "time", "how to split", { "time", "tail" } },
        }
        print(opt.seeds, math.type(opt.seeds), opt.data, opt.min_rows, opt.by)
        """

    @Test("gives each option its value and type")
    func values() throws {
        let running = try RunningSession(
            Self.script, arguments: ["--seeds=2", "--min-rows", "4", "--by", "tail"])
        #expect(running.failure() == nil)
        #expect(running.output == "2\tinteger\tsimulated\t4\ttail\n")
    }

    @Test(
        "prints the script's own comment and the options, and ends well",
        arguments: [
            SandboxLevel.repl, .script, .lab,
        ])
    func help(_ level: SandboxLevel) throws {
        let running = try RunningSession(Self.script, arguments: ["--help"], level: level)
        #expect(running.run()?.kind == .exit(0))
        #expect(
            running.output == """
                Asks whether it works.
                  nightjar run script.lua

                usage: \(running.folder.path)/script.lua [options]

                  --data TEXT   data set: a name, a path, or 'simulated' (default simulated)
                  --seeds N     how many seeds, from --seed on (default 5)
                  --json TEXT   file for the results
                  --by TEXT     how to split (time, tail; default time)
                  --min-rows N  least rows of a user (default 3)
                  --help        print this text

                """)
    }

    @Test("ends with a usage error that pcall cannot hide")
    func usageError() throws {
        let running = try RunningSession(
            "pcall(nj.options, { seed = 1 }) print('on')", arguments: ["--sede", "2"])
        #expect(running.run()?.kind == .exit(64))
        #expect(running.output == "")
        #expect(
            running.notices == [
                "\(running.folder.path)/script.lua: unknown option '--sede' (did you mean '--seed'?);"
                    + " --help lists what there is"
            ])
    }

    @Test("takes arguments without a name when a text says what they are")
    func arguments() throws {
        let running = try RunningSession(
            "local opt = nj.options{ 'FILE…', seed = 1 } print(opt.seed, #opt.arguments, opt.arguments[2])",
            arguments: ["a", "--seed", "9", "b"])
        #expect(running.failure() == nil)
        #expect(running.output == "9\t2\tb\n")
    }

    @Test(
        "refuses a declaration that is none",
        arguments: [
            ("x = {}", "option 'x' needs a default"), ("x = print", "option 'x' needs a default"),
            ("help = true", "option 'help' has a meaning of its own"),
            ("by = { 'a', 'x', { 'b' } }", "the default is none of the choices"),
        ])
    func declarations(_ declaration: String, _ message: String) throws {
        let running = try RunningSession("nj.options{ \(declaration) }")
        #expect(running.run()?.message.contains(message) == true)
    }
}
