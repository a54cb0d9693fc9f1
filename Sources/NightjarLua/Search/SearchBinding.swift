// nj.Search, and what makes one.

import LuaHost
import NightjarMetrics
import NightjarRuntime
import NightjarTraining

/// A search as scripts hold it.
final class SearchObject: LuaObject {
    let search: RecordedSearch
    let objective: LuaFunction

    init(_ search: RecordedSearch, _ objective: LuaFunction) {
        self.search = search
        self.objective = objective
    }

    /// A trial as a table.
    func record(_ trial: SearchPlan.Trial) -> LuaRecord {
        LuaRecord([
            "trial": trial.number, "value": trial.value,
            "budget": search.setup.halving.map { $0.budgets[max(0, trial.values.count - 1)] },
            "params": LuaRecord(setting: setting(of: trial)),
            "run": search.runID(ofTrial: trial.number),
        ])
    }

    func setting(of trial: SearchPlan.Trial) -> [(key: String, value: SearchValue)] {
        search.setup.space.named(trial.setting)
    }
}

/// Declares `nj.search.run` and its result.
enum SearchBinding {
    private static let trialFields: [LuaType.Field] = [
        .init("trial", .integer, "its number"),
        .init("value", .number, "its value; nil when it failed"),
        .init("budget", .integer, "the largest budget that it got; nil without halving"),
        .init("params", .table, "the value of each parameter by name"),
        .init("run", .string, "id of its recorded run, for nj.runs.open"),
    ]

    static let declaration = Class(
        "nj.Search", of: SearchObject.self, summary: "A search for good hyperparameters.",
        properties: [
            Property("name", .string, "its name, and that of the experiment of its runs") {
                (object: SearchObject) in object.search.name
            },
            Property(
                "best", .table(trialFields),
                "the best trial with the largest budget; nil when every trial failed"
            ) { (object: SearchObject) in object.search.plan.best.map(object.record) },
            Property("trials", .list(.table(trialFields)), "all trials by number") {
                (object: SearchObject) in
                LuaList(object.search.plan.trials.map(object.record))
            },
        ])

    static let functions = [refit, text]

    /// Trials that fail with an error from the first on before the search is given up.
    private static let mostErrors = 3

    static let run = Function(
        "run", on: "nj.search", summary: "Tries settings, and finds the best.",
        details: """
            objective(trial) reads trial.params and gives a number. Each evaluation is a run of the \
            experiment called name, so a search that was stopped or killed goes on with the same \
            proposals when it is run again, and with more trials if asked for more. A trial that ends \
            with an error or without a finite number is recorded as failed, and the search goes on; \
            when the first three end with an error, so does the search. tpe is the tree-structured \
            Parzen estimator. With halving, every trial gets the budget from, and the best share of \
            those with a budget gets the next, up to the budget to (asynchronous successive halving): \
            train up to trial.budget, and keep checkpoints in trial.folder to go on from. Ctrl-C \
            keeps what was done.
            """,
        options: [
            .string("name", "what to call the search; one of the same name goes on"),
            .table("space", [], "for each parameter its range, such as nj.search.uniform(0, 1)"),
            .function("objective", "gives the value of a trial"),
            .integer("trials", default: 50, in: 1...1_000_000, "settings to try"),
            .choice("method", SearchMethod.self, default: .tpe, "how settings are proposed"),
            .choice("goal", SearchGoal.self, default: .maximize, "which values are better"),
            .table(
                "halving",
                [
                    .init("from", .integer, "the smallest budget, such as epochs (1 if left out)"),
                    .init("to", .integer, "the largest budget"),
                    .init("factor", .integer, "one of how many gets the next (3 if left out)"),
                ], optional: true, "give good trials larger budgets"),
            .integer(
                "startup", default: 20, in: 1...1_000_000,
                "settings that tpe draws before it learns"),
            .integer("seed", default: 1, in: 0..., "seed of the proposals"),
            .function("on_trial", optional: true, "called with each trial when it is done"),
            .runStore,
        ],
        returns: .object(SearchObject.self, "the search"),
        example: """
            search = nj.search.run{
                name = "lr", trials = 5, method = "random",
                space = { lr = nj.search.log_uniform(1e-4, 1e-1) },
                objective = function(trial) return -math.log(trial.params.lr, 10) ^ 2 end,
            }
            """
    ) { call in
        let setup = SearchSetup(
            space: try call.searchSpace(), method: try call.choice("method", as: SearchMethod.self),
            goal: try call.choice("goal", as: SearchGoal.self), halving: try call.halving(),
            startup: try call.integer("startup"), seed: UInt64(try call.integer("seed")))
        let search = try RecordedSearch(
            call.string("name"), setup, store: call.runStore(makes: true))
        let object = SearchObject(search, try call.function("objective"))
        let (trials, onTrial) = (
            try call.integer("trials"), try call.function(ifGiven: "on_trial")
        )
        let description = call.runDescription()
        var errors = 0
        do {
            while let evaluation = search.next(of: trials) {
                try Interruption.check()
                let error = try evaluate(evaluation, of: object, description)
                if let error, search.plan.trials.allSatisfy({ $0.value == nil }) {
                    errors += 1
                    if errors == mostErrors { throw error }
                }
                if let onTrial, let done = object.trial(evaluation.trial) {
                    try onTrial(object.record(done))
                }
            }
        } catch is Interrupted {
            throw call.interrupted(keeping: object)
        }
        return object
    }

    /// Evaluates the objective, and gives the error with which it ended.
    private static func evaluate(
        _ evaluation: SearchPlan.Evaluation, of object: SearchObject, _ description: RunDescription
    ) throws -> LuaError? {
        let search = object.search
        let run = try search.start(evaluation, description)
        let trial = TrialObject(
            number: evaluation.trial, setting: search.setup.space.named(evaluation.setting),
            budget: search.budget(of: evaluation), seed: search.seed(ofTrial: evaluation.trial),
            folder: search.folder("trial-\(evaluation.trial)"), run: run)
        do {
            let result: LuaValue
            do {
                result = try object.objective(trial)
            } catch let error as LuaError {
                try search.fail(evaluation, run, reason: error.message)
                return error
            }
            guard let value = result.double ?? (result.isNil ? trial.reported?.value : nil) else {
                throw LuaError(
                    "the objective gave a \(result.typeName); return a number, or report one")
            }
            let last = max(trial.reported?.step ?? 0, trial.budget ?? 0)
            try search.finish(evaluation, run, value: value, step: last)
            return nil
        } catch {
            // The evaluation does not count, and is done again when the search goes on.
            if run.isRecording { try? run.finish(error is Interrupted ? .killed : .failed) }
            throw error
        }
    }

    static let refit = Function(
        "refit", on: "nj.Search",
        summary: "Repeats the best trial with several seeds, and gives the spread.",
        details: """
            The value of the best of many trials is too good: it was chosen for being high. Compare \
            settings by their refits, with as many trials and seeds for each. The objective gets the \
            setting, a seed and a folder as in a search, and gives a number, numbers by name, or what \
            nj.evaluate gave; the search's own objective will do if it uses trial.seed. Each seed is \
            a run of the search's experiment. A refit calls the objective for every seed, also after a \
            stop; one that trains in trial.folder with resume = true then takes what is there.
            """,
        options: [
            .function("objective", optional: true, "gives the figures; that of the search if nil"),
            .integer("seeds", default: 5, in: 1...10_000, "how many seeds"),
            .integer("seed", default: 1, in: 0...1 << 40, "the first seed"),
        ],
        returns: .object(Refit.self, "means, standard deviations and values"),
        example: "print(search:refit{ seeds = 3 })"
    ) { call in
        let object = try call.receiver(SearchObject.self)
        let search = object.search
        guard let best = search.plan.best else { throw SearchError.noResult(search.name) }
        let objective = try call.function(ifGiven: "objective") ?? object.objective
        let (count, first) = (try call.integer("seeds"), try call.integer("seed"))
        let setting = object.setting(of: best)
        let description = call.runDescription()
        var refit = Refit(of: best, setting)
        do {
            for seed in first..<first + count {
                try Interruption.check()
                let run = try search.startRefit(of: best, seed: seed, description)
                let trial = TrialObject(
                    number: best.number, setting: setting,
                    budget: search.setup.halving?.budgets.last, seed: seed,
                    folder: search.folder("trial-\(best.number)-refit-\(seed)"), run: run)
                do {
                    let figures = try figures(objective(trial), trial)
                    try run.log(figures, step: trial.reported?.step ?? trial.budget ?? 0)
                    try run.finish(.finished)
                    try refit.add(figures, seed: seed)
                } catch {
                    if run.isRecording { try? run.finish(error is Interrupted ? .killed : .failed) }
                    throw error
                }
            }
        } catch is Interrupted {
            throw call.interrupted(keeping: refit)
        }
        return refit
    }

    /// What an objective gave, as numbers by name.
    private static func figures(_ result: LuaValue, _ trial: TrialObject) throws -> [String: Double]
    {
        switch result {
        case .table(let table): return try RunTexts.metrics(table)
        case .object(let handle):
            if let report = handle.value(as: MetricReport.self) { return report.figures }
        case .integer, .number, .nil:
            if let value = result.double ?? trial.reported?.value {
                return [RecordedSearch.valueMetric: value]
            }
        default: break
        }
        throw LuaError(
            "the objective gave a \(result.typeName); return a number, numbers by name, or what"
                + " nj.evaluate gave")
    }

    /// Trials in a printed search.
    private static let shownTrials = 10

    static let text = Function(
        "__tostring", on: "nj.Search", summary: "Shows the best trials.",
        returns: .string("a table")
    ) { call in
        let object = try call.receiver(SearchObject.self)
        let plan = object.search.plan
        let failed = plan.trials.count { $0.value == nil }
        let ranked = plan.ranked
        var table = TextTable(
            [.init("trial", .right), .init("value", .right)]
                + (plan.setup.halving == nil ? [] : [.init("budget", .right)])
                + plan.setup.space.parameters.map { .init($0.name, .right) })
        for trial in ranked.prefix(shownTrials) {
            let budget = plan.setup.halving.map { "\($0.budgets[max(0, trial.values.count - 1)])" }
            table.add(
                ["\(trial.number)", NumberText.significant(trial.value ?? .nan, digits: 4)]
                    + (budget.map { [$0] } ?? [])
                    + trial.setting.map { value in
                        guard case .number(let number) = value else { return "\(value)" }
                        return NumberText.significant(number, digits: 4)
                    })
        }
        return "Search \(object.search.name): \(plan.trials.count) trials"
            + (failed > 0 ? ", \(failed) failed" : "")
            + (ranked.isEmpty ? "" : "\n\(table)")
            + (ranked.count > shownTrials ? "\n… \(ranked.count - shownTrials) more" : "")
    }
}

extension SearchObject {
    /// The trial of a number.
    fileprivate func trial(_ number: Int) -> SearchPlan.Trial? {
        search.plan.trials.first { $0.number == number }
    }
}

extension Call {
    /// The ranges of the option `space`.
    fileprivate func searchSpace() throws -> SearchSpace {
        var ranges: [String: SearchRange] = [:]
        for (key, value) in try table("space").pairs() {
            guard let name = key.text else {
                throw LuaError("a parameter's name is a \(key.typeName); use text")
            }
            guard case .object(let handle) = value, let range = handle.value(as: SearchRange.self)
            else {
                throw LuaError(
                    "the range of '\(name)' is a \(value.typeName); give one such as"
                        + " nj.search.uniform(0, 1) or nj.search.choice{ \"a\", \"b\" }")
            }
            ranges[name] = range
        }
        return try SearchSpace(ranges)
    }

    /// The budgets of the option `halving`.
    fileprivate func halving() throws -> SuccessiveHalving? {
        guard let table = try table(ifGiven: "halving") else { return nil }
        guard let most = try table.get("to").int else {
            throw LuaError("halving needs 'to', the largest budget")
        }
        return try SuccessiveHalving(
            from: table.get("from").int ?? 1, to: most, factor: table.get("factor").int ?? 3)
    }
}
