import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Fit")
struct FitTests {
    let world: SmallWorld

    init() throws { world = try SmallWorld() }

    @Test("lowers the loss and learns the ring that popularity cannot see")
    func learns() throws {
        let model = try world.model(hidden: 16)
        let run = try fit(
            model, on: world.train, FitOptions(epochs: 30, batchSize: 16, learningRate: 0.02))
        let losses = run.epochs.map(\.loss)
        #expect(run.stop == .finished)
        #expect(losses.count == 30)
        #expect(losses[29] < losses[0] / 2)
        let metrics: [any RankingMetric] = [ReciprocalRank()]
        let learnt = try evaluate(model, on: world.test, metrics).row("MRR").mean
        let popular = try evaluate(
            PopularityScorer(trainedOn: world.train), on: world.test, metrics
        ).row("MRR").mean
        #expect(learnt > popular + 0.2)
    }

    @Test("brings the loss of twenty examples to nearly nothing")
    func overfits() throws {
        // Of equal histories only one is kept, or different targets would keep the loss up.
        var seen: Set<[Int32]> = []
        let distinct = try (0..<world.train.count).filter {
            seen.insert(try world.train.history(of: $0)).inserted
        }
        let few = try world.train.subset(distinct.prefix(20))
        let run = try fit(
            world.model(hidden: 24), on: few,
            FitOptions(epochs: 200, batchSize: 20, learningRate: 0.03))
        #expect(few.count == 20)
        #expect(try #require(run.epochs.last).loss < 0.01)
    }

    @Test("drops the gradient of an example with weight 0")
    func zeroWeight() throws {
        let some = try world.train.subset(0..<8)
        let weights: [Float] = [1, 1, 0, 1, 1, 1, 0, 1]
        let (one, other) = (try world.model(), try world.model())
        let options = FitOptions(
            epochs: 1, batchSize: 8, rule: .adamW(decay: 0.1), learningRate: 0.01, shuffles: false)
        _ = try fit(one, on: some.withWeights(weights), options)
        _ = try fit(other, on: some.without([2, 6]), options)
        for (left, right) in zip(values(of: one), values(of: other)) {
            #expect(abs(left - right) < 1e-6)
        }
    }

    @Test("gives equal weights the same bytes as none")
    func unitWeights() throws {
        let (one, other) = (try world.model(), try world.model())
        let options = FitOptions(epochs: 2, batchSize: 32)
        _ = try fit(one, on: world.train, options)
        _ = try fit(
            other, on: world.train.withWeights([Float](repeating: 1, count: world.train.count)),
            options)
        #expect(values(of: one) == values(of: other))
    }

    @Test("depends on the seed of the order, and on nothing else that varies")
    func seeds() throws {
        func trained(_ seed: UInt64, shuffles: Bool = true) throws -> [Float] {
            let model = try world.model()
            _ = try fit(
                model, on: world.train,
                FitOptions(epochs: 2, batchSize: 16, shuffles: shuffles, seed: seed))
            return values(of: model)
        }
        #expect(try trained(1) == trained(1))
        #expect(try trained(1) != trained(2))
        #expect(try trained(1, shuffles: false) == trained(2, shuffles: false))
    }

    @Test("does not depend on the number of threads", arguments: ["1", "3"])
    func threads(_ count: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        // The number of threads is read once in a process.
        await #expect(processExitsWith: .success) {
            [path = path as String, count = count as String] in
            setenv("NIGHTJAR_THREADS", count, 1)
            let world = try SmallWorld(users: 60, items: 300, length: 9)
            _ = try fit(
                world.model(hidden: 40), on: world.train,
                FitOptions(
                    epochs: 2, batchSize: 512, clipNorm: 1,
                    checkpoints: CheckpointPlan(folder: path)))
        }
        let checkpoint = try Checkpoint(path: path + "/last.safetensors")
        #expect(String(checkpoint.record.machine.threads) == count)
        let world = try SmallWorld(users: 60, items: 300, length: 9)
        let model = try world.model(hidden: 40)
        _ = try fit(
            model, on: world.train, FitOptions(epochs: 2, batchSize: 512, clipNorm: 1))
        let isEqual = try values(of: checkpoint.model()) == values(of: model)
        #expect(isEqual)
    }

    @Test("follows the schedule and records the rate of each epoch's last step")
    func schedule() throws {
        let run = try fit(
            world.model(), on: world.train,
            FitOptions(
                epochs: 4, batchSize: 1000, learningRate: 0.1,
                schedule: .stepDecay(every: 2, factor: 0.1)))
        for (record, expected) in zip(run.epochs, [0.1, 0.1, 0.01, 0.01]) {
            #expect(abs(record.learningRate - expected) < 1e-12)
        }
    }

    @Test("clips long gradients and leaves short ones alone")
    func clipping() throws {
        func trained(_ clipNorm: Double?) throws -> [Float] {
            let model = try world.model()
            _ = try fit(
                model, on: world.train,
                FitOptions(
                    epochs: 1, batchSize: world.train.count, rule: .sgd(), learningRate: 1,
                    clipNorm: clipNorm))
            return values(of: model)
        }
        let start = values(of: try world.model())
        let clipped = try trained(0.01)
        let distance = zip(clipped, start).reduce(0.0) {
            $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
        }.squareRoot()
        #expect(abs(distance - 0.01) < 1e-5)
        #expect(try trained(1e6) == trained(nil))
    }

    @Test("stops early and gives back the best epoch's values")
    func earlyStopping() throws {
        // A rate this high gets worse soon.
        var options = FitOptions(
            epochs: 60, batchSize: 8, learningRate: 0.3,
            validation: Validation(world.valid), patience: 3, restoresBest: true)
        let model = try world.model()
        let run = try fit(model, on: world.train, options)
        let bestEpoch = try #require(run.bestEpoch)
        #expect(run.stop == .early)
        #expect(run.epochs.count == bestEpoch + 3)
        let figures = run.epochs.map { $0.validation[0].value }
        #expect(figures[bestEpoch - 1] == figures.max())
        let again = try evaluate(model, on: world.valid, [ReciprocalRank()])
        #expect(try again.row("MRR").mean == figures[bestEpoch - 1])

        options.epochs = bestEpoch
        options.patience = nil
        let short = try world.model()
        _ = try fit(short, on: world.train, options)
        #expect(values(of: short) == values(of: model))
    }

    @Test("tells of its progress")
    func progress() throws {
        var reports: [ProgressReport] = []
        _ = try fit(
            world.model(hidden: 32), on: world.train,
            // Reports come five times a second: long enough for one, however fast the machine.
            FitOptions(epochs: 600, batchSize: 2, validation: Validation(world.valid))
        ) { reports.append($0) }
        let last = try #require(reports.last)
        #expect(last.task.hasSuffix("/600"))
        #expect(last.unit == "ex")
        #expect(last.total == Double(600 * world.train.count))
        #expect(last.done > 0 && last.done <= last.total)
        #expect(last.rate > 0)
        #expect(last.figures[0].name == "loss")
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.done < $1.done })
    }

    @Test("names epoch and batch when the loss is not a number, and keeps the values before")
    func divergence() throws {
        let model = try world.model()
        let error = #expect(throws: TrainingError.self) {
            try fit(
                model, on: world.train,
                FitOptions(epochs: 3, batchSize: 16, rule: .sgd(), learningRate: 1e38))
        }
        guard case .diverged(let epoch, let batch, _, nil) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(epoch == 1)
        #expect(batch >= 2)
        #expect(error?.description.contains("Lower the learning rate or clip gradients") ?? false)
    }

    @Test("does not save values that are not finite, and names the last good checkpoint")
    func divergenceAtTheEnd() throws {
        let folder = try TemporaryFolder()
        let model = try world.model()
        // One batch an epoch: the broken values are met when the epoch is complete.
        var options = FitOptions(
            epochs: 1, batchSize: world.train.count, rule: .sgd(), learningRate: 0.1,
            checkpoints: CheckpointPlan(folder: folder.path, epochs: .every(1)))
        _ = try fit(model, on: world.train, options)
        let good = try folder.bytes("last.safetensors")
        options.epochs = 5
        options.start = .newest
        let other = try world.model()
        let poisoned = FailingModel(other, failsAfter: 1)
        let error = #expect(throws: TrainingError.self) {
            try fit(poisoned, on: world.train, options)
        }
        #expect(
            error
                == .diverged(
                    epoch: 2, batch: 1, what: "a value of 'output.bias'",
                    checkpoint: folder.path + "/last.safetensors"))
        #expect(try folder.bytes("last.safetensors") == good)
        #expect(try folder.names == ["epoch-0001.safetensors", "last.safetensors"])
    }

    @Test(
        "refuses options that make no sense",
        arguments: [
            FitOptions(epochs: 0), FitOptions(epochs: .max), FitOptions(batchSize: 0),
            FitOptions(batchSize: .max), FitOptions(learningRate: -1),
            FitOptions(learningRate: .nan), FitOptions(clipNorm: 0),
            FitOptions(clipNorm: .infinity), FitOptions(patience: 3),
            FitOptions(schedule: .cosine(warmUpSteps: 1 << 40)),
            FitOptions(checkpoints: CheckpointPlan(folder: "unused", epochs: .every(0))),
            FitOptions(checkpoints: CheckpointPlan(folder: "unused", epochs: .only([11]))),
            FitOptions(checkpoints: CheckpointPlan(folder: "unused", epochs: .only([-1]))),
            FitOptions(start: .newest),
        ])
    func badOptions(_ options: FitOptions) throws {
        let model = try world.model()
        let before = values(of: model)
        #expect(throws: TrainingError.self) { try fit(model, on: world.train, options) }
        #expect(values(of: model) == before)
    }

    @Test("refuses nothing to learn, nothing to validate, and unknown items")
    func badData() throws {
        let none = try world.train.subset([])
        let model = try world.model()
        #expect(throws: TrainingError.noExamples("training")) { try fit(model, on: none) }
        #expect(throws: TrainingError.noExamples("validation")) {
            try fit(model, on: world.train, FitOptions(validation: Validation(none)))
        }
        let zeros = [Float](repeating: 0, count: world.train.count)
        #expect(throws: TrainingError.noWeight) {
            try fit(model, on: world.train.withWeights(zeros))
        }
        let small = try LSTMRecommender(.init(items: 8, dim: 2, hidden: 2), seed: 1)
        #expect(throws: TrainingError.tooManyItems(data: 9, model: 8)) {
            try fit(small, on: world.train)
        }
    }
}

/// A model that breaks one of its values after some batches.
final class FailingModel: NextItemModel {
    private let model: LSTMRecommender
    private var batchesLeft: Int

    init(_ model: LSTMRecommender, failsAfter batches: Int) {
        self.model = model
        batchesLeft = batches
    }

    var configuration: ModelConfiguration { model.configuration }
    var parameters: [Parameter] { model.parameters }
    var classCount: Int { model.classCount }

    func loss(
        _ batch: Batch, scales: [Float], on tape: Tape
    ) throws(TensorError) -> BatchLoss {
        let loss = try model.loss(batch, scales: scales, on: tape)
        batchesLeft -= 1
        if batchesLeft == 0 { model.parameter("output.bias")?.value.fill(.nan) }
        return loss
    }

    func scores(_ batch: Batch) throws(TensorError) -> Tensor { try model.scores(batch) }
}
