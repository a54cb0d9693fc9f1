import Foundation
import NightjarModels
import NightjarRuntime
import Synchronization
import Testing

@testable import NightjarTraining

@Suite("Fits side by side")
struct SideBySideTests {
    private let world: SmallWorld
    private let options = FitOptions(epochs: 2, batchSize: 16, learningRate: 0.05)

    init() throws { world = try SmallWorld() }

    @Test("end as the bytes of fits one after another")
    func bytes() throws {
        let models = try (1...5).map { try world.model(seed: UInt64($0)) }
        let sets = try (1...5).map { try world.train.subset(Array(0..<(20 + $0))) }
        let runs = try fit(models, on: sets, options)
        #expect(runs.map(\.stop) == [TrainingRun.Stop](repeating: .finished, count: 5))
        for place in 0..<5 {
            let alone = try world.model(seed: UInt64(place + 1))
            let run = try fit(alone, on: sets[place], options)
            #expect(values(of: alone) == values(of: models[place]))
            #expect(run.epochs.map(\.loss) == runs[place].epochs.map(\.loss))
        }
    }

    @Test("go on from their folders, to the same bytes, after a stop in the middle")
    func folders() throws {
        let root = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folders = (1...3).map { "\(root)/model-\($0)" }
        func models() throws -> [any NextItemModel] {
            try (1...3).map { try world.model(seed: UInt64($0)) }
        }
        let sets = try (1...3).map { try world.train.subset(Array(0..<(20 + $0))) }
        let whole = try models()
        _ = try fit(whole, on: sets, options)
        // One is done, one was stopped after an epoch, one has not begun.
        _ = try fit(models()[0], on: sets[0], ending(options, folders[0]))
        let stopped = try fit(
            models()[1], on: sets[1], ending(options, folders[1]), onEpoch: { _ in false })
        #expect(stopped.epochs.count == 1)
        func written() throws -> Date? {
            let file = "\(folders[0])/last.safetensors"
            return try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
                as? Date
        }
        let before = try written()
        for _ in 1...2 {
            let resumed = try models()
            let runs = try fit(resumed, on: sets, options, folders: folders)
            #expect(runs.map(\.epochs.count) == [2, 2, 2])
            for (one, other) in zip(resumed, whole) {
                #expect(values(of: one) == values(of: other))
            }
        }
        #expect(try written() == before)
        #expect(throws: TrainingError.self) {
            try fit(
                models(), on: sets, options, folders: [folders[0], folders[1], "\(folders[0])/."])
        }
    }

    private func ending(_ options: FitOptions, _ folder: String) -> FitOptions {
        var own = options
        own.checkpoints = CheckpointPlan(folder: folder)
        return own
    }

    @Test("report the sum of all on the thread that began them, the end always")
    func progress() throws {
        let told = Mutex<[(report: ProgressReport, isOwn: Bool)]>([])
        let thread = pthread_self()
        let models = try (1...4).map { try world.model(seed: UInt64($0)) }
        _ = try fit(models, on: models.map { _ in world.train }, options) { report in
            told.withLock { $0.append((report, pthread_equal(pthread_self(), thread) != 0)) }
        }
        let reports = told.withLock { $0 }
        let total = Double(4 * 2 * world.train.count)
        #expect(reports.allSatisfy { $0.isOwn && $0.report.total == total })
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.report.done <= $1.report.done })
        let last = try #require(reports.last).report
        #expect(last.task == "model 4/4" && last.done == total && last.secondsLeft == 0)
    }

    @Test("report nothing when there is nothing to do")
    func nothing() throws {
        let runs = try fit([any NextItemModel](), on: [], options) { _ in
            Issue.record("a report of nothing")
        }
        #expect(runs.isEmpty)
    }
}
