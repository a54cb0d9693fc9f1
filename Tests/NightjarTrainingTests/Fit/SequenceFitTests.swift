import NightjarData
import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Training on sequences")
struct SequenceFitTests {
    /// Users who go round a ring of items, cut into pieces of different lengths.
    private static func ring(items: Int = 12, users: Int = 30) throws -> Split {
        var stream = RandomStream(seed: 6, "ring")
        var rows: [(user: Int32, item: Int32)] = []
        for user in 1...users {
            var item = 1 + stream.below(items)
            for _ in 0..<10 + stream.below(15) {
                rows.append((Int32(user), Int32(item)))
                item = item % items + 1
            }
        }
        return try log(of: rows, items: items).splitByUser(valid: 0.1, test: 0.2, seed: 1)
    }

    private let split: Split
    private let train: Sequences

    init() throws {
        split = try Self.ring()
        train = try split.train.chunks(length: 8, minimum: 2)
    }

    private func model(
        _ representation: SequenceRecommender.Representation, _ loss: SequenceLoss,
        negativesFrom source: NegativeSampling.Source = .uniform, seed: UInt64 = 3
    ) throws -> SequenceRecommender {
        try SequenceRecommender(
            .init(
                items: split.train.log.itemCount, dim: 16, representation: representation,
                loss: loss, negatives: 4, sampling: NegativeSampling(source: source, pool: 8)),
            seed: seed, popularity: train.targetCounts)
    }

    @Test(
        "learns what comes next under every loss that looks at order",
        arguments: SequenceLoss.allCases)
    func learns(_ loss: SequenceLoss) throws {
        let model = try model(.lstm, loss)
        let run = try fit(
            model, on: train, FitOptions(epochs: 40, batchSize: 16, learningRate: 0.02))
        let test = try split.test.chunks(length: 8, minimum: 2).lastItems()
        let report = try evaluate(model, on: test, [ReciprocalRank()])
        #expect(report.rows[0].mean > 0.9, "MRR under \(loss)")
        #expect(run.epochs[39].loss < run.epochs[0].loss)
    }

    @Test(
        "learns what comes next from negatives of every kind, with every kind of state",
        arguments: NegativeSampling.Source.allCases,
        [SequenceRecommender.Representation.cnn, .mixture])
    func learns(
        _ source: NegativeSampling.Source, _ representation: SequenceRecommender.Representation
    ) throws {
        let model = try model(representation, .sampledSoftmax, negativesFrom: source)
        _ = try fit(model, on: train, FitOptions(epochs: 40, batchSize: 16, learningRate: 0.02))
        let test = try split.test.chunks(length: 8, minimum: 2).lastItems()
        #expect(try evaluate(model, on: test, [ReciprocalRank()]).rows[0].mean > 0.9)
    }

    @Test("gives the mean loss of a target, whatever the lengths of sequences")
    func meanLoss() throws {
        let model = try model(.pooling, .softmax)
        let whole = try Batch(train, 0..<train.count)
        let losses = try model.loss(
            whole, scales: [Float](repeating: 1, count: train.count), on: Tape()
        ).perExample.values
        let mean =
            losses.reduce(0) { $0 + Double($1) } / Double(whole.termCounts.reduce(0, +))
        let run = try fit(
            model, on: train, FitOptions(epochs: 1, batchSize: train.count, learningRate: 0))
        #expect(abs(run.epochs[0].loss - mean) < 1e-6)
    }

    @Test("a weight of zero leaves a sequence out")
    func zeroWeight() throws {
        func trained(_ weights: [Float]?) throws -> [Float] {
            let model = try model(.lstm, .adaptiveHinge)
            var options = FitOptions(epochs: 2, batchSize: 16, learningRate: 0.02)
            options.shuffles = false
            _ = try fit(model, on: train.withWeights(weights), options)
            return values(of: model)
        }
        var weights = [Float](repeating: 1, count: train.count)
        #expect(try trained(weights) == trained(nil))
        weights[3] = 0
        #expect(try trained(weights) != trained(nil))
    }

    @Test(
        "learns what comes next by self-attention",
        arguments: [SequenceRecommender.Representation.sasrec, .bert4rec])
    func learnsByAttention(_ representation: SequenceRecommender.Representation) throws {
        // Without dropout: the ring needs all of the few numbers of a state.
        let model = try SequenceRecommender(
            .init(
                items: split.train.log.itemCount, dim: 16, representation: representation,
                transformer: .init(blocks: 1, heads: 2, dropout: 0, mask: 0.3)), seed: 3)
        let run = try fit(
            model, on: train, FitOptions(epochs: 300, batchSize: 16, learningRate: 0.005))
        let test = try split.test.chunks(length: 8, minimum: 2).lastItems()
        let report = try evaluate(model, on: test, [ReciprocalRank()])
        // One that predicts masked items alone learns from fewer of them.
        #expect(report.rows[0].mean > (representation == .sasrec ? 0.9 : 0.7))
        #expect(run.epochs[299].loss < run.epochs[0].loss)
    }

    @Test(
        "a run that was stopped goes on to the same bytes",
        arguments: [
            (NegativeSampling.Source.uniform, SequenceRecommender.Representation.lstm),
            (.popularity, .cnn), (.batch, .mixture), (.hard, .mixture), (.uniform, .sasrec),
            (.hard, .bert4rec),
        ])
    func resumes(
        _ source: NegativeSampling.Source, _ representation: SequenceRecommender.Representation
    ) throws {
        let folders = (try TemporaryFolder(), try TemporaryFolder())
        func options(_ folder: TemporaryFolder, epochs: Int) -> FitOptions {
            var options = FitOptions(epochs: epochs, batchSize: 16, learningRate: 0.02)
            options.checkpoints = CheckpointPlan(folder: folder.path)
            return options
        }
        func fresh(seed: UInt64 = 3) throws -> SequenceRecommender {
            try model(representation, .bce, negativesFrom: source, seed: seed)
        }
        let whole = try fresh()
        _ = try fit(whole, on: train, options(folders.0, epochs: 4))
        _ = try fit(fresh(), on: train, options(folders.1, epochs: 2))
        var second = options(folders.1, epochs: 4)
        second.start = .newest
        let resumed = try fresh(seed: 99)
        _ = try fit(resumed, on: train, second)
        #expect(values(of: resumed) == values(of: whole))
        #expect(
            try folders.0.bytes("last.safetensors") == folders.1.bytes("last.safetensors"))
    }

    @Test("refuses sequences of which a model predicts no item")
    func nothingToPredict() throws {
        let ids = try AttributeTable(ids: ["1", "2", "3"])
        let log = try Interactions(
            name: "singles", users: [1, 2, 3], items: [1, 2, 3], userTable: ids, itemTable: ids)
        let singles = try log.whole().chunks(length: 4, minimum: 1)
        let model = try SequenceRecommender(
            .init(items: 3, dim: 4, representation: .sasrec), seed: 3)
        #expect(throws: TrainingError.nothingToPredict) { try fit(model, on: singles) }
    }

    @Test("refuses sequences for a model that learns one target at a time")
    func wrongModel() throws {
        let model = try LSTMRecommender(.init(items: 12, dim: 4, hidden: 4), seed: 1)
        #expect(throws: TrainingError.needsExamples(kind: "lstm")) {
            try fit(model, on: train)
        }
    }

    @Test("identifies sequences by their items, cuts and weights")
    func digest() throws {
        let others = [
            train, try train.withWeights([Float](repeating: 1, count: train.count)),
            try train.without([0]), try split.train.chunks(length: 9, minimum: 2),
        ]
        #expect(Set(others.map(\.digest)).count == 4)
        #expect(try train.digest == split.train.chunks(length: 8, minimum: 2).digest)
    }
}
