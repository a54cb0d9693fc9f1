import Foundation
import LuaHost
import Testing

@testable import NightjarLua

@Suite("nj.runs")
final class RunsLibraryTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let script: Script

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        script = try Script()
        try script.session.state.globals.set("store", to: folder.appending(path: "runs").path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test("records parameters, figures and notes, and gives them back with their types")
    func roundTrip() throws {
        let found = try script.run(
            """
            local run = nj.runs.start{ name = "one", store = store, tags = { kind = "try" },
                parameters = { lr = 1e-3, deep = { on = true, list = { 1, 2 } }, id = "007" } }
            run:log(1, { loss = 2, valid = { mrr = 0.25 } }):log(2, { loss = 1.5 })
            run:set{ late = 3 }:tag("note", 4)
            run:finish()
            local r = nj.runs.open("one", { store = store })
            local p = r.parameters
            assert(p.lr == 0.001 and p["deep.on"] == true and p["deep.list"] == "[1,2]")
            assert(p.id == "007" and p.late == 3)
            assert(r.metrics.loss == 1.5 and r.metrics["valid.mrr"] == 0.25)
            assert(r.tags.note == "4" and r.tags.kind == "try" and r.tags["nightjar.lua"])
            local h = r:history("loss")
            return r.status, r.experiment, #h, h[1].step, h[1].value, h[2].value,
                math.abs(h[1].time - os.time()) < 100, math.abs(r.started - os.time()) < 100
            """)
        #expect(found == "finished prompt 2 1 2.0 1.5 true true")
    }

    @Test("keeps NaN and infinities")
    func oddFigures() throws {
        let found = try script.run(
            """
            local run = nj.runs.start{ store = store }
            run:log(1, { a = 0/0, b = 1/0, c = -1/0 })
            local m = run.metrics
            return m.a ~= m.a, m.b, m.c
            """)
        #expect(found == "true inf -inf")
    }

    @Test("ends a run with its block, as failed after an error")
    func closes() throws {
        let found = try script.run(
            """
            do local run <close> = nj.runs.start{ name = "good", store = store } end
            pcall(function()
                local run <close> = nj.runs.start{ name = "bad", store = store }
                error("gone wrong")
            end)
            do
                local run <close> = nj.runs.start{ name = "early", store = store }
                run:finish{ status = "killed" }
            end
            local function open(name) return nj.runs.open(name, { store = store }) end
            return open("good").status, open("bad").status, open("bad").tags.error,
                open("early").status
            """)
        #expect(found == "finished failed test:4: gone wrong killed")
    }

    @Test("ends what a script left open as the script ended")
    func endsWithSession() throws {
        _ = try script.run("nj.runs.start{ name = 'left', store = store }:log(1, { x = 1 })")
        script.session.endRuns(.failed)
        #expect(
            try script.run(
                "local r = nj.runs.open('left', { store = store }) return r.status, r.metrics.x")
                == "failed 1.0")
    }

    @Test("ends what a session that was given up left open, and keeps nothing of it in memory")
    func abandoned() throws {
        weak var stores: RunStores?
        do {
            let script = try Script()
            stores = try script.session.state.attached(RunStores.self)
            let path = folder.appending(path: "runs").path
            _ = try script.run(
                "nj.runs.start{ name = 'left', store = '\(path)' }:log(1, { x = 1 })")
        }
        #expect(stores == nil)
        #expect(
            try script.run("return nj.runs.open('left', { store = store }).status") == "killed")
    }

    @Test("lists, chooses and sorts, and a list is a list")
    func lists() throws {
        let found = try script.run(
            """
            for number = 1, 4 do
                local run = nj.runs.start{ experiment = number < 3 and "a" or "b", store = store,
                    parameters = { n = number } }
                run:log(1, { mrr = number / 10 }):finish()
            end
            local function names(options)
                options.store = store
                local found = {}
                for _, run in ipairs(nj.runs.list(options)) do
                    found[#found + 1] = run.parameters.n
                end
                return table.concat(found)
            end
            local all = nj.runs.list{ store = store }
            assert(#all == 4 and all[5] == nil and all[0] == nil)
            assert(tostring(all):find("experiment") and tostring(all[1]):find("^Run %x+: finished"))
            return names{}, names{ experiment = "a" }, names{ "mrr>0.15", "n<4" },
                names{ sort = "mrr", ascending = true, limit = 2 }, names{ status = "failed" }
            """)
        #expect(found == "4321 21 32 12 ")
    }

    @Test("shows what runs differ in")
    func compares() throws {
        let found = try script.run(
            """
            local one = nj.runs.start{ name = "one", store = store, parameters = { a = 1, b = 2 } }
            local two = nj.runs.start{ name = "two", store = store, parameters = { a = 1, b = 3 } }
            local comparison = nj.runs.compare{ one, "two", store = store }
            local rows = comparison:rows()
            assert(#rows == 2 and rows[1].key == "name")
            assert(#nj.runs.compare{ one, two, all = true }:rows() > #rows)
            assert(tostring(nj.runs.list{ store = store }:compare()):find("parameter"))
            return rows[2].kind, rows[2].key, rows[2].values[one.id], rows[2].values[two.id]
            """)
        #expect(found == "parameter b 2 3")
    }

    @Test("records a training with one option")
    func fit() throws {
        let found = try script.run(
            """
            local log = nj.data.simulate{ users = 20, items = 40, interactions = 150 }
            local parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
            local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
            local run = nj.runs.start{ store = store }
            local training = nj.fit(net, parts.train:windows{ length = 4 },
                { epochs = 2, valid = parts.valid, run = run })
            run:log(2, nj.evaluate(net, parts.test, { "mrr", "recall@10" }))
            local h = run:history("valid.mrr")
            assert(#h == 2 and h[2].value == training.epochs[2].valid.mrr)
            assert(run.metrics.loss == training.epochs[2].loss and run.metrics["recall@10"])
            return run.parameters["fit.epochs"], run.parameters.model, #run.data,
                run.data[1].context, #run.data[1].digest
            """)
        #expect(found == "2 lstm 2 training 64")
    }

    @Test("keeps files and writes tables")
    func files() throws {
        let found = try script.run(
            """
            local run = nj.runs.start{ name = "one", store = store }
            local path = store .. "/../text"
            local file <close> = io.open(path, "w")
            file:write("kept"):close()
            local copy = run:artifact(path, { name = "deep/text" })
            assert(run.artifacts[1] == copy)
            nj.runs.list{ store = store }:export(store .. "/../wide.csv", { form = "wide" })
            local head = io.open(store .. "/../wide.csv"):read("l")
            return io.open(copy):read("a"), head:match("^[^,]+,[^,]+")
            """)
        #expect(found == "kept run_id,experiment")
    }

    static let refused = [
        Refusal(
            "nj.runs.start{ store = store, parameters = { a = { b = print } } }",
            "'a.b' is a function, which a run cannot keep; give a number, text, true or false, or"
                + " a table of them"),
        Refusal(
            "nj.runs.start{ store = store, parameters = { ['a.b'] = 1, a = { b = 2 } } }",
            "'a.b' is there twice, once in a table of its own; leave one out"),
        Refusal(
            "local t = {} t.t = t nj.runs.start{ store = store, parameters = t }",
            "'t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t.t' is nested too deeply; does a table contain"
                + " itself?"),
        Refusal(
            "nj.runs.start{ store = store, parameters = { x = '\\xff' } }",
            "'x' is not UTF-8 text; give text, or save it as a file"),
        Refusal(
            "nj.runs.start{ store = store }:log(1, { loss = 'low' })",
            "metric 'loss' is a string; give a number, or use run:tag for text"),
        Refusal(
            "local run = nj.runs.start{ store = store } run:log(1, { loss = 1 }) run:history('lost')",
            "the run has no metric 'lost' (did you mean 'loss'?); run.metrics has them all"),
        Refusal(
            "nj.runs.open('x', { store = store .. '/none' })", "has no runs"),
        Refusal(
            "nj.runs.start{ store = store } nj.runs.list{ 'lr', store = store }",
            "the condition 'lr' cannot be read"),
        Refusal("nj.runs.compare{}", "there are no runs to compare (two or more)"),
        Refusal(
            "nj.runs.start{ expriment = 'x' }",
            "unknown option 'expriment' to 'start' (did you mean 'experiment'?)"),
    ]

    @Test("says what is wrong", arguments: refused)
    func refusals(_ refusal: Refusal) throws {
        let failure = try #require(script.failure(refusal.text))
        #expect(failure.contains(refusal.message), "\(failure)")
    }

    @Test("stays within the working folder at level lab")
    func lab() throws {
        let script = try Script(level: .lab)
        for call in ["start{ store = '/tmp/x' }", "list{ store = '..' }"] {
            let failure = try #require(script.failure("nj.runs.\(call)"))
            #expect(failure.contains("Give a path within it"), "\(failure)")
        }
    }
}
