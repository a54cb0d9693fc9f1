import Foundation
import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Synchronization
import Testing

@testable import NightjarTraining

@Suite("Retraining on subsets")
struct RetrainingTests {
    let world: SmallWorld
    let options = FitOptions(epochs: 2, batchSize: 16, learningRate: 0.05)

    init() throws { world = try SmallWorld() }

    private func retraining(
        _ subsets: Subsets, seeds: [UInt64] = [1, 2], cache: String? = nil,
        metrics: [any RankingMetric] = [], options: FitOptions? = nil
    ) throws -> Retraining {
        try Retraining(
            of: seeds.map { ($0, try ModelTemplate(world.model(seed: $0))) }, on: world.train,
            subsets: subsets, options ?? self.options, targets: world.test, metrics: metrics,
            cache: cache)
    }

    private func halves(_ count: Int = 3) throws -> Subsets {
        try .random(count, share: 0.5, of: world.train.count, seed: 1)
    }

    @Test("side by side gives the bytes of fits one after another on all threads")
    func sameBytes() throws {
        let subsets = try halves()
        let found = try retraining(subsets, metrics: [ReciprocalRank()]).run()
        for (number, subset) in subsets.all.enumerated() {
            var mean = [Double](repeating: 0, count: world.test.count)
            for (place, seed) in [UInt64(1), 2].enumerated() {
                let model = try world.model(seed: seed)
                var options = options
                options.seed = seed
                _ = try fit(model, on: world.train.subset(subset.kept), options)
                let expected = try losses(of: model, on: world.test)
                let report = try evaluate(model, on: world.test, [ReciprocalRank()])
                #expect(found[number, place]?[0] == expected)
                #expect(found[number, place]?[1] == report.rows[0].values.map(Float.init))
                for (target, loss) in expected.enumerated() { mean[target] += Double(loss) / 2 }
            }
            #expect(try found.values().row(number).values == mean.map(Float.init))
        }
        #expect(!found.isPartial)
        #expect(found.names == ["loss", "MRR"])
    }

    @Test("starts every model from the same values, which training does not change")
    func template() throws {
        let model = try world.model()
        let before = values(of: model)
        let template = try ModelTemplate(model)
        let copy = try template.model()
        _ = try fit(copy, on: world.train, options)
        #expect(values(of: model) == before)
        #expect(values(of: copy) != before)
        #expect(values(of: try template.model()) == before)
    }

    @Test("on the whole set and without one example differ")
    func leaveOneOut() throws {
        let count = world.train.count
        let subsets = try Subsets(
            [
                .without([], of: count), .without([3], of: count),
                .only(Array(0..<count), of: count),
            ],
            of: count)
        let losses = try retraining(subsets, seeds: [1]).run().values()
        #expect(try losses.row(0).values == losses.row(2).values)
        #expect(try losses.row(0).values != losses.row(1).values)
    }

    @Test("finds what is done in its folder, whatever else is asked for")
    func cache() throws {
        let folder = try TemporaryFolder()
        let first = try retraining(halves(2), seeds: [2], cache: folder.path).run()
        #expect(try folder.names.count == 2)
        // Other figures in the files show which of them are read.
        for name in try folder.names {
            try SafetensorsFile.write(
                [
                    TensorSource(
                        "loss", shape: [world.test.count], floats: Self.mark(world.test.count))
                ],
                to: "\(folder.path)/\(name)")
        }
        let second = try retraining(halves(3), seeds: [1, 2], cache: folder.path).run()
        #expect(try folder.names.count == 6)
        #expect(second[0, 1]?[0] == Self.mark(world.test.count))
        #expect(second[1, 1]?[0] == Self.mark(world.test.count))
        #expect(second[0, 0]?[0] != Self.mark(world.test.count))
        #expect(second[2, 1]?[0] != Self.mark(world.test.count))
        #expect(try first.values().row(0).values != Self.mark(world.test.count))
    }

    private static func mark(_ count: Int) -> [Float] { (0..<count).map { Float($0) } }

    @Test("takes nothing from a folder that was found with other data, options or values")
    func otherCache() throws {
        let folder = try TemporaryFolder()
        let subsets = try halves(1)
        _ = try retraining(subsets, seeds: [1], cache: folder.path).run()
        var longer = options
        longer.epochs = 3
        _ = try retraining(subsets, seeds: [1], cache: folder.path, options: longer).run()
        #expect(try folder.names.count == 2)
        _ = try retraining(
            subsets, seeds: [1], cache: folder.path, metrics: [ReciprocalRank()]
        ).run()
        #expect(try folder.names.count == 3)
        let weighted = try world.train.withWeights(
            (0..<world.train.count).map { Float(1 + $0 % 2) })
        _ = try Retraining(
            of: [(1, ModelTemplate(world.model(seed: 1)))], on: weighted, subsets: subsets, options,
            targets: world.test, cache: folder.path
        ).run()
        #expect(try folder.names.count == 4)
        _ = try Retraining(
            of: [(1, ModelTemplate(world.model(seed: 9)))], on: world.train, subsets: subsets,
            options, targets: world.test, cache: folder.path
        ).run()
        #expect(try folder.names.count == 5)
    }

    @Test("refuses a damaged file of its folder instead of training over it")
    func damaged() throws {
        let folder = try TemporaryFolder()
        _ = try retraining(halves(1), seeds: [1], cache: folder.path).run()
        let name = try #require(folder.names.first)
        try folder.write(Array(folder.bytes(name).dropLast(4)), name)
        #expect(throws: FileFormatError.self) {
            try retraining(halves(1), seeds: [1], cache: folder.path).run()
        }
    }

    /// A metric that lets the user ask to stop while it scores the ninth model, if at all.
    private struct Stopper: RankingMetric {
        static let declaration = ReciprocalRank.declaration
        static let calls = Mutex(0)
        static let stops = Mutex(false)

        var description: String { "stopper" }

        func score(_ example: RankedExample) -> Double {
            let calls = Self.calls.withLock { calls in
                calls += 1
                return calls
            }
            if calls == 300, Self.stops.withLock({ $0 }) { Interruption.request() }
            return 1
        }
    }

    @Test("stopped by the user gives what is finished, and goes on from there")
    func interrupted() async {
        await #expect(processExitsWith: .success) {
            let test = try RetrainingTests()
            let folder = try TemporaryFolder()
            let whole = try test.retraining(test.halves(20), seeds: [1], metrics: [Stopper()]).run()
            let retraining = try test.retraining(
                test.halves(20), seeds: [1], cache: folder.path, metrics: [Stopper()])
            Stopper.calls.withLock { $0 = 0 }
            Stopper.stops.withLock { $0 = true }
            let part = try retraining.run()
            try #require(part.isPartial && part.finishedCount >= 4)
            try #require(part.completeSubsets.count == part.finishedCount)
            try #require(try folder.names.count == part.finishedCount)
            let known = try part.values().values.filter { !$0.isNaN }
            try #require(known.count == part.finishedCount * test.world.test.count)
            Interruption.clear()
            let rest = try retraining.run()
            try #require(!rest.isPartial)
            try #require(try rest.values().values == whole.values().values)
        }
    }

    @Test("tells on its own thread how far all models are")
    func progress() throws {
        let told = Mutex<[(task: String, done: Double, total: Double, isOwn: Bool)]>([])
        let thread = pthread_self()
        _ = try retraining(halves(12)).run { report in
            let isOwn = pthread_equal(pthread_self(), thread) != 0
            told.withLock { $0.append((report.task, report.done, report.total, isOwn)) }
        }
        let reports = told.withLock { $0 }
        let total = Double(24 * (world.train.count / 2) * 2)
        #expect(reports.allSatisfy { $0.isOwn && $0.done <= $0.total })
        #expect(reports.allSatisfy { abs($0.total - total) <= 48 })
        #expect(reports.allSatisfy { $0.task.hasPrefix("model ") && $0.task.hasSuffix("/24") })
        let last = try #require(reports.last)
        #expect(last.task == "model 24/24" && last.done == last.total)
    }

    @Test("refuses what cannot be retrained on")
    func refused() throws {
        let count = world.train.count
        #expect(throws: TrainingError.emptySubset(number: 2)) {
            try retraining(Subsets([.without([], of: count), .only([], of: count)], of: count))
        }
        #expect(throws: TrainingError.otherSet(subsets: 5, examples: count)) {
            try retraining(Subsets([.only([1], of: 5)], of: 5))
        }
        #expect(throws: TrainingError.self) { try retraining(halves(), seeds: []) }
        #expect(throws: TrainingError.noExamples("target")) {
            try Retraining(
                of: [(1, ModelTemplate(world.model()))], on: world.train, subsets: halves(),
                options,
                targets: world.test.subset([]))
        }
        let found = try retraining(halves(1)).run()
        #expect(throws: TrainingError.self) { try found.values("mrr") }
        #expect(throws: TrainingError.self) { try found.values("loss", seed: 7) }
    }

    @Test("ends with the error of a model that diverges")
    func diverged() throws {
        var wild = options
        wild.learningRate = 1e30
        #expect(throws: TrainingError.self) { try retraining(halves(), options: wild).run() }
    }
}
