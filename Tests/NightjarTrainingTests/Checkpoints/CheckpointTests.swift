import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Checkpoint")
struct CheckpointTests {
    let world: SmallWorld
    let folder: TemporaryFolder
    let model: LSTMRecommender
    let run: TrainingRun

    init() throws {
        world = try SmallWorld()
        folder = try TemporaryFolder()
        model = try world.model()
        run = try fit(
            model, on: world.train,
            FitOptions(
                epochs: 3, batchSize: 32, learningRate: 0.01, schedule: .stepDecay(every: 2),
                checkpoints: CheckpointPlan(folder: folder.path, epochs: .only([0, 3]))))
    }

    private var last: String { folder.path + "/last.safetensors" }

    @Test("rebuilds the model by itself")
    func rebuilds() throws {
        let rebuilt = try Checkpoint(path: last).model()
        #expect(rebuilt.configuration == model.configuration)
        #expect(values(of: rebuilt) == values(of: model))
        #expect(rebuilt.parameters.map(\.isTrainable) == model.parameters.map(\.isTrainable))
    }

    @Test("keeps the model before training when asked")
    func epochZero() throws {
        #expect(
            run.checkpoints.map { $0.suffix(22) } == [
                "epoch-0000.safetensors", "epoch-0003.safetensors",
            ])
        let first = try Checkpoint(path: run.checkpoints[0])
        #expect(first.record.epoch == 0)
        #expect(try values(of: first.model()) == values(of: world.model()))
    }

    @Test("tells of the run")
    func record() throws {
        let record = try Checkpoint(path: last).record
        #expect(record.epoch == 3)
        #expect(record.batch == 0)
        #expect(abs(record.learningRate - 0.001) < 1e-12)
        #expect(record.history.map(\.loss) == run.epochs.map(\.loss))
        #expect(record.recipe == run.recipe)
        #expect(record.data.name == "small train")
        #expect(record.data.digest == world.train.digest)
        #expect(record.machine == .current)
        #expect(record.nightjar == Version.current)
    }

    @Test("lists its tensors and reads one, with or without the first part of its name")
    func tensors() throws {
        let checkpoint = try Checkpoint(path: last)
        #expect(checkpoint.tensorNames.count == 7 * 3)
        #expect(checkpoint.tensorNames.contains("optimiser/lstm.weight_hh/second_moment"))
        let weight = try checkpoint.tensor("lstm.weight_ih")
        #expect(weight.shape == [32, 6])
        #expect(try weight.values == checkpoint.tensor("model/lstm.weight_ih").values)
        #expect(try checkpoint.tensor("optimiser/output.bias/first_moment").shape == [10])
        #expect(
            throws: CheckpointError.missingTensor(
                "lstm.weigth_ih", file: last, nearest: nil)
        ) { try checkpoint.tensor("lstm.weigth_ih") }
        #expect(
            throws: CheckpointError.missingTensor(
                "model/lstm.weigth_ih", file: last, nearest: "model/lstm.weight_ih")
        ) { try checkpoint.tensor("model/lstm.weigth_ih") }
    }

    @Test("is refused in every cut")
    func cutShort() throws {
        let bytes = try folder.bytes("last.safetensors")
        for count in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
            try folder.write(Array(bytes.prefix(count)), "cut")
            #expect(throws: CheckpointError.self) { try Checkpoint(path: folder.path + "/cut") }
        }
    }

    @Test("is refused where a bit of a tensor has flipped, whichever it is")
    func flippedBit() throws {
        let bytes = try folder.bytes("last.safetensors")
        for entry in try SafetensorsFile(path: last).entries {
            var flipped = bytes
            flipped[entry.byteRange.lowerBound + entry.byteRange.count / 2] ^= 4
            try folder.write(flipped, "flipped")
            let checkpoint = try Checkpoint(path: folder.path + "/flipped")
            #expect(
                throws: CheckpointError.changed("tensor '\(entry.name)'", file: checkpoint.path)
            ) { try checkpoint.tensor(entry.name) }
            if entry.name.hasPrefix("model/") {
                #expect(throws: CheckpointError.self) { try checkpoint.model() }
            }
        }
    }

    @Test("is refused where its record was changed")
    func changedRecord() throws {
        let bytes = try folder.bytes("last.safetensors")
        let text = try #require(try SafetensorsFile(path: last).metadata["nightjar"])
        let rate = Array("learningRate".utf8)
        let place = try #require(bytes.firstRange(of: rate)).upperBound
        let digit = try #require(bytes[place...].firstIndex { (0x31...0x38).contains($0) })
        var changed = bytes
        changed[digit] += 1
        try folder.write(changed, "changed")
        let path = folder.path + "/changed"
        #expect(try SafetensorsFile(path: path).metadata["nightjar"] != text)
        #expect(throws: CheckpointError.changed("its record", file: path)) {
            try Checkpoint(path: path)
        }
    }

    @Test("of an earlier version, without digests and history length, is taken as it is")
    func earlierVersion() throws {
        let length = try #require(try Checkpoint(path: last).record.historyLength)
        #expect(length == world.train.historyLength)
        let path = try rewrite(
            "earlier", record: { $0.replacing(",\"historyLength\":\(length)", with: "") })
        let checkpoint = try Checkpoint(path: path)
        #expect(checkpoint.record.historyLength == nil)
        #expect(try values(of: checkpoint.model()) == values(of: Checkpoint(path: last).model()))
        let absurd = try rewrite(
            "absurd",
            record: { $0.replacing("\"historyLength\":\(length)", with: "\"historyLength\":0") })
        #expect(
            throws: CheckpointError.badRecord(
                file: absurd, problem: "it names histories of 0 items")
        ) { try Checkpoint(path: absurd) }
    }

    @Test("is refused when it is none, or not there")
    func foreign() throws {
        let path = folder.path + "/foreign"
        try SafetensorsFile.write([TensorSource("a", Tensor([1]))], to: path)
        #expect(throws: CheckpointError.foreign(file: path)) { try Checkpoint(path: path) }
        #expect(throws: FileError.self) { try Checkpoint(path: folder.path + "/nowhere") }
    }

    /// Writes the newest checkpoint anew after changing its tensors or its record.
    private func rewrite(
        _ name: String, tensors change: (inout [String: Tensor]) throws -> Void = { _ in },
        record edit: (String) -> String = { $0 }
    ) throws -> String {
        let source = try SafetensorsFile(path: last)
        var tensors: [String: Tensor] = [:]
        for entry in source.entries { tensors[entry.name] = try source.tensor(entry.name) }
        try change(&tensors)
        let path = "\(folder.path)/\(name)"
        try SafetensorsFile.write(
            tensors.map { TensorSource($0, $1) },
            metadata: ["nightjar": edit(try #require(source.metadata["nightjar"]))], to: path)
        return path
    }

    @Test("names a tensor that is missing, misshapen or unknown")
    func wrongTensors() throws {
        let missing = try rewrite("missing", tensors: { $0["model/lstm.weight_hh"] = nil })
        #expect(
            throws: CheckpointError.missingTensor(
                "model/lstm.weight_hh", file: missing, nearest: "model/lstm.weight_ih")
        ) { try Checkpoint(path: missing).model() }

        let narrow = try rewrite(
            "narrow", tensors: { $0["model/output.bias"] = try Tensor(shape: [9]) })
        #expect(
            throws: CheckpointError.shape(
                "model/output.bias", file: narrow, expected: [10], found: [9])
        ) { try Checkpoint(path: narrow).model() }

        let extra = try rewrite("extra", tensors: { $0["model/gru.weight"] = try Tensor([1]) })
        #expect(throws: CheckpointError.unknownParameter("model/gru.weight", file: extra)) {
            try Checkpoint(path: extra).model()
        }
    }

    @Test("changes nothing of a model when it cannot be restored whole")
    func restoringIsAllOrNothing() throws {
        let path = try rewrite(
            "narrow", tensors: { $0["model/output.bias"] = try Tensor(shape: [9]) })
        let other = try world.model(seed: 8)
        let before = values(of: other)
        #expect(throws: CheckpointError.self) { try Checkpoint(path: path).restore(other) }
        #expect(values(of: other) == before)
    }

    @Test("is refused when its record is damaged, of a later format, or of an absurd model")
    func damagedRecord() throws {
        let text = try rewrite("text", record: { _ in "{" })
        #expect(throws: CheckpointError.self) { try Checkpoint(path: text) }
        let later = try rewrite(
            "later", record: { $0.replacing("\"format\":1", with: "\"format\":2") })
        #expect(
            throws: CheckpointError.newerFormat(file: later, format: 2, writer: Version.current)
        ) { try Checkpoint(path: later) }
        let epochs = try rewrite(
            "epochs",
            record: { $0.replacing("\"epoch\":3,\"format\"", with: "\"epoch\":4,\"format\"") })
        #expect(
            throws: CheckpointError.badRecord(
                file: epochs, problem: "its epochs do not add up")
        ) { try Checkpoint(path: epochs) }
        let kind = try rewrite("kind", record: { $0.replacing("\"lstm\"", with: "\"gpt\"") })
        #expect(throws: ModelError.unknownKind("gpt", known: ModelRegistry.builtIn.kinds)) {
            try Checkpoint(path: kind).model()
        }
        // A size in the record that would need terabytes is compared with the file first.
        let huge = try rewrite(
            "huge", record: { $0.replacing("\"hidden\":8", with: "\"hidden\":200000000") })
        #expect(throws: CheckpointError.self) { try Checkpoint(path: huge).model() }
        let negative = try rewrite(
            "negative", record: { $0.replacing("\"hidden\":8", with: "\"hidden\":-8") })
        #expect(throws: ModelError.badSize(option: "hidden", value: -8)) {
            try Checkpoint(path: negative).model()
        }
    }

    @Test("never brings a mutated file to more than an error")
    func mutations() throws {
        let bytes = try folder.bytes("last.safetensors")
        var stream = RandomStream(seed: 1, "mutations")
        let headerLength = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        for _ in 0..<300 {
            var mutated = bytes
            for _ in 0...stream.below(3) {
                mutated[stream.below(8 + headerLength)] = UInt8(stream.below(256))
            }
            try folder.write(mutated, "mutated")
            _ = try? Checkpoint(path: folder.path + "/mutated").model()
        }
    }

    @Test("gives back figures that are not numbers")
    func notANumber() throws {
        let history = [
            EpochRecord(
                epoch: 1, loss: .infinity, validation: [.init(name: "AUC", value: .nan)],
                learningRate: 0.1)
        ]
        let record = try Checkpoint(path: last).record
        let odd = CheckpointRecord(
            format: 1, nightjar: "x", machine: record.machine, model: record.model,
            recipe: record.recipe, data: record.data, validation: nil, historyLength: nil,
            epoch: 1, batch: 0,
            learningRate: 0.1, history: history, losses: LossSum(), watch: FigureWatch())
        let read = try CheckpointRecord(text: odd.text(), file: "odd")
        #expect(read.history[0].loss == .infinity)
        #expect(read.history[0].validation[0].value.isNaN)
    }
}
