import Foundation
import LuaHost
import NightjarRuntime
import Testing

@testable import NightjarLua

@Suite("nj.search")
final class SearchLibraryTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let script: Script

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        script = try Script()
        try script.session.state.globals.set("store", to: folder.appending(path: "runs").path)
        _ = try script.run(Self.setUp)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A search whose best x is 0.7, with options that may be replaced.
    private static let setUp = """
        function options(more)
            local all = {
                name = "near 0.7", store = store, trials = 12, method = "random",
                space = { x = nj.search.uniform(0, 1), kind = nj.search.choice{ "a", 2, true } },
                objective = function(trial) return -(trial.params.x - 0.7) ^ 2 end,
            }
            for name, value in pairs(more or {}) do all[name] = value end
            return all
        end
        """

    @Test("finds the best of the trials, and shows it first")
    func best() throws {
        let found = try script.run(
            """
            local seen = {}
            local search = nj.search.run(options{
                on_trial = function(trial) seen[#seen + 1] = trial.value end })
            local best = math.max(table.unpack(seen))
            local run = nj.runs.open(search.best.run, { store = store })
            return #seen, #search.trials, search.best.value == best, run.metrics.value == best,
                run.parameters.x == search.best.params.x, run.experiment,
                tostring(search):match("^[^\\n]*\\n *[a-z ]*\\n *(%d+)") == tostring(search.best.trial)
            """)
        #expect(found == "12 12 true true true near 0.7 true")
    }

    @Test("goes on where it was, with more trials when asked for more")
    func goesOn() throws {
        let found = try script.run(
            """
            local calls = 0
            local function counted(trial) calls = calls + 1 return -(trial.params.x - 0.7) ^ 2 end
            nj.search.run(options{ objective = counted })
            local search = nj.search.run(options{ objective = counted, trials = 15 })
            local other = nj.search.run(options{ name = "at once", trials = 15 })
            local same = true
            for i, trial in ipairs(search.trials) do
                same = same and trial.params.x == other.trials[i].params.x
                    and trial.value == other.trials[i].value
            end
            return calls, #search.trials, same
            """)
        #expect(found == "15 15 true")
    }

    @Test("records trials that fail and goes on, but not after errors from the first on")
    func failures() throws {
        let found = try script.run(
            """
            local search = nj.search.run(options{ name = "some", objective = function(trial)
                if trial.number == 2 then error("diverged") end
                if trial.number == 3 then return 0/0 end
                return trial.number
            end })
            local failed = nj.runs.list{ experiment = "some", status = "failed", store = store }
            local reasons = failed[1].tags["search.failure"] .. "; "
                .. failed[2].tags["search.failure"]
            return search.best.trial, #failed, (reasons:gsub("test:%d+: ", "")),
                search.trials[2].value
            """)
        #expect(found == "12 2 the value is not a number; diverged nil")
        let failure = script.failure(
            "nj.search.run(options{ name = 'all', objective = function() error('no such field') end })"
        )
        #expect(failure == "no such field")
        #expect(try script.run("return #nj.runs.list{ experiment = 'all', store = store }") == "3")
    }

    @Test("gives good trials larger budgets, and reports end training at them")
    func halving() throws {
        let found = try script.run(
            """
            local spent = {}
            local search = nj.search.run(options{
                name = "halving", trials = 9, halving = { to = 9 },
                objective = function(trial)
                    local goes_on, step = true, 0
                    while goes_on do
                        step = step + 1
                        goes_on = trial:report(step, -(trial.params.x - 0.7) ^ 2 - 1 / step)
                    end
                    assert(step == trial.budget)
                    spent[trial.number] = (spent[trial.number] or 0) + 1
                end })
            local best = nj.runs.open(search.best.run, { store = store })
            return search.best.budget, spent[search.best.trial], #best:history("value") >= 9,
                best.metrics.value == search.best.value
            """)
        #expect(found == "9 3 true true")
    }

    @Test("keeps what was done at Ctrl-C, and goes on from there")
    func interrupted() async {
        await #expect(processExitsWith: .success) {
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            defer { try? FileManager.default.removeItem(at: folder) }
            let script = try Script()
            try script.session.state.globals.set("store", to: folder.path)
            try script.session.state.globals.set(
                "stop",
                to: LuaClosure("stop") { _ in
                    Interruption.request()
                    throw Interrupted()
                })
            let text = """
                return nj.search.run{ name = "cut", store = store, trials = 6, method = "random",
                    space = { x = nj.search.uniform(0, 1) },
                    objective = function(trial)
                        if trial.number == 4 and stop then stop() end
                        return trial.params.x
                    end }
                """
            do {
                _ = try script.session.state.run(text, name: "=test")
                Issue.record("the search was not stopped")
            } catch let error as LuaError {
                #expect(error.kind == .interrupted)
                guard case .object(let handle) = error.partial,
                    let object = handle.value(as: SearchObject.self)
                else { throw error }
                #expect(object.search.plan.trials.count == 3)
                #expect(object.search.plan.best != nil)
            }
            Interruption.clear()
            let again = "stop = nil search = (function() \(text) end)() return #search.trials"
            #expect(try script.run(again) == "6")
            let statuses = """
                local all = {}
                for _, run in ipairs(nj.runs.list{ experiment = "cut", store = store }) do
                    all[#all + 1] = run.status
                end
                return table.concat(all, " ")
                """
            #expect(
                try script.run(statuses)
                    == "finished finished finished killed finished finished finished")
        }
    }

    @Test("repeats the best with several seeds and tells the spread")
    func refit() throws {
        let found = try script.run(
            """
            local search = nj.search.run(options())
            local seeds = {}
            local refit = search:refit{ seeds = 4, seed = 3, objective = function(trial)
                seeds[#seeds + 1] = trial.seed
                assert(trial.params.x == search.best.params.x)
                return { mrr = trial.seed, valid = { hit = 1 } }
            end }
            local mrr = refit.metrics.mrr
            local plain = search:refit{ seeds = 1 }
            return table.concat(seeds, " "), mrr.mean, ("%.6f"):format(mrr.sd), #mrr.values,
                refit.metrics["valid.hit"].sd, tostring(refit):match("mrr.*"),
                plain.metrics.value.mean == search.best.value, #nj.search.run(options()).trials
            """)
        #expect(
            found
                == "3 4 5 6 4.5 1.290994 4 0.0 mrr 4.5 ± 1.3, valid.hit 1 ± 0 true 12")
    }

    @Test("trains, stops and goes on with nj.fit")
    func fit() throws {
        let world = try RingWorld()
        let found = try world.run(
            """
            local search = nj.search.run{
                name = "ring", store = folder .. "/runs", trials = 4, method = "random",
                halving = { from = 1, to = 4, factor = 2 },
                space = { lr = nj.search.log_uniform(1e-3, 1e-1), dim = nj.search.int(2, 6) },
                objective = function(trial)
                    local net = nj.models.lstm{
                        items = 9, dim = trial.params.dim, hidden = 4, seed = trial.seed }
                    local run = nj.fit(net, train, { epochs = 4, lr = trial.params.lr, batch = 16,
                        valid = test, checkpoint = { dir = trial.folder }, resume = true,
                        run = trial.run, on_epoch = function(epoch)
                            return trial:report(epoch.epoch, epoch.valid.mrr)
                        end })
                    return run.epochs[#run.epochs].valid.mrr
                end }
            local best = search.best
            local recorded = nj.runs.open(best.run, { store = folder .. "/runs" })
            local history = recorded:history("loss")
            return best.budget, #history, recorded.parameters["fit.lr"] == best.params.lr
            """)
        #expect(found == "4 4 true")
    }

    static let refused = [
        Refusal("nj.search.run(options{ space = {} })", "the space has no parameters."),
        Refusal(
            "nj.search.run(options{ space = { x = 3 } })",
            "the range of 'x' is a number; give one such as nj.search.uniform(0, 1)"),
        Refusal("nj.search.uniform(2, 1)", "there is no number from 2.0 to 1.0."),
        Refusal("nj.search.int(2, 1)", "there is no number from 2 to 1."),
        Refusal(
            "nj.search.run(options{ space = { x = nj.search.log_uniform(0, 1) } })",
            "the range of 'x' is none: its ends must be finite numbers above 0."),
        Refusal("nj.search.run(options{ halving = {} })", "halving needs 'to', the largest budget"),
        Refusal(
            "nj.search.run(options{ halving = { to = 0 } })",
            "budgets from 1 to 0 by a factor of 3 are not possible."),
        Refusal(
            "nj.search.run(options{ objective = function() return 'good' end })",
            "the objective gave a string; return a number, or report one"),
        Refusal(
            "nj.search.run(options{ objective = function() return 0/0 end }):refit{}",
            "no trial of the search 'near 0.7' has a value."),
    ]

    @Test("says what is wrong", arguments: refused)
    func refusal(_ refusal: Refusal) {
        let message = script.failure(refusal.text)
        #expect(message?.hasPrefix(refusal.message) == true, "\(message ?? "no error")")
    }
}
