import NightjarModels
import NightjarRuntime
import NightjarTensor

@testable import NightjarInfluence

/// A sequence model with random values, left-padded sequences, and gradients of single examples in
/// double precision.
struct SequenceWorld: @unchecked Sendable {
    static let items = 12
    let model: SequenceRecommender
    let rows: [[Int32]]

    init(
        _ representation: SequenceRecommender.Representation, ownOutput: Bool = true,
        loss: SequenceLoss = .softmax, count: Int = 24
    ) throws {
        model = try SequenceRecommender(
            .init(
                items: Self.items, dim: 4, representation: representation, loss: loss,
                negatives: 3, hasOutputEmbeddings: ownOutput, tastes: 2,
                transformer: .init(blocks: 1, heads: 2, maxLength: 5, mask: 0.5)), seed: 5)
        var stream = RandomStream(seed: 3, "sequences")
        rows = (0..<count).map { _ in
            let padding = stream.below(4)
            return (0..<6).map { $0 < padding ? 0 : Int32(1 + stream.below(Self.items)) }
        }
    }

    var snapshot: Snapshot {
        let world = self
        return Snapshot(
            name: "now", learningRate: 0.5, stepScale: { try world.stepScale($0) },
            load: { world.model })
    }

    /// A scale for each value that depends on the parameter and the place; biases of one layer have
    /// equal gradients, so an optimiser gives them equal scales.
    func stepScale(_ parameter: Parameter) throws -> Tensor {
        let name = parameter.name.replacing("_hh", with: "_ih")
        var stream = RandomStream(seed: 7, name.contains("bias") ? name : parameter.name)
        return try .uniform(parameter.value.shape, low: 0.5, high: 3, &stream)
    }

    /// Whole sequences.
    func source(_ range: Range<Int>) -> TileSource {
        TileSource(count: range.count) { tile in
            let chosen = tile.map { rows[$0 + range.lowerBound] }
            return try Batch(sequences: chosen.flatMap(\.self), examples: chosen.count)
        }
    }

    /// The last items of sequences.
    func lastItems(_ range: Range<Int>) -> TileSource {
        TileSource(count: range.count) { tile in
            let chosen = tile.map { rows[$0 + range.lowerBound] }
            return try Batch(
                histories: chosen.flatMap { $0.dropLast() }, targets: chosen.compactMap(\.last))
        }
    }

    /// The gradient of a sequence by parameter.
    func gradient(_ row: Int) throws -> [String: [Double]] {
        let sum = GradientSum()
        let tape = Tape(sum)
        let batch = try Batch(sequences: rows[row], examples: 1)
        try tape.backward(from: model.loss(batch, scales: [1], on: tape).total)
        var result: [String: [Double]] = [:]
        for parameter in model.parameters where parameter.isTrainable {
            result[parameter.name] =
                try sum[parameter]?.dense(like: parameter.value).values.map(Double.init)
                ?? [Double](repeating: 0, count: parameter.value.count)
        }
        return result
    }
}
