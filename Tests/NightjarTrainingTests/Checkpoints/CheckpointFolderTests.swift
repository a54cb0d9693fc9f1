import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("Folder of checkpoints")
struct CheckpointFolderTests {
    let world: SmallWorld
    let folder: TemporaryFolder

    init() throws {
        world = try SmallWorld()
        folder = try TemporaryFolder()
    }

    private func options(_ path: String) -> FitOptions {
        FitOptions(
            epochs: 2, batchSize: 64, checkpoints: CheckpointPlan(folder: path, epochs: .every(1)))
    }

    @Test("is made, with the folders above it")
    func makesFolders() throws {
        let path = folder.path + "/a/b/c"
        _ = try fit(world.model(), on: world.train, options(path))
        #expect(try CheckpointFolder(path: path).epochs() == [1, 2])
    }

    @Test("is found not to be writable before training", arguments: ["file/sub", "file"])
    func notWritable(_ name: String) throws {
        try folder.write([1], "file")
        let model = try world.model()
        let before = values(of: model)
        let path = "\(folder.path)/\(name)"
        let error = #expect(throws: FileError.self) {
            try fit(model, on: world.train, options(path))
        }
        #expect(error?.path == path)
        #expect(values(of: model) == before)
        #expect(try folder.names == ["file"])
    }

    @Test("that holds a run is not mixed with another, unless that may overwrite it")
    func inUse() throws {
        _ = try fit(world.model(), on: world.train, options(folder.path))
        var other = options(folder.path)
        other.epochs = 1
        #expect(
            throws: TrainingError.folderInUse(
                folder.path, newest: folder.path + "/last.safetensors")
        ) { try fit(world.model(), on: world.train, other) }
        #expect(try folder.names.count == 3)
        try folder.write([1], "epoch-7.safetensors")
        try folder.write([1], "notes.txt")
        other.checkpoints?.overwrites = true
        _ = try fit(world.model(), on: world.train, other)
        // Files that a run does not write are not its to delete.
        #expect(
            try folder.names == [
                "epoch-0001.safetensors", "epoch-7.safetensors", "last.safetensors", "notes.txt",
            ])
    }

    @Test("ignores files that were cut off while they were written")
    func leftovers() throws {
        var options = options(folder.path)
        options.epochs = 1
        _ = try fit(world.model(), on: world.train, options)
        try folder.write([1, 2, 3], "epoch-0002.safetensors.4711.tmp")
        try folder.write([1, 2, 3], "last.safetensors.4711.tmp")
        #expect(try CheckpointFolder(path: folder.path).newest()?.record.epoch == 1)
        options.epochs = 2
        options.start = .newest
        #expect(try fit(world.model(), on: world.train, options).epochs.count == 2)
    }

    @Test("starts a fresh run when asked for the newest and there is none")
    func newestOfNone() throws {
        var options = options(folder.path)
        options.start = .newest
        let model = try world.model()
        _ = try fit(model, on: world.train, options)
        options.checkpoints = nil
        options.start = .fresh
        let plain = try world.model()
        _ = try fit(plain, on: world.train, options)
        #expect(values(of: model) == values(of: plain))
    }

    @Test("keeps only what the plan asks for")
    func keeps() throws {
        var options = options(folder.path)
        options.checkpoints = CheckpointPlan(
            folder: folder.path, keepsBest: true, keepsLast: false)
        _ = try fit(world.model(), on: world.train, options)
        #expect(try folder.names == ["best.safetensors"])
    }
}
