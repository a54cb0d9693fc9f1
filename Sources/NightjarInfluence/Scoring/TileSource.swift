// Examples in tiles, and the factors of their gradients.

import NightjarModels
import NightjarTensor
import NightjarTraining

/// A set of examples that is read tile by tile.
public struct TileSource: Sendable {
    /// Number of examples.
    public let count: Int
    /// Reads some of them.
    let batch: @Sendable (Range<Int>) throws -> Batch

    /// Cuts the examples into tiles of at most `size`.
    func tiles(of size: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: max(1, size)).map { $0..<min(count, $0 + max(1, size)) }
    }

    /// One batched backward pass over a tile; the loss of every example counts with weight 1.
    func factors(
        _ tile: Range<Int>, of model: any NextItemModel, _ parameters: [Parameter]
    ) throws -> ExampleFactors {
        ExampleFactors(try uses(tile, of: model, parameters).uses, examples: tile.count)
    }

    /// The same as it was recorded, with the losses.
    func uses(
        _ tile: Range<Int>, of model: any NextItemModel, _ parameters: [Parameter]
    ) throws -> (uses: [ParameterUse], losses: [Float]) {
        let recorder = FactorRecorder(parameters)
        let tape = Tape(recorder)
        let batch = try batch(tile)
        let loss = try model.loss(
            batch, scales: [Float](repeating: 1, count: batch.examples), on: tape)
        try tape.backward(from: loss.total)
        if let use = recorder.uses.first, use.layout.examples != batch.examples {
            throw TensorError.exampleCount(
                parameter: use.parameter.name, expected: batch.examples,
                found: use.layout.examples)
        }
        return (recorder.uses, loss.perExample.values)
    }

    /// Σ weight·∇ℓ over all examples.
    func gradientSum(
        of model: any NextItemModel, _ parameters: [Parameter], weights: (Int) -> Float,
        tile size: Int, afterEach: (Range<Int>) throws -> Void
    ) throws -> TotalScorer {
        let sum = GradientSum(parameters)
        for tile in tiles(of: size) {
            let tape = Tape(sum)
            let loss = try model.loss(batch(tile), scales: tile.map(weights), on: tape)
            try tape.backward(from: loss.total)
            try afterEach(tile)
        }
        return try TotalScorer(sum, parameters: parameters)
    }
}

extension TileSource {
    /// Reads tiles of a set of examples.
    public init(_ examples: some TrainingSet) {
        self.init(count: examples.count) { try examples.batch($0) }
    }
}
