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

/// Every test compares with the bytes of a run that nothing disturbed.
@Suite("Resuming")
struct ResumeTests {
    struct Power: Error {}

    let world: SmallWorld

    init() throws { world = try SmallWorld() }

    /// A run with everything that has a state: momentum, a plateau, early stopping, the best values.
    static func options(_ world: SmallWorld, _ folder: String) -> FitOptions {
        FitOptions(
            epochs: 6, batchSize: 16, learningRate: 0.05,
            schedule: .reduceOnPlateau(factor: 0.5, patience: 0), clipNorm: 0.5, seed: 9,
            validation: Validation(world.valid), patience: 5, restoresBest: true,
            checkpoints: CheckpointPlan(folder: folder, epochs: .every(2), keepsBest: true))
    }

    /// Runs until `batches` batches are done and then meets `end`.
    static func run(
        _ world: SmallWorld, _ options: FitOptions, _ model: any NextItemModel,
        until batches: Int, _ end: any Error
    ) throws -> TrainingRun {
        var left = batches
        let loop = try TrainingLoop(model, world.train, options, nil) {
            if left == 0 { throw end }
            left -= 1
        }
        try loop.begin()
        return try loop.run()
    }

    private func undisturbed(_ folder: TemporaryFolder) throws -> (TrainingRun, [Float]) {
        let model = try world.model()
        let run = try fit(model, on: world.train, Self.options(world, folder.path))
        return (run, values(of: model))
    }

    private func expectEqual(_ one: TemporaryFolder, _ other: TemporaryFolder) throws {
        #expect(try one.names == other.names)
        #expect(
            try one.names == [
                "best.safetensors", "epoch-0002.safetensors", "epoch-0004.safetensors",
                "epoch-0006.safetensors", "last.safetensors",
            ])
        for name in try one.names {
            #expect(try one.bytes(name) == other.bytes(name), "\(name)")
        }
    }

    @Test("is not needed for two runs of one seed to be equal, byte for byte")
    func repeated() throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (_, values) = try undisturbed(one)
        let (_, again) = try undisturbed(other)
        #expect(values == again)
        try expectEqual(one, other)
    }

    @Test(
        "after an interruption gives the same bytes, wherever it came",
        arguments: [0, 1, 8, 9, 10, 17, 30])
    func interrupted(_ batches: Int) throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (whole, expected) = try undisturbed(one)
        var options = Self.options(world, other.path)
        let stopped = try Self.run(
            world, options, world.model(), until: batches, Interrupted())
        #expect(stopped.stop == .interrupted)
        #expect(stopped.newestCheckpoint == other.path + "/last.safetensors")

        options.start = .newest
        let model = try world.model(seed: 77)
        let run = try fit(model, on: world.train, options)
        #expect(values(of: model) == expected)
        #expect(run.stop == whole.stop)
        #expect(run.bestEpoch == whole.bestEpoch)
        #expect(run.epochs.map(\.loss) == whole.epochs.map(\.loss))
        #expect(run.checkpoints.count == 3)
        try expectEqual(one, other)
    }

    @Test("after a power cut gives the same bytes", arguments: [1, 14, 40])
    func powerCut(_ batches: Int) throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (_, expected) = try undisturbed(one)
        var options = Self.options(world, other.path)
        #expect(throws: Power.self) {
            try Self.run(world, options, world.model(), until: batches, Power())
        }
        options.start = .newest
        let model = try world.model()
        _ = try fit(model, on: world.train, options)
        #expect(values(of: model) == expected)
        try expectEqual(one, other)
    }

    @Test("after kill -9 gives the same bytes")
    func killed() async throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (_, expected) = try undisturbed(one)
        let path = other.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            struct Unreachable: Error {}
            let world = try SmallWorld()
            var left = 25
            let loop = try TrainingLoop(
                world.model(), world.train, ResumeTests.options(world, path), nil
            ) {
                left -= 1
                if left == 0 { kill(getpid(), SIGKILL) }
            }
            try loop.begin()
            _ = try loop.run()
        }
        var options = Self.options(world, path)
        options.start = .newest
        let model = try world.model()
        _ = try fit(model, on: world.train, options)
        #expect(values(of: model) == expected)
        try expectEqual(one, other)
    }

    @Test("stops at Ctrl-C with what it has")
    func controlC() async {
        // In a process of its own: the request to stop reaches every computation of a process.
        await #expect(processExitsWith: .success) {
            let world = try SmallWorld()
            let folder = try TemporaryFolder()
            var options = FitOptions(
                epochs: 100_000, batchSize: 16,
                checkpoints: CheckpointPlan(folder: folder.path, keepsLast: false))
            let run = try fit(world.model(), on: world.train, options) { _ in
                Interruption.request()
            }
            #expect(run.stop == .interrupted)
            #expect(run.epochs.count < 100_000)
            #expect(try folder.names == ["last.safetensors"])
            #expect(throws: Interrupted.self) {
                try evaluate(world.model(), on: world.test, [ReciprocalRank()])
            }
            Interruption.clear()
            options.epochs = run.epochs.count + 1
            options.start = .newest
            let resumed = try fit(world.model(), on: world.train, options)
            #expect(resumed.stop == .finished)
            #expect(resumed.epochs.prefix(run.epochs.count).map(\.loss) == run.epochs.map(\.loss))
        }
    }

    @Test("from a given checkpoint prolongs a finished run as if it had been longer")
    func prolonged() throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (_, expected) = try undisturbed(one)
        var options = Self.options(world, other.path)
        options.epochs = 4
        _ = try fit(world.model(), on: world.train, options)
        options.epochs = 6
        options.start = .checkpoint(other.path + "/epoch-0004.safetensors")
        let model = try world.model()
        _ = try fit(model, on: world.train, options)
        #expect(values(of: model) == expected)
        try expectEqual(one, other)
    }

    @Test("of a run that had stopped early does nothing but give back the best values")
    func stoppedEarly() throws {
        let folder = try TemporaryFolder()
        var options = Self.options(world, folder.path)
        options.epochs = 60
        options.learningRate = 0.4
        options.patience = 2
        let model = try world.model()
        let run = try fit(model, on: world.train, options)
        #expect(run.stop == .early)
        options.start = .newest
        let other = try world.model()
        let again = try fit(other, on: world.train, options)
        #expect(again.stop == .early)
        #expect(again.epochs.count == run.epochs.count)
        #expect(values(of: other) == values(of: model))
    }

    @Test("refuses other options, data, models and lengths")
    func mismatches() throws {
        let folder = try TemporaryFolder()
        var options = Self.options(world, folder.path)
        options.epochs = 2
        options.validation = nil
        options.patience = nil
        let run = try fit(world.model(), on: world.train, options)
        let newest = try #require(run.newestCheckpoint)
        options.start = .newest
        func resumed(_ change: (inout FitOptions) -> Void) throws -> TrainingRun {
            var changed = options
            change(&changed)
            return try fit(world.model(), on: world.train, changed)
        }
        #expect(
            throws: TrainingError.otherOption(
                "batch size", file: newest, saved: "16", given: "8")
        ) { try resumed { $0.batchSize = 8 } }
        #expect(throws: TrainingError.self) { try resumed { $0.seed = 10 } }
        #expect(throws: TrainingError.self) { try resumed { $0.rule = .sgd() } }
        #expect(throws: TrainingError.self) { try resumed { $0.clipNorm = nil } }
        #expect(throws: TrainingError.pastEnd(file: newest, epoch: 2, epochs: 1)) {
            try resumed { $0.epochs = 1 }
        }
        #expect(throws: CheckpointError.self) {
            try fit(world.model(), on: world.train.without([0]), options)
        }
        let wide = try LSTMRecommender(.init(items: 9, dim: 6, hidden: 9), seed: 1)
        let before = values(of: wide)
        #expect(throws: CheckpointError.self) { try fit(wide, on: world.train, options) }
        #expect(values(of: wide) == before)
    }
}
