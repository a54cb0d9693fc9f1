import Testing

@testable import NightjarTraining

@Suite("RecordedSearch")
struct RecordedSearchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func setup(_ seed: UInt64 = 1) throws -> SearchSetup {
        SearchSetup(
            space: try SearchPlanTests.space(), goal: .minimize,
            halving: try SuccessiveHalving(from: 1, to: 4, factor: 2), startup: 4, seed: seed)
    }

    /// A look at the store by a process that has just begun.
    private func store() throws -> RunStore { try RunStore(folder: folder.path) }

    /// What the objective gives; some settings fail.
    private func value(_ evaluation: SearchPlan.Evaluation) -> Double {
        if evaluation.trial.isMultiple(of: 7) { return .nan }
        return SearchPlanTests.objective(evaluation.setting) / Double(evaluation.rung + 1)
    }

    /// Does up to `count` evaluations, and gives them.
    @discardableResult
    private func go(
        _ search: RecordedSearch, trials: Int = 20, count: Int = .max
    ) throws -> [SearchPlan.Evaluation] {
        var done: [SearchPlan.Evaluation] = []
        while done.count < count, let evaluation = search.next(of: trials) {
            let run = try search.start(evaluation)
            try search.finish(evaluation, run, value: value(evaluation), step: 1)
            done.append(evaluation)
        }
        return done
    }

    @Test(
        "goes on with the same proposals wherever it was stopped or killed",
        arguments: [0, 1, 9, 17])
    func goesOn(_ count: Int) throws {
        let whole = try go(RecordedSearch("whole", Self.setup(), store: store()))
        #expect(whole.count > 24)
        let before = try store()
        var done = try go(RecordedSearch("cut", Self.setup(), store: before), count: count)
        // The process dies in the middle of an evaluation.
        let search = try RecordedSearch("cut", Self.setup(), store: before)
        let evaluation = try #require(search.next(of: 20))
        let run = try search.start(evaluation)
        try run.log([RecordedSearch.valueMetric: 0], step: 1)
        try run.flush()
        before.release()
        let after = try store()
        done += try go(RecordedSearch("cut", Self.setup(), store: after))
        #expect(done == whole)
        let again = try RecordedSearch("cut", Self.setup(), store: after)
        #expect(again.next(of: 20) == nil)
        #expect(again.next(of: 21)?.trial == 21)
        #expect(again.plan.trials.map(\.number) == Array(1...20))
    }

    @Test("records settings, values and failures as runs of one experiment")
    func runs() throws {
        let store = try store()
        let search = try RecordedSearch("recorded", Self.setup(), store: store)
        let done = try go(search)
        let runs = try store.runs(RunQuery(experiment: "recorded", ascending: true))
        #expect(runs.count == done.count)
        for (run, evaluation) in zip(runs, done) {
            let budget = [1, 2, 4][evaluation.rung]
            #expect(run.name == "trial \(evaluation.trial) with \(budget)")
            #expect(run.tag("search.trial") == "\(evaluation.trial)")
            for (name, value) in try SearchPlanTests.space().named(evaluation.setting) {
                #expect(run.parameter(name) == value.description)
            }
            let value = value(evaluation)
            #expect(run.status == (value.isNaN ? .failed : .finished))
            #expect(run.metric("value") == (value.isNaN ? nil : value))
            #expect(run.tag("search.failure") == (value.isNaN ? "the value is not a number" : nil))
        }
        let best = try #require(search.plan.best)
        let id = try #require(search.runID(ofTrial: best.number))
        #expect(runs.contains { $0.id == id && $0.metric("value") == best.value })
        #expect(best.values.count == 3)
    }

    @Test("is not mixed up with a search of another setup, or one that is under way")
    func others() throws {
        let store = try store()
        let search = try RecordedSearch("one", Self.setup(), store: store)
        try go(search, count: 3)
        #expect(throws: SearchError.otherSearch("one", store: folder.path)) {
            try RecordedSearch("one", Self.setup(2), store: store)
        }
        let run = try search.start(try #require(search.next(of: 20)))
        #expect(throws: SearchError.inUse("one", run: run.shortID)) {
            try RecordedSearch("one", Self.setup(), store: store)
        }
        // A plain run of the same experiment does not matter.
        try run.finish(.killed)
        try store.start(RunDescription(experiment: "one")).finish()
        #expect(try RecordedSearch("one", Self.setup(), store: store).plan == search.plan)
    }

    @Test("gives trials seeds and folders that stay the same, and others to other searches")
    func seedsAndFolders() throws {
        let store = try store()
        let one = try RecordedSearch("a/../b c", Self.setup(), store: store)
        let other = try RecordedSearch("other", Self.setup(2), store: store)
        #expect(one.seed(ofTrial: 3) != one.seed(ofTrial: 4))
        #expect(one.seed(ofTrial: 3) != other.seed(ofTrial: 3))
        #expect(one.folder("trial-1").hasPrefix("\(folder.path)/search/a----b-c-"))
        let again = try RecordedSearch("a/../b c", Self.setup(), store: store)
        #expect(again.folder("trial-1") == one.folder("trial-1"))
        #expect(again.seed(ofTrial: 3) == one.seed(ofTrial: 3))
    }
}
