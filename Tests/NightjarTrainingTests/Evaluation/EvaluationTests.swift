import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Evaluation")
struct EvaluationTests {
    /// Scores item i with i, and padding highest of all.
    struct ByNumber: Scorer {
        let classCount: Int
        var isConcurrent: Bool { true }
        var broken: Int?

        func forEachExample(
            of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
        ) throws {
            var scores = (0..<classCount).map(Float.init)
            scores[0] = .infinity
            if let broken { scores[broken] = .nan }
            try scores.withUnsafeBufferPointer { scores in
                for example in 0..<batch.examples { try body(example, scores) }
            }
        }
    }

    let world: SmallWorld

    init() throws { world = try SmallWorld() }

    private func ranks(
        _ options: RankingOptions, of examples: Examples? = nil
    ) throws -> [Double] {
        let ranks = try rank(examples ?? world.test, with: ByNumber(classCount: 10), options)
        return (0..<ranks.count).map { ranks[$0].ranks.first ?? .nan }
    }

    @Test("ranks each target among all items", arguments: [1, 7, 128, 10_000])
    func allItems(_ batchSize: Int) throws {
        let expected = world.test.targets.map { Double(10 - $0) }
        #expect(try ranks(RankingOptions(batchSize: batchSize)) == expected)
    }

    @Test("counts padding as a rival when asked")
    func padding() throws {
        let expected = world.test.targets.map { Double(11 - $0) }
        let options = RankingOptions(candidates: try CandidateSet(countsPadding: true))
        #expect(try ranks(options) == expected)
    }

    @Test("leaves padding out where a history is padded and its items are left out")
    func maskedPadding() throws {
        let options = RankingOptions(
            candidates: try CandidateSet(countsPadding: true, masking: .history))
        // Histories of some of a user's last rows are shorter.
        let test = try SmallWorld(length: 15).test
        let found = try ranks(options, of: test)
        var kinds: Set<Bool> = []
        for (index, target) in test.targets.enumerated() {
            let history = try test.history(of: index)
            let isPadded = history.count < test.historyLength
            kinds.insert(isPadded)
            // Padding has the highest score of all.
            let above = (Int(target) + 1..<10).count { !history.contains(Int32($0)) }
            #expect(found[index] == Double(1 + above + (isPadded ? 0 : 1)))
        }
        #expect(kinds == [true, false])
    }

    @Test("says when a model ranks items that the data does not have")
    func surplus() throws {
        func line(_ classes: Int) throws -> String {
            try evaluate(ByNumber(classCount: classes), on: world.test, [ReciprocalRank()])
                .evaluation.split
        }
        #expect(world.test.log.itemCount == 9)
        #expect(try line(10) == "test of small, \(world.test.count) examples")
        #expect(
            try line(31)
                == "test of small, \(world.test.count) examples,"
                + " ranked among 30 items of which the data has 9")
        let sampled = RankingOptions(candidates: try CandidateSet(pool: .sampled(negatives: 2)))
        #expect(
            try evaluate(
                ByNumber(classCount: 31), on: world.test, [ReciprocalRank()], ranking: sampled
            ).evaluation.split == line(10))
    }

    @Test("leaves out everything that the user met before, not only the latest items")
    func seenItems() throws {
        let expected = world.test.targets.enumerated().map { index, target in
            let log = world.test.log
            let row = Int(world.test.rows[index])
            let earlier = Set(
                (0..<row).filter { log.users[$0] == log.users[row] }.map { log.items[$0] })
            return Double(1 + (target + 1..<10).count { !earlier.contains($0) })
        }
        let options = RankingOptions(candidates: try CandidateSet(masking: .seen))
        #expect(try ranks(options) == expected)
        #expect(expected != world.test.targets.map { Double(10 - $0) })
    }

    @Test("leaves out the items of the history alone when asked to")
    func historyItems() throws {
        let expected = try world.test.targets.enumerated().map { index, target in
            let history = Set(try world.test.history(of: index))
            return Double(1 + (target + 1..<10).count { !history.contains($0) })
        }
        let options = RankingOptions(candidates: try CandidateSet(masking: .history))
        #expect(try ranks(options) == expected)
        let seen = RankingOptions(candidates: try CandidateSet(masking: .seen))
        #expect(try ranks(seen) != expected)
    }

    @Test("ranks against the same sampled items whatever the batch size, and says so")
    func sampled() throws {
        func report(_ batchSize: Int, seed: UInt64 = 1) throws -> MetricReport {
            try evaluate(
                ByNumber(classCount: 10), on: world.test, [ReciprocalRank()],
                ranking: RankingOptions(
                    candidates: CandidateSet(pool: .sampled(negatives: 4)), seed: seed,
                    batchSize: batchSize))
        }
        let row = try report(1).row("sampled MRR")
        #expect(try row.values == report(50).row("sampled MRR").values)
        #expect(try row.values != report(50, seed: 2).row("sampled MRR").values)
        #expect(row.values.allSatisfy { $0 >= 0.2 })
    }

    @Test("gives the same ranks from a model's own scorer as from its scores")
    func scorers() throws {
        struct Plain: Scorer {
            let model: LSTMRecommender
            var classCount: Int { model.classCount }
            var isConcurrent: Bool { false }
            func forEachExample(
                of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
            ) throws {
                try model.scores(batch).withUnsafeValues { values throws in
                    for example in 0..<batch.examples {
                        let row = values[example * classCount..<(example + 1) * classCount]
                        try body(example, UnsafeBufferPointer(rebasing: row))
                    }
                }
            }
        }
        let model = try world.model()
        let metrics: [any RankingMetric] = [ReciprocalRank(), try Recall(at: 3)]
        let one = try evaluate(model, on: world.test, metrics)
        let other = try evaluate(Plain(model: model), on: world.test, metrics)
        for (left, right) in zip(one.rows, other.rows) { #expect(left.values == right.values) }
    }

    @Test("is right also as the first thing that a process computes")
    func first() async {
        await #expect(processExitsWith: .success) {
            let world = try SmallWorld()
            let model = try world.model()
            let first = try evaluate(model, on: world.test, [ReciprocalRank()])
            let second = try evaluate(model, on: world.test, [ReciprocalRank()])
            #expect(first.rows[0].values == second.rows[0].values)
        }
    }

    @Test("keeps every example's value and user, and names its protocol")
    func report() throws {
        let report = try evaluate(
            ByNumber(classCount: 10), on: world.test, [ReciprocalRank(), Recall(at: 2)],
            bootstrap: Bootstrap(resamples: 100))
        #expect(try report.row("MRR").values == world.test.targets.map { 1 / Double(10 - $0) })
        #expect(report.users == world.test.users)
        #expect(try report.row("Recall@2").interval != nil)
        #expect(
            report.evaluation.description
                == "test of small, \(world.test.count) examples; candidates: all items, seen items not masked; ties: average"
        )
    }

    @Test("refuses scores that are not numbers")
    func notANumber() throws {
        #expect(throws: MetricError.notANumber(item: 4)) {
            try evaluate(
                ByNumber(classCount: 10, broken: 4), on: world.test, [ReciprocalRank()])
        }
    }

    @Test("refuses no examples, no batch, and a model of fewer items")
    func badInput() throws {
        let scorer = ByNumber(classCount: 10)
        #expect(throws: TrainingError.noExamples("evaluation")) {
            try evaluate(scorer, on: world.test.subset([]), [ReciprocalRank()])
        }
        #expect(throws: TrainingError.self) {
            try evaluate(
                scorer, on: world.test, [ReciprocalRank()], ranking: RankingOptions(batchSize: 0))
        }
        #expect(throws: TrainingError.tooManyItems(data: 9, model: 4)) {
            try evaluate(ByNumber(classCount: 5), on: world.test, [ReciprocalRank()])
        }
    }
}
