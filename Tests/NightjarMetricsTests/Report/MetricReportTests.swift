import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Metric reports")
struct MetricReportTests {
    private func protocolLine(
        pool: CandidateSet.Pool = .all, ties: TieRule = .average
    ) throws -> EvaluationProtocol {
        EvaluationProtocol(
            split: "test: last item of each user", candidates: try CandidateSet(pool: pool),
            ties: ties)
    }

    private func metrics() throws -> [any RankingMetric] {
        try ["MRR", "Recall@10"].map { try Metric.parse($0) }
    }

    private func report(
        _ ranks: [[Double]], users: [Int32]? = nil, pool: CandidateSet.Pool = .all,
        ties: TieRule = .average, bootstrap: Bootstrap? = nil
    ) throws -> MetricReport {
        try MetricReport(
            metrics(), of: RelevantRanks(ranks, candidates: 100), users: users,
            evaluation: protocolLine(pool: pool, ties: ties), bootstrap: bootstrap)
    }

    @Test("keep per-example values and count examples with nothing to find")
    func values() throws {
        let report = try report([[1], [4], [], [20]])
        let mrr = try report.row("mrr")
        #expect(mrr.values.count == 4)
        #expect(mrr.values[2].isNaN)
        #expect((mrr.count, mrr.unscored) == (3, 1))
        #expect(abs(mrr.mean - 1.3 / 3) < 1e-15)
        #expect(mrr.interval == nil)
        #expect(abs(try report.row("RECALL@10").mean - 2.0 / 3) < 1e-15)
    }

    @Test("count every user once when asked to")
    func byUser() throws {
        let bootstrap = try Bootstrap(resamples: 100)
        let report = try report(
            [[1], [4], [], [20], []], users: [7, 2, 2, 7, 3], bootstrap: bootstrap)
        let users = try report.byUser()
        #expect(users.users == [2, 3, 7])
        let mrr = try users.row("mrr")
        #expect(mrr.values[0] == 0.25 && mrr.values[1].isNaN && mrr.values[2] == 0.525)
        #expect((mrr.count, mrr.unscored) == (2, 1))
        #expect(abs(mrr.mean - 0.3875) < 1e-15 && mrr.interval != nil)
        #expect(users.description.hasPrefix("test: last item of each user, each user's mean;"))
        #expect(throws: MetricError.self) {
            try report.difference("mrr", minus: users, bootstrap: bootstrap)
        }
        #expect(throws: MetricError.noUsers) { try self.report([[1], [2]]).byUser() }
    }

    @Test("print the protocol first, then one aligned line for each metric")
    func printed() throws {
        let bootstrap = try Bootstrap(resamples: 100)
        let report = try report([[1], [1], [1]], users: [1, 2, 2], bootstrap: bootstrap)
        #expect(
            report.description == """
                test: last item of each user; candidates: all items, seen items not masked; ties: average
                intervals: 95 % percentile bootstrap, 100 resamples of users
                metric       mean      sd          interval  n  unscored
                MRR        1.0000  0.0000  [1.0000, 1.0000]  3         0
                Recall@10  1.0000  0.0000  [1.0000, 1.0000]  3         0
                """)
    }

    @Test("label sampled metrics")
    func sampled() throws {
        let report = try report([[1]], pool: .sampled(negatives: 99))
        #expect(report.rows.map(\.name) == ["sampled MRR", "sampled Recall@10"])
        #expect(report["MRR"] == nil)
    }

    @Test("leave out the interval where one user or an infinite mean allows none")
    func noInterval() throws {
        let bootstrap = try Bootstrap(resamples: 10)
        let oneUser = try report([[1], [2]], users: [5, 5], bootstrap: bootstrap)
        #expect(try oneUser.row("MRR").interval == nil)
        let infinite = try MetricReport(
            [MeanRank()], of: RelevantRanks([[1], [.infinity]], candidates: 9),
            evaluation: protocolLine(), bootstrap: bootstrap)
        #expect(infinite.rows[0].mean == .infinity)
        #expect(infinite.rows[0].interval == nil)
        let nothing = try report([[], []], bootstrap: bootstrap)
        #expect(try nothing.row("MRR").mean.isNaN)
    }

    @Test("compare pairwise, by user, on the same examples only")
    func difference() throws {
        let bootstrap = try Bootstrap(resamples: 200)
        let users: [Int32] = [1, 1, 2, 3]
        let worse = try report([[2], [4], [10], []], users: users)
        let better = try report([[1], [2], [5], [1]], users: users)
        let gain = try better.difference("mrr", minus: worse, bootstrap: bootstrap)
        #expect(abs(gain.mean - (0.5 + 0.25 + 0.1) / 3) < 1e-15)
        #expect((gain.count, gain.unitCount, gain.skipped) == (3, 2, 1))
        #expect(throws: MetricError.self) {
            let others = try report([[1], [2], [5], [1]], users: [1, 2, 3, 4])
            return try better.difference("mrr", minus: others, bootstrap: bootstrap)
        }
        #expect(throws: MetricError.self) {
            let optimistic = try report([[1], [2], [5], [1]], users: users, ties: .optimistic)
            return try better.difference("mrr", minus: optimistic, bootstrap: bootstrap)
        }
        #expect(try better.row("RR").name == "MRR")
        #expect(try better.row("r@10").name == "Recall@10")
        #expect(throws: MetricError.notInReport("auc", known: ["MRR", "Recall@10"])) {
            try better.difference("auc", minus: worse, bootstrap: bootstrap)
        }
    }

    @Test("average each example over the runs of several seeds")
    func seeds() throws {
        let runs = try [report([[1], [4], []]), report([[2], [4], []])]
        let averaged = try MetricReport.averaged(over: runs, bootstrap: nil)
        let mrr = try averaged.row("MRR")
        #expect(Array(mrr.values.prefix(2)) == [0.75, 0.25])
        #expect(mrr.values[2].isNaN)
        #expect((mrr.mean, mrr.count, mrr.unscored) == (0.5, 2, 1))
        #expect(throws: MetricError.lengths("values", 3, "values", 1)) {
            try MetricReport.averaged(over: [runs[0], report([[1]])], bootstrap: nil)
        }
        #expect(throws: MetricError.self) {
            let other = try report([[1], [4], []], ties: .optimistic)
            return try MetricReport.averaged(over: [runs[0], other], bootstrap: nil)
        }
        #expect(throws: StatisticsError.tooFew("runs", needed: 1, found: 0)) {
            try MetricReport.averaged(over: [], bootstrap: nil)
        }
    }

    @Test("refuse users that do not match the examples")
    func usersOfOtherLength() {
        #expect(throws: MetricError.lengths("examples", 1, "users", 2)) {
            try report([[1]], users: [1, 2])
        }
    }
}

@Suite("Arm comparisons")
struct ArmComparisonTests {
    private func arm(_ ranks: [Double]) throws -> MetricReport {
        let evaluation = EvaluationProtocol(
            split: "test", candidates: CandidateSet(), ties: .average)
        return try MetricReport(
            [ReciprocalRank()], of: RelevantRanks(nextItem: ranks, candidates: 50),
            evaluation: evaluation, bootstrap: nil)
    }

    @Test("give each arm's difference from the baseline, corrected over all of them")
    func differences() throws {
        let base = [Double](repeating: 4, count: 6)
        let comparison = try ArmComparison(
            [
                ("none", arm(base)), ("good", arm([2, 2, 2, 2, 2, 2])),
                ("same", arm([4, 4, 4, 4, 4, 4])),
            ], baseline: "none", bootstrap: Bootstrap(resamples: 100))
        #expect(comparison.differences.map(\.arm) == ["good", "same"])
        #expect(comparison.differences[0].difference.mean == 0.25)
        // six differences of one sign: exact p is 2/64, times 2 by Holm
        #expect(comparison.differences[0].correctedPValue == 0.0625)
        #expect(comparison.differences[1].correctedPValue == 1)
        #expect(
            comparison.description == """
                test; candidates: all items, seen items not masked; ties: average
                arm      MRR
                none  0.2500
                good  0.5000
                same  0.2500

                paired differences: 95 % percentile bootstrap, 100 resamples of examples
                arm - none  metric                difference  p (Holm)
                good        MRR     +0.2500 [0.2500, 0.2500]    0.0625
                same        MRR     +0.0000 [0.0000, 0.0000]    1.0000
                """)
    }

    @Test("need their baseline")
    func missingBaseline() throws {
        let one = try arm([1, 2])
        #expect(throws: MetricError.unknownArm("nome", known: ["none"])) {
            try ArmComparison([("none", one)], baseline: "nome", bootstrap: Bootstrap())
        }
    }
}
