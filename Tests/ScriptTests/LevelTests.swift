import Foundation
import Testing

@Suite("nightjar run")
struct LevelTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    @Test("runs scripts of others without processes, and warns of their globals")
    func scriptLevel() throws {
        let path = try folder.write("print(os.execute, io.popen, io.open ~= nil)\nfound = 1")
        let run = try NightjarRun("run", path)
        run.expectEnd(status: 0)
        #expect(run.output == "nil\tnil\ttrue\n")
        #expect(
            run.errors == "nightjar: warning: \(path):2: new global 'found'; write 'local found'"
                + " unless other files need it\n")
        #expect(try NightjarRun("-e", "found = os.execute print(found ~= nil)").output == "true\n")
    }

    @Test(
        "says which level took a function away",
        arguments: [
            ("script", "io.popen"), ("lab", "io.popen"), ("lab", "os.getenv"),
            ("lab", "debug.getinfo"),
        ])
    func missing(_ level: String, _ function: String) throws {
        let path = try folder.write("\(function)('HOME')")
        let run = try NightjarRun("run", "--level", level, path)
        run.expectEnd(status: 1)
        #expect(run.errors.contains("level \(level) leaves out \(function)"))
    }

    @Test("runs a script from a pipe, with lines in its errors")
    func pipe() throws {
        let run = try NightjarRun("run", "-", input: "local x = 2\nprint(x)\nerror('no')\n")
        run.expectEnd(status: 1)
        #expect(run.output == "2\n")
        #expect(run.errors.contains("/dev/stdin:3: no"))
    }

    @Test("confines unknown code to the working folder, and the functions of Nightjar with it")
    func labLevel() throws {
        let path = try folder.write(
            """
            for _, call in ipairs{
                function() return nj.write_json('/tmp/x.json', {}) end,
                function() return nj.read_json('../x.json') end,
                function() return nj.save('/tmp/x.npy', nj.tensor{ 1 }) end,
                function() return nj.load('../x.npy') end,
                function() return nj.data.open('/etc') end,
                function() return nj.data.fetch('ml-100k', { accept = true }) end,
                function() return nj.checkpoint.open('/etc/passwd') end,
                function() return io.open('/etc/passwd') or error('this level may not reach it') end,
                function() nj.data.open = nil end,
            } do
                local ok, why = pcall(call)
                print(ok, why:match('this level may not reach') or why:match('not available')
                    or why:match('read%-only') or why)
            end
            """)
        let run = try NightjarRun("run", "--level", "lab", path)
        run.expectEnd(status: 0)
        let reach = "false\tthis level may not reach\n"
        #expect(
            run.output == String(repeating: reach, count: 5) + "false\tnot available\n" + reach
                + reach + "false\tread-only\n")
    }

    @Test(
        "ends a script at its limits, with a code that tells",
        arguments: [
            (["--time", "300ms"], "while true do end", 124, "time limit of 0.3 s exceeded"),
            (
                ["--instructions", "1M"], "while true do end", 124,
                "limit of 1000000 Lua instructions"
            ),
            (
                ["--memory", "32M"], "local t = {} while true do t = { t } end", 1,
                "limit of 32 MiB"
            ),
            (
                ["--memory", "32M"],
                "local t = {} while true do t[#t + 1] = nj.tensor.zeros(2^18) end",
                1, "no memory for a tensor of 1 MiB"
            ),
            (
                ["--memory", "32M"], "nj.tensor.zeros{ 2^20, 2^10 }", 1,
                "no memory for a tensor of 4096 MiB"
            ),
            (["--time", "soon"], "", 64, "The value 'soon' is invalid for '--time"),
            (["--level", "lba"], "", 64, "The value 'lba' is invalid for '--level"),
        ] as [([String], String, Int32, String)])
    func limits(_ options: [String], _ text: String, _ status: Int32, _ message: String) throws {
        let path = try folder.write(text)
        for isolation in [[], ["--isolate"]] where status != 64 || isolation.isEmpty {
            let process = try NightjarProcess(["run"] + options + isolation + [path])
            let errors = try process.expectEnd(status: status)
            #expect(errors.contains(message), "\(errors)")
        }
    }

    @Test("collects tensors in time, and counts a tensor and its rows once")
    func tensorMemory() throws {
        let path = try folder.write(
            """
            local peak = 0
            for _ = 1, 4000 do
                local t = nj.tensor.zeros{ 64, 1024 }
                peak = math.max(peak, nj.memory().native)
                assert(#t == 64)
            end
            local big, rows = nj.tensor.zeros{ 1000, 4096 }, {}
            for i = 1, 1000 do rows[i] = big[i] end
            collectgarbage()
            print(peak < 64 << 20, nj.memory().native < 20 << 20, #rows)
            """)
        let run = try NightjarRun("run", "--memory", "64M", path)
        #expect(run.errors == "")
        #expect(run.output == "true\ttrue\t1000\n")
    }

    @Test("hands on the end of a script that runs in a process of its own")
    func isolation() throws {
        let path = try folder.write("print(...) io.stderr:write('note\\n') error('broken', 0)")
        let run = try NightjarRun("run", "--isolate", path, "a", "--level")
        run.expectEnd(status: 1)
        #expect(run.output == "a\t--level\n")
        #expect(run.errors.hasPrefix("note\nnightjar: broken\n"))
    }

    @Test("tells in one line how such a process died", arguments: [SIGKILL, SIGABRT, SIGSEGV])
    func death(_ signal: Int32) throws {
        let path = try folder.write("io.stdout:write('ready\\n') while true do end")
        let process = try NightjarProcess(["run", "--isolate", path])
        #expect(process.reads("ready\n"))
        kill(try #require(process.children.first), signal)
        let errors = try process.expectEnd(status: 128 + signal)
        #expect(errors.hasPrefix("nightjar: '\(path)' died: "))
        #expect(errors.split(separator: "\n").count == 1)
    }

    @Test("stops such a process at Ctrl-C, and takes it along when it is killed itself")
    func isolatedInterrupt() throws {
        let path = try folder.write("io.stdout:write('ready\\n'):flush() while true do end")
        let process = try NightjarProcess(["run", "--isolate", path])
        #expect(process.reads("ready\n"))
        process.interrupt()
        let errors = try process.expectEnd(status: 130)
        #expect(errors.hasPrefix("nightjar: interrupted\n"))

        let other = try NightjarProcess(["run", "--isolate", path])
        #expect(other.reads("ready\n"))
        let child = try #require(other.children.first)
        other.kill()
        _ = try other.finish()
        var tries = 0
        while Foundation.kill(child, 0) == 0, tries < 100 {
            usleep(20_000)
            tries += 1
        }
        #expect(Foundation.kill(child, 0) != 0)
    }
}
