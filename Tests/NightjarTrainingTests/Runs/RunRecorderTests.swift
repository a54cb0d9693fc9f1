import NightjarModels
import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("Recording a training")
struct RunRecorderTests {
    struct Power: Error {}

    let world: SmallWorld
    let folder: TemporaryFolder
    let store: RunStore

    init() throws {
        world = try SmallWorld()
        folder = try TemporaryFolder()
        store = try RunStore(folder: folder.path + "/runs")
    }

    private func options(_ epochs: Int = 3) -> FitOptions {
        FitOptions(
            epochs: epochs, batchSize: 16, learningRate: 0.05,
            validation: Validation(world.valid),
            checkpoints: CheckpointPlan(folder: folder.path + "/checkpoints"))
    }

    @Test("writes the figures of each epoch, the recipe and the digests of the data")
    func records() throws {
        let run = try store.start()
        let training = try fit(
            world.model(), on: world.train, options(),
            recorder: RunRecorder(run, modelSeed: 1 << 60))
        #expect(try run.history(of: "loss").map(\.value) == training.epochs.map(\.loss))
        #expect(
            try run.history(of: "valid.mrr").map(\.value)
                == training.epochs.map { $0.validation[0].value })
        #expect(try run.history(of: "loss").map(\.step) == [1, 2, 3])
        let record = try run.record()
        #expect(record.parameter("fit.lr") == "0.05")
        #expect(record.parameter("fit.optimizer") == "adam")
        #expect(record.parameter("model") == "lstm")
        #expect(record.parameter("model.hidden") == "8")
        #expect(record.parameter("model.seed") == "1152921504606846976")
        #expect(record.data.map(\.context).sorted() == ["training", "validation"])
        #expect(record.data.first { $0.context == "training" }?.digest == training.data.digest)
        #expect(record.data.first { $0.context == "training" }?.examples == world.train.count)
    }

    @Test("gives the same model as without a record")
    func sameBytes() throws {
        let (plain, recorded) = (try world.model(), try world.model())
        var options = options()
        options.checkpoints = nil
        try _ = fit(plain, on: world.train, options)
        try _ = fit(recorded, on: world.train, options, recorder: RunRecorder(store.start()))
        #expect(values(of: plain) == values(of: recorded))
    }

    @Test("goes on after a resume without doubles, and gives a new run the epochs before")
    func resumes() throws {
        let run = try store.start()
        var left = 20
        let loop = try TrainingLoop(
            try world.model(), world.train, options(6), nil, recorder: RunRecorder(run)
        ) {
            if left == 0 { throw Interrupted() }
            left -= 1
        }
        try loop.begin()
        let stopped = try loop.run()
        #expect(stopped.stop == .interrupted && (1..<6).contains(stopped.epochs.count))
        var options = options(6)
        options.start = .newest
        let whole = try fit(
            world.model(), on: world.train, options, recorder: RunRecorder(run))
        #expect(try run.history(of: "loss").map(\.value) == whole.epochs.map(\.loss))
        let next = try store.start()
        try _ = fit(world.model(), on: world.train, options, recorder: RunRecorder(next))
        #expect(try next.history(of: "loss").map(\.value) == whole.epochs.map(\.loss))
    }

    @Test("refuses a run of another training before the first step")
    func otherRecipe() throws {
        let run = try store.start()
        let model = try world.model()
        var options = options()
        options.checkpoints = nil
        try _ = fit(model, on: world.train, options, recorder: RunRecorder(run))
        let before = values(of: model)
        options.learningRate = 0.1
        #expect(throws: RunStoreError.parameterChanged("fit.lr", saved: "0.05", given: "0.1")) {
            try fit(model, on: world.train, options, recorder: RunRecorder(run))
        }
        #expect(values(of: model) == before)
    }

    @Test("does not end the training when the store is full, and says so once")
    func fullStore() throws {
        let run = try store.start()
        var notices: [String] = []
        var options = options(4)
        options.checkpoints = nil
        let recorder = RunRecorder(run) { notices.append($0) }
        try recorder.begin(
            world.model().configuration, options, data: DataIdentity(world.train), validation: nil)
        try store.connection.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1")
        }
        // More than a buffer holds, so that it is written while the training goes on.
        for number in 1...3000 {
            recorder.record(
                EpochRecord(epoch: number, loss: 1, validation: [], learningRate: 0.1))
        }
        #expect(notices.count == 1)
        #expect(notices[0].contains("disk is full"))
        try store.connection.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 100000")
        }
        try run.finish()
        #expect(try run.history(of: "loss").count == 3000)
    }
}
