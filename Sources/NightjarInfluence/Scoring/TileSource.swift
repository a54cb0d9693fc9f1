// Examples in tiles, and the factors of their gradients.

import NightjarModels
import NightjarRuntime
import NightjarTensor
import NightjarTraining

/// A set of examples that is read tile by tile.
public struct TileSource: Sendable {
    /// Number of examples.
    public let count: Int
    /// Refuses a model that was built for other examples.
    let requireFit: @Sendable (any NextItemModel) throws -> Void
    /// Reads some of them, by number.
    let pick: @Sendable ([Int]) throws -> Batch

    /// Examples that are read by number; without `requireFit`, they fit every model.
    init(
        count: Int, requireFit: @escaping @Sendable (any NextItemModel) throws -> Void = { _ in },
        pick: @escaping @Sendable ([Int]) throws -> Batch
    ) {
        self.count = count
        self.requireFit = requireFit
        self.pick = pick
    }

    /// Reads a range of them for a model.
    ///
    /// - Throws: `TrainingError` when they are of another kind or have other items than the model.
    func batch(_ range: Range<Int>, for model: any NextItemModel) throws -> Batch {
        try requireFit(model)
        return try pick(Array(range))
    }

    /// Some of the examples as a set of their own.
    func choosing(_ indices: [Int]) -> TileSource {
        TileSource(count: indices.count, requireFit: requireFit) {
            try pick($0.map { indices[$0] })
        }
    }

    /// Cuts the examples into tiles of at most `size`.
    func tiles(of size: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: max(1, size)).map { $0..<min(count, $0 + max(1, size)) }
    }

    /// One batched backward pass over a tile; the loss of every example counts with weight 1.
    ///
    /// With `labels` the model draws labels in place of the given ones, where its loss is a softmax.
    func factors(
        _ tile: Range<Int>, of model: any NextItemModel, _ parameters: [Parameter],
        labels: RandomStream? = nil
    ) throws -> ExampleFactors {
        ExampleFactors(
            try uses(tile, of: model, parameters, labels: labels).uses, examples: tile.count)
    }

    /// The same as it was recorded, with the losses.
    func uses(
        _ tile: Range<Int>, of model: any NextItemModel, _ parameters: [Parameter],
        labels: RandomStream? = nil
    ) throws -> (uses: [ParameterUse], losses: [Float]) {
        let recorder = FactorRecorder(parameters)
        let tape = Tape(recorder)
        tape.labelDraws = labels.map { LabelDraws($0, firstExample: tile.lowerBound) }
        let batch = try batch(tile, for: model)
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

    /// Σ weight·∇ℓ over all examples; or, for a tile with tangents, its curvature times them.
    func gradientSum(
        of model: any NextItemModel, _ parameters: [Parameter], weights: (Int) -> Float,
        tile size: Int, tangents: (Range<Int>) throws -> OutputTangents? = { _ in nil },
        afterEach: (Range<Int>) throws -> Void
    ) throws -> GradientSum {
        let sum = GradientSum(parameters)
        for tile in tiles(of: size) {
            let tape = Tape(sum)
            tape.outputTangents = try tangents(tile)
            let loss = try model.loss(batch(tile, for: model), scales: tile.map(weights), on: tape)
            try tape.backward(from: loss.total)
            try afterEach(tile)
        }
        return sum
    }
}

extension TileSource {
    /// Reads tiles of a set of examples.
    public init(_ examples: some TrainingSet) {
        self.init(
            count: examples.count, requireFit: { try $0.requireFit(for: examples) },
            pick: { try examples.batch($0) })
    }
}

extension GradientSum {
    /// Whether all numbers of the gradients of some parameters are.
    func isFinite(_ parameters: [Parameter]) -> Bool {
        parameters.allSatisfy { parameter in
            switch self[parameter] {
            case .dense(let values), .rows(_, let values): values.isFinite
            case nil: true
            }
        }
    }
}
