import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Attribution of sequence models")
struct SequenceModelTests {
    private static let items = 25

    /// Left-padded sequences as rows.
    private static let rows: [[Int32]] = {
        var stream = RandomStream(seed: 3, "sequences")
        return (0..<40).map { _ in
            let padding = stream.below(6)
            return (0..<7).map { $0 < padding ? 0 : Int32(1 + stream.below(items)) }
        }
    }()

    private func source(_ range: Range<Int>) -> TileSource {
        TileSource(count: range.count) { tile in
            let chosen = tile.map { Self.rows[$0 + range.lowerBound] }
            return try Batch(sequences: chosen.flatMap(\.self), examples: chosen.count)
        }
    }

    /// The last items of some rows as targets.
    private func lastItems(_ range: Range<Int>) -> TileSource {
        TileSource(count: range.count) { tile in
            let chosen = tile.map { Self.rows[$0 + range.lowerBound] }
            return try Batch(
                histories: chosen.flatMap { $0.dropLast() }, targets: chosen.compactMap(\.last))
        }
    }

    private func gradient(_ model: SequenceRecommender, _ row: Int) throws -> [Double] {
        try gradient(model, Batch(sequences: Self.rows[row], examples: 1))
    }

    private func gradient(_ model: SequenceRecommender, _ batch: Batch) throws -> [Double] {
        let sum = GradientSum()
        let tape = Tape(sum)
        try tape.backward(from: model.loss(batch, scales: [1], on: tape).total)
        return try model.parameters.filter(\.isTrainable).flatMap { parameter in
            try sum[parameter]?.dense(like: parameter.value).values.map(Double.init)
                ?? [Double](repeating: 0, count: parameter.value.count)
        }
    }

    @Test(
        "is exact, also where one table serves for histories and for scores",
        arguments: SequenceRecommender.Representation.allCases, SequenceLoss.allCases)
    func exact(_ representation: SequenceRecommender.Representation, _ loss: SequenceLoss) throws {
        for ownOutput in [false, true] {
            let model = try SequenceRecommender(
                .init(
                    items: Self.items, dim: 6, representation: representation, loss: loss,
                    negatives: 3,
                    sampling: NegativeSampling(
                        source: ownOutput
                            ? .popularity : representation == .gru ? .batch : .uniform),
                    hasOutputEmbeddings: ownOutput,
                    learnsInitialState: ownOutput && representation.isRecurrent,
                    paddedLength: ownOutput && representation.isRecurrent ? 7 : nil,
                    emitsCell: ownOutput && representation.hasCell,
                    convolution: Convolution(dilations: [1, 2], isResidual: !ownOutput),
                    tastes: 2,
                    transformer: .init(
                        blocks: 2, heads: ownOutput ? 2 : 3, maxLength: ownOutput ? 5 : 20,
                        mask: 0.5),
                    normalisesStates: ownOutput && !representation.isTransformer), seed: 5,
                popularity: [Double](repeating: 2, count: Self.items + 1))
            nonisolated(unsafe) let shared = model
            let tracin = try TracIn(
                snapshots: [Snapshot(name: "now", learningRate: 0.5) { shared }],
                train: source(0..<33), selection: .all, memoryBudget: 1 << 30)
            let gradients = try Self.rows.indices.map { try gradient(model, $0) }
            func score(_ row: Int, _ other: Int) -> Double {
                0.5 * zip(gradients[row], gradients[other]).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let pairs = try tracin.scores(source(33..<40)).scores.values
            let own = try tracin.selfInfluence().values
            let scale = (0..<33).map { score($0, $0) }.max() ?? 1
            for row in 0..<33 {
                #expect(abs(Double(own[row]) - score(row, row)) < 1e-5 * scale)
                for target in 33..<40 {
                    let found = Double(pairs[row * 7 + target - 33])
                    #expect(abs(found - score(row, target)) < 1e-5 * scale)
                }
            }
        }
    }

    @Test(
        "is exact for sequences that are asked about single targets",
        arguments: SequenceRecommender.Representation.allCases, [false, true])
    func singleTargets(
        _ representation: SequenceRecommender.Representation, ownOutput: Bool
    ) throws {
        let model = try SequenceRecommender(
            .init(
                items: Self.items, dim: 6, representation: representation,
                hasOutputEmbeddings: ownOutput), seed: 5)
        nonisolated(unsafe) let shared = model
        let tracin = try TracIn(
            snapshots: [Snapshot(name: "now", learningRate: 1) { shared }], train: source(0..<33),
            selection: .all, memoryBudget: 1 << 30)
        let targets = lastItems(33..<40)
        let pairs = try tracin.scores(targets).scores.values
        let totals = try tracin.total(targets, weighting: .sum).values
        let own = try (0..<33).map { try gradient(model, $0) }
        let others = try (0..<7).map {
            try gradient(model, targets.batch($0..<$0 + 1, for: model))
        }
        let scale = own.map { $0.reduce(0) { $0 + $1 * $1 } }.max() ?? 1
        for (row, gradient) in own.enumerated() {
            var sum = 0.0
            for (target, other) in others.enumerated() {
                let score = zip(gradient, other).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(Double(pairs[row * 7 + target]) - score) < 1e-5 * scale)
                sum += score
            }
            #expect(abs(Double(totals[row]) - sum) < 1e-5 * scale)
        }
    }
}
