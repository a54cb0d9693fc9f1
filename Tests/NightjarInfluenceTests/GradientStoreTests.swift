import Foundation
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Gradient store")
struct GradientStoreTests {
    private typealias World = TracInTests.World

    /// A folder of its own for one test, deleted at its end.
    private final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }

        var shards: [String] {
            let found = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
            return found.filter { $0.hasSuffix(".safetensors") }.sorted().map { "\(path)/\($0)" }
        }
    }

    private func recipe(
        _ world: World, _ range: Range<Int> = 0..<60, dimension: Int = 16
    ) throws -> FeatureRecipe {
        try FeatureRecipe(
            train: world.source(range), snapshots: [world.snapshot, world.snapshot],
            projection: .init(dimension: dimension))
    }

    private func store(
        _ folder: Folder, _ recipe: FeatureRecipe, digest: String = "train",
        _ precision: GradientStore.Precision = .float32
    ) throws -> GradientStore {
        try GradientStore(
            folder: folder.path, recipe, trainDigest: digest, precision: precision)
    }

    @Test("gives back what memory holds, exactly or rounded")
    func roundTrip() throws {
        let world = try World()
        let recipe = try recipe(world)
        let memory = try MemoryFeatures(recipe)
        for precision in GradientStore.Precision.allCases {
            let folder = Folder()
            let store = try store(folder, recipe, precision)
            #expect(store.built == 2)
            let (found, expected) = try (store.rows(0..<60, at: 1), memory.rows(0..<60, at: 1))
            for (left, right) in zip(found.values, expected.values) {
                #expect(abs(left - right) <= (precision == .float32 ? 0 : 0x1p-8 * abs(right)))
            }
            #expect(try store.losses(at: 0) == memory.losses(at: 0))
        }
    }

    @Test("says when a shard was changed, cut short or deleted while the store was open")
    func changed() throws {
        let world = try World()
        let folder = Folder()
        let store = try store(folder, recipe(world))
        let whole = try store.rows(0..<60, at: 0).values
        let path = folder.shards[0]
        let bytes = try Data(contentsOf: URL(filePath: path))
        let other = try #require(folder.shards.last)
        let others = try Data(contentsOf: URL(filePath: other))
        for harm in [bytes.dropLast(), bytes.prefix(100), Data(), others.dropLast(8), nil] {
            if let harm {
                try harm.write(to: URL(filePath: path))
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
            #expect(throws: GradientStoreError.changed(file: path)) {
                try store.rows(0..<60, at: 0)
            }
            #expect(throws: GradientStoreError.changed(file: path)) { try store.losses(at: 0) }
        }
        #expect(try self.store(folder, recipe(world)).built == 1)
        #expect(try store.rows(0..<60, at: 0).values == whole)
    }

    @Test("is opened again without computing anything")
    func reopened() throws {
        let world = try World()
        let folder = Folder()
        _ = try store(folder, recipe(world))
        let again = try store(folder, recipe(world))
        #expect(again.built == 0)
        #expect(again.mended == 0)
    }

    @Test("computes missing and damaged shards anew, to the same bytes")
    func mended() throws {
        let world = try World()
        let folder = Folder()
        _ = try store(folder, recipe(world))
        let paths = folder.shards
        #expect(paths.count == 2)
        let bytes = try paths.map { try Data(contentsOf: URL(filePath: $0)) }
        var damaged = bytes[0]
        damaged[damaged.count - 40] ^= 1
        for harm in [damaged, bytes[0].prefix(200), Data(), bytes[1]] {
            try harm.write(to: URL(filePath: paths[0]))
            let opened = try store(folder, recipe(world))
            // A shard of a checkpoint with equal values is that checkpoint's shard.
            #expect(opened.mended == (harm == bytes[1] && bytes[0] == bytes[1] ? 0 : 1))
            #expect(opened.built == 0)
            #expect(try Data(contentsOf: URL(filePath: paths[0])) == bytes[0])
        }
        try FileManager.default.removeItem(atPath: paths[1])
        #expect(try store(folder, recipe(world)).built == 1)
        #expect(try Data(contentsOf: URL(filePath: paths[1])) == bytes[1])
    }

    @Test("is refused for other data, checkpoints, parameters or projections, by name")
    func refused() throws {
        let world = try World()
        let folder = Folder()
        _ = try store(folder, recipe(world))
        func failure(_ recipe: FeatureRecipe, digest: String = "train") -> String {
            do {
                _ = try store(folder, recipe, digest: digest)
                return ""
            } catch { return "\(error)" }
        }
        let others = try [
            ("training set", recipe(world), "other"),
            ("projection", recipe(world, dimension: 8), "train"),
            ("checkpoint", recipe(World(seed: 2)), "train"),
            (
                "choice of parameters",
                FeatureRecipe(
                    train: world.source(0..<60), snapshots: [world.snapshot, world.snapshot],
                    selection: .lastLayer, projection: .init(dimension: 16)), "train"
            ),
            (
                "number of checkpoints",
                FeatureRecipe(
                    train: world.source(0..<60), snapshots: [world.snapshot],
                    projection: .init(dimension: 16)), "train"
            ),
        ]
        for (what, recipe, digest) in others {
            let message = failure(recipe, digest: digest)
            #expect(message.contains("was made with another \(what)"), "\(message)")
            #expect(message.contains(folder.path))
        }
        #expect(throws: GradientStoreError.self) {
            try store(folder, recipe(world), .bfloat16)
        }
    }

    @Test("does not write into a folder of something else, nor trust a damaged manifest")
    func strangers() throws {
        let world = try World()
        let folder = Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/notes.txt"))
        #expect(throws: GradientStoreError.notAStore(folder: folder.path)) {
            try store(folder, recipe(world))
        }
        try FileManager.default.removeItem(atPath: folder.path + "/notes.txt")
        _ = try store(folder, recipe(world))
        try Data("{".utf8).write(to: URL(filePath: folder.path + "/store.json"))
        #expect(throws: GradientStoreError.self) { try store(folder, recipe(world)) }
    }

    @Test("stops when asked and goes on from what is complete, to the same bytes")
    func interrupted() async {
        await #expect(processExitsWith: .success) {
            let world = try World(count: 4500)
            let recipe = try FeatureRecipe(
                train: world.source(0..<4500), snapshots: [world.snapshot, world.snapshot],
                projection: .init(dimension: 4))
            let (whole, stopped) = (Folder(), Folder())
            _ = try GradientStore(folder: whole.path, recipe, trainDigest: "t")
            Thread.detachNewThread {
                while stopped.shards.isEmpty { usleep(200) }
                Interruption.request()
            }
            #expect(throws: Interrupted.self) {
                try GradientStore(folder: stopped.path, recipe, trainDigest: "t")
            }
            Interruption.clear()
            let (kept, all) = (stopped.shards.count, whole.shards.count)
            try #require(kept > 0 && kept < all)
            let store = try GradientStore(folder: stopped.path, recipe, trainDigest: "t")
            try #require(store.built == all - kept)
            for (left, right) in zip(whole.shards, stopped.shards) {
                try #require(
                    try Data(contentsOf: URL(filePath: left))
                        == Data(contentsOf: URL(filePath: right)))
            }
        }
    }
}

@Suite("Scores from projected gradients")
struct ProjectedTracInTests {
    private typealias World = TracInTests.World

    private func features(_ world: World, dimension: Int) throws -> MemoryFeatures {
        try MemoryFeatures(
            FeatureRecipe(
                train: world.source(0..<60), snapshots: [world.snapshot],
                projection: .init(dimension: dimension)))
    }

    @Test("come close to the exact ones as dimensions grow")
    func exact() throws {
        let world = try World()
        let targets = world.source(60..<70)
        let exact = try world.tracin(0..<60).scores(targets).scores.values
        let lengths = try world.tracin(0..<60).selfInfluence().values
        let others = try world.tracin(60..<70).selfInfluence().values
        for dimension in [64, 4096] {
            let found = try ProjectedTracIn(features(world, dimension: dimension))
                .scores(targets).scores.values
            var sum: Float = 0
            for place in 0..<600 {
                let scale = (lengths[place / 10] * others[place % 10]).squareRoot()
                sum += (found[place] - exact[place]) * (found[place] - exact[place]) / scale / scale
            }
            #expect((sum / 600).squareRoot() < (2 / Float(dimension)).squareRoot())
        }
    }

    @Test("give the exact extremes of an explanation, where their candidates have them")
    func extremes() throws {
        let world = try World()
        let target = world.source(60..<61)
        let exact = try world.tracin(0..<60).total(target)
        let features = try features(world, dimension: 64)
        let found = try ProjectedTracIn(features, exact: 30)
            .extremes(of: target, count: 3, progress: nil)
        #expect(found.count == 30)
        let scale = exact.values.map(abs).max() ?? 1
        for scored in found {
            #expect(abs(scored.score - exact.values[scored.example]) < 1e-4 * scale)
        }
        let best = found.sorted { $0.score > $1.score }.prefix(3).map(\.example)
        #expect(best == exact.highest(3))
        // Without candidates the scores are those of the projection.
        let near = ProjectedTracIn(features, exact: 0)
        let rough = try near.extremes(of: target, count: 3, progress: nil)
        let total = try near.total(target)
        #expect(rough.count == 6)
        #expect(rough.allSatisfy { $0.score == total.values[$0.example] })
    }

    @Test("agree between pairs, totals and self-influence", arguments: [false, true])
    func agree(_ isCosine: Bool) throws {
        let world = try World()
        let method = try ProjectedTracIn(
            features(world, dimension: 32), similarity: isCosine ? .cosine : .dot)
        let own = try method.scores(world.source(0..<60)).scores.values
        let lengths = try method.selfInfluence().values
        let one = try method.total(world.source(7..<8)).values
        for example in 0..<60 {
            #expect(abs(own[example * 61] - lengths[example]) < 1e-4 * (lengths.max() ?? 1))
            #expect(abs(own[example * 60 + 7] - one[example]) < 1e-4 * (lengths.max() ?? 1))
        }
        guard !isCosine else { return }
        let targets = world.source(60..<70)
        let pairs = try method.scores(targets).scores.values
        let total = try method.total(targets, weighting: .sum).values
        for example in 0..<60 {
            let sum = pairs[example * 10..<example * 10 + 10].reduce(0, +)
            #expect(abs(sum - total[example]) < 1e-4 * (lengths.max() ?? 1))
        }
    }

    @Test("keep their memory budget or say what they need")
    func budget() throws {
        let world = try World()
        let method = ProjectedTracIn(
            try features(world, dimension: 32), memoryBudget: 1000)
        #expect(throws: InfluenceError.self) { try method.scores(world.source(60..<70)) }
        #expect(throws: InfluenceError.self) {
            try MemoryFeatures(
                FeatureRecipe(train: world.source(0..<60), snapshots: [world.snapshot]),
                memoryBudget: 10000)
        }
    }
}
