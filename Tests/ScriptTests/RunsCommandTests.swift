import Foundation
import Testing

@Suite("nightjar runs")
struct RunsCommandTests {
    private let folder: ScriptFolder
    private var store: String { folder.path(of: "runs") }

    init() throws { folder = try ScriptFolder() }

    private func nightjar(_ arguments: String...) throws -> (output: String, errors: String, Int32)
    {
        let process = try NightjarProcess(
            arguments, environment: ["NIGHTJAR_RUNS": store], in: folder.path)
        let (status, errors) = try process.finish()
        return (process.seen, errors, status)
    }

    private func start(_ text: String, name: String = "script.lua") throws -> NightjarProcess {
        try NightjarProcess(
            ["run", try folder.write(text, to: name)], environment: ["NIGHTJAR_RUNS": store],
            in: folder.path)
    }

    @Test("loses nothing of several processes that write at once")
    func concurrent() throws {
        let text = """
            for number = 1, 5 do
                local run <close> = nj.runs.start{ experiment = "both" }
                for step = 1, 3000 do run:log(step, { x = step, y = number }) end
            end
            """
        let processes = try (1...3).map { try start(text, name: "script\($0).lua") }
        for process in processes { try process.expectEnd(status: 0) }
        let path = folder.path(of: "all.csv")
        #expect(try nightjar("runs", "export", "-o", path).output == "wrote 15 runs to \(path)\n")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 1 + 15 * 2 * 3000)
        let listed = try nightjar("runs", "list", "--status", "finished")
        #expect(listed.output.split(separator: "\n").count == 16)
    }

    @Test("marks the run of a killed process at the next look, with what it logged")
    func killed() throws {
        let process = try start(
            """
            local run = nj.runs.start{ name = "victim" }
            for step = 1, 2500 do run:log(step, { x = step }) end
            run:log(9999, { late = 1 })
            local started = nj.clock()
            while nj.clock() - started < 2 do end
            print("logged") io.flush()
            while true do end
            """)
        #expect(process.reads("logged"))
        #expect(try nightjar("runs").output.contains("running"))
        process.kill()
        _ = try process.finish()
        let shown = try nightjar("runs", "show", "victim").output
        #expect(shown.contains("status      killed"))
        // Also what came last, more than a second before the end.
        #expect(shown.contains("late  1     at 9999"))
        #expect(shown.contains("x     2500  at 2500"))
    }

    @Test(
        "tells how a script ended",
        arguments: [
            ("error('no')", "failed", 1), ("os.exit(0)", "finished", 0), ("", "finished", 0),
        ] as [(String, String, Int32)])
    func endings(_ end: String, _ status: String, _ code: Int32) throws {
        let path = try folder.write("nj.runs.start{}:log(1, { x = 1 })\n\(end)", to: "end.lua")
        let outcome = try nightjar("run", "--level", "repl", path)
        #expect(outcome.2 == code, "\(outcome.errors)")
        let shown = try nightjar("runs", "show").output
        #expect(shown.contains("status      \(status)\n"), "\(shown)")
        #expect(shown.contains("experiment  end\n"))
        #expect(try nightjar("runs", "show", "--script").output.hasPrefix("nj.runs.start{}"))
        let marks = try FileManager.default.contentsOfDirectory(atPath: store + "/processes")
        #expect(marks.isEmpty)
    }

    @Test("calls a run killed that Ctrl-C ended, in a block or not")
    func interrupted() throws {
        for declaration in ["local run =", "local run <close> ="] {
            let process = try start(
                """
                \(declaration) nj.runs.start{}
                run:log(1, { x = 1 })
                print("ready") io.flush()
                while true do end
                """)
            #expect(process.reads("ready"))
            process.interrupt()
            try process.expectEnd(status: 130)
            let shown = try nightjar("runs", "show").output
            #expect(shown.contains("status      killed\n"), "\(shown)")
            #expect(shown.contains("x  1  at 1"))
        }
    }

    @Test("lists, shows and compares")
    func tables() throws {
        try start(
            """
            for number, lr in ipairs{ 0.1, 0.2, 0.3 } do
                local run <close> = nj.runs.start{ name = "n" .. number, parameters = { lr = lr } }
                run:log(1, { mrr = lr / 2 })
            end
            """
        ).expectEnd(status: 0)
        let best = try nightjar("runs", "--sort", "mrr", "--limit", "1", "--columns", "lr,mrr")
        #expect(best.output.contains(" n3 ") && best.output.contains("2 more; --limit 0 shows all"))
        #expect(!best.output.contains(" n2 "))
        let chosen = try nightjar("runs", "list", "--where", "lr<0.25", "--where", "mrr>0.07")
        #expect(chosen.output.contains(" n2 ") && !chosen.output.contains(" n1 "))
        let compared = try nightjar("runs", "compare", "n1", "n2").output
        #expect(compared.contains("parameter  lr    0.1  0.2") || compared.contains("lr"))
        #expect(compared.contains("more are the same in all runs"))
    }

    @Test("says in one line what is wrong")
    func errors() throws {
        let missing = try nightjar("runs")
        #expect(missing.2 == 1)
        #expect(missing.errors.hasPrefix("nightjar: '\(store)' has no runs"))
        #expect(missing.errors.split(separator: "\n").count == 1)
        try start("nj.runs.start{ name = 'baseline' }").expectEnd(status: 0)
        let unknown = try nightjar("runs", "show", "basline")
        #expect(unknown.2 == 1 && unknown.errors.contains("did you mean 'baseline'?"))
        let single = try nightjar("runs", "compare", "last")
        #expect(single.2 == 1 && single.errors.contains("two or more"))
        #expect(try nightjar("runs", "--status", "happy").2 == 64)
        try Data("garbage".utf8).write(to: URL(filePath: store + "/nightjar.db"))
        let damaged = try nightjar("-e", "print(pcall(nj.runs.list))", "-e", "'alive'")
        #expect(damaged.output.contains("damaged"))
        #expect(damaged.output.contains("alive"))
    }
}
