// The gradients whose second moment is a model's Fisher matrix.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Which labels the gradients that make up curvature belong to.
public enum FisherLabels: Sendable, Equatable {
    /// Labels that the model draws from its own softmax, so many for each example: the second moment
    /// is the true Fisher matrix, which for a softmax is the Gauss–Newton matrix.
    case sampled(Int, seed: UInt64)
    /// The labels of the data: the second moment is the empirical Fisher matrix.
    case empirical
}

/// Gradients g of examples with E[ggᵀ] = B, tile by tile.
///
/// B is the mean over examples; the gradient of a sequence is the sum over its steps, whose drawn
/// labels are independent given the items before them.
struct FisherGradients {
    let moment: Moment
    /// The training examples that B is estimated from.
    let source: TileSource
    /// Labels drawn for each example; 1 for given ones.
    let draws: Int
    /// What the labels are, in words.
    let note: String
    /// Whether labels are drawn from a softmax over all items.
    var hasSoftmax: Bool { stream != nil }
    private let stream: RandomStream?

    /// Finds out whether the model can draw labels.
    ///
    /// - Parameters:
    ///   - moment: the model and its training examples.
    ///   - labels: the labels that are wanted; given ones stand in where the model has no softmax.
    ///   - seed: decides which examples are chosen.
    ///   - count: the number of examples, chosen at random; all when `nil`.
    /// - Throws: what the model's loss throws.
    init(
        _ moment: Moment, labels: FisherLabels, seed: UInt64, examples count: Int? = nil
    ) throws {
        self.moment = moment
        var source = moment.train
        if let count, count < source.count {
            var choice = RandomStream(seed: seed, "curvature examples")
            source = source.choosing(choice.permutation(source.count).prefix(count).sorted())
        }
        self.source = source
        guard case .sampled(let samples, let seed) = labels else {
            (draws, stream, note) = (1, nil, "labels = empirical")
            return
        }
        guard try moment.model.softmaxCount(of: source.batch(0..<1, for: moment.model)) > 0 else {
            (draws, stream) = (1, nil)
            note = "labels = empirical, as the loss is no softmax over all items"
            return
        }
        draws = max(1, samples)
        stream = RandomStream(seed: seed, "fisher labels")
        note = "labels = sampled, samples = \(draws), seed = \(seed)"
    }

    /// Number of gradients.
    var count: Int { source.count * draws }

    /// The most gradients whose factors, and `bytes` more each, may exist at a time.
    func tileSize(bytes: Int) -> Int {
        min(
            GradientScoring.tileSize, max(8, moment.memoryBudget / 8 / max(1, bytes)),
            source.count)
    }

    /// Calls `body` with the factors of all gradients, tile by tile; the same ones every time.
    func forEachTile(
        of size: Int, count: (Int) -> Void = { _ in }, body: (ExampleFactors) throws -> Void
    ) throws {
        for draw in 0..<draws {
            for tile in source.tiles(of: size) {
                try Interruption.check()
                try body(factors(of: source, tile, draw: "\(draw)"))
                count(tile.count)
            }
        }
    }

    /// The factors of some examples with labels of their own for each `draw`.
    func factors(
        of examples: TileSource, _ tile: Range<Int>, draw: String
    ) throws -> ExampleFactors {
        try examples.factors(
            tile, of: moment.model, moment.parameters, labels: stream?.split(draw))
    }
}

extension FisherLabels {
    /// The choice as settings.
    var words: String {
        switch self {
        case .sampled(let count, let seed): "labels = sampled, samples = \(count), seed = \(seed)"
        case .empirical: "labels = empirical"
        }
    }
}
