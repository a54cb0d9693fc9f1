// Models that know a user by the items met so far, and items by embeddings and biases.

import NightjarRuntime
import NightjarTensor

/// A sequence model: the score of item i after a history is b_i + ⟨u, E_i⟩, with a state u of the
/// user and an embedding E_i and a bias b_i of the item.
///
/// A mixture has several tastes in place of u; its score is that of `ItemOutput`.
///
/// Models differ in how they make states of items (``Options/representation``) and in what they
/// minimise (``Options/loss``). They learn from whole sequences, at every item, or from single
/// examples.
///
/// Embeddings begin as N(0, 1/D) in standard deviation, as N(0, 0.02) with self-attention, biases at
/// `CandidateLoss.neutralScore(negatives:)`, all of padding at zero, where it stays. Source:
/// Spotlight, `ImplicitSequenceModel`.
public final class SequenceRecommender: NextItemModel {
    /// The name of this architecture in checkpoints.
    public static let kind = "sequence"

    /// Options that the model was built with.
    public let options: Options
    private let items: Parameter
    private let encoder: any SequenceEncoder
    private let stateOutput: StateOutput
    private let output: ItemOutput
    /// The probabilities of negatives that are not all alike; never trained.
    private let popularity: Parameter?

    /// Creates a model with random values from the stream `init` of `seed`.
    ///
    /// - Parameters:
    ///   - options: the options.
    ///   - seed: of the initial values.
    ///   - counts: how often each class is a target, padding first, where negatives need to know.
    /// - Throws: ``ModelError``, ``TensorError``.
    public convenience init(
        _ options: Options, seed: UInt64, popularity counts: [Double]? = nil
    ) throws {
        var options = options
        if options.sampling.source == .batch, counts != nil {
            options.sampling.knowsPopularity = true
        }
        try self.init(options, values: .random(seed: seed))
        guard let popularity else { return }
        guard let counts else {
            throw ModelError.needsPopularity(options.sampling.source.rawValue)
        }
        try popularity.value.assign(
            options.sampling.probabilities(of: counts, classes: classCount))
    }

    /// Creates a model with the values of a source.
    ///
    /// - Throws: ``ModelError``, ``TensorError``, or what the source throws.
    public init(_ options: Options, values source: ParameterSource) throws {
        for (name, value) in [
            ("items", options.items), ("dim", options.dim), ("negatives", options.negatives),
            ("pool", options.sampling.pool), ("tastes", options.tastes),
            ("padded_length", options.paddedLength ?? 1),
        ] where value < 1 || value > 1 << 24 {
            throw ModelError.badSize(option: name, value: value)
        }
        guard !options.learnsInitialState || options.representation.isRecurrent else {
            throw ModelError.badChoice(
                "initial_state", "learned", with: options.representation.rawValue)
        }
        guard options.initialWeights == .uniform || options.representation.isRecurrent else {
            throw ModelError.badChoice(
                "initial_weights", options.initialWeights.rawValue,
                with: options.representation.rawValue)
        }
        guard options.paddedLength == nil || options.representation.isRecurrent else {
            throw ModelError.badChoice(
                "padded_length", "\(options.paddedLength ?? 0)",
                with: options.representation.rawValue)
        }
        guard !options.emitsCell || options.representation.hasCell else {
            throw ModelError.badChoice("emits", "cell", with: options.representation.rawValue)
        }
        if options.representation.isTransformer { try options.transformer.check(dim: options.dim) }
        guard (0..<1).contains(options.stateDropout) else {
            throw ModelError.badShare(option: "dropout", value: options.stateDropout)
        }
        if options.representation.isTransformer {
            let name = options.representation.rawValue
            if options.normalisesStates {
                throw ModelError.badChoice("layer_norm", "true", with: name)
            }
            if options.stateDropout > 0 {
                throw ModelError.badChoice(
                    "dropout of states", "\(options.stateDropout)", with: name)
            }
        }
        guard (0...100).contains(options.sampling.exponent) else {
            throw ModelError.badNumber(
                option: "popularity_exponent", value: options.sampling.exponent,
                allowed: "a number from 0 to 100")
        }
        self.options = options
        let (classes, dim) = (options.items + 1, options.dim)
        let scaled = ParameterSource.Distribution.normal(
            deviation: options.representation.isTransformer
                ? SASRecRepresentation.deviation : 1 / Float(dim), paddingRow: 0)
        items = try source.parameter("items.weight", [classes, dim], scaled)
        encoder =
            switch options.representation {
            case .pooling: PoolingRepresentation()
            case .lstm, .mlstm, .gru: try RecurrentRepresentation(options, values: source)
            case .cnn:
                try ConvolutionalRepresentation(dim: dim, options.convolution, values: source)
            case .mixture: try MixtureRepresentation(options, values: source)
            case .sasrec: try SASRecRepresentation(options, values: source)
            case .bert4rec: try BERT4RecRepresentation(options, values: source)
            }
        stateOutput = try StateOutput(options, values: source)
        let table =
            options.hasOutputEmbeddings
            ? try source.parameter("output.weight", [classes, dim], scaled) : items
        let neutral =
            options.loss.candidateLoss(
                negatives: options.negatives, items: options.items, calibration: options.calibration
            )?.neutralScore(negatives: options.negatives) ?? 0
        output = try ItemOutput(
            table: table,
            bias: source.parameter(
                "output.bias", [classes, 1], .constant(neutral, paddingRow: 0)),
            tastes: options.representation == .mixture ? options.tastes : nil)
        popularity =
            options.loss.isSampled && options.sampling.needsPopularity(under: options.loss)
            ? try source.parameter(
                "negatives.probability", [classes], .constant(0), isTrainable: false) : nil
    }

    /// Item embeddings, the representation's, those of the norm, output embeddings, biases,
    /// probabilities of negatives, in this order.
    public var parameters: [Parameter] {
        [items] + encoder.parameters + stateOutput.parameters
            + (output.table === items ? [] : [output.table]) + [output.bias]
            + (popularity.map { [$0] } ?? [])
    }

    /// Items and the padding class.
    public var classCount: Int { options.items + 1 }

    /// What such models can learn from.
    public var tasks: Set<Batch.Task> { [.nextItem, .everyItem] }

    /// The targets that the representation predicts.
    public func termCounts(of batch: Batch, noise: RandomStream?) -> [Int] {
        predicted(batch, noise: noise).termCounts
    }

    private func predicted(_ batch: Batch, noise: RandomStream?) -> Batch {
        batch.predicting(encoder.targets(of: batch, noise: noise))
    }

    /// The loss of every target that is predicted, summed over those of an example.
    public func loss(
        _ batch: Batch, scales: [Float], on tape: Tape
    ) throws(TensorError) -> BatchLoss {
        guard scales.count == batch.examples else {
            throw .countMismatch(shape: [batch.examples], values: scales.count)
        }
        let batch = predicted(batch, noise: tape.noise)
        let (made, places) = try encoder.states(items, of: batch, on: tape)
            .predicting(batch.targets, on: tape)
        let states = try stateOutput.dropping(
            stateOutput.normalised(made, examples: batch.examples, on: tape), at: places,
            of: batch, on: tape)
        let isWhole = places.count == batch.targets.count
        let layout = RowLayout(
            examples: isWhole ? batch.examples : places.count,
            steps: isWhole ? batch.targets.count / batch.examples : 1, isTimeMajor: true)
        let loss = try loss(states, batch, places, scales, layout: layout, on: tape)
        guard !isWhole else { return loss }
        let sums = try Tensor(repeating: 0, shape: [batch.examples])
        for (row, value) in loss.perExample.values.enumerated() {
            sums.pointer[places[row] % batch.examples] += value
        }
        return BatchLoss(perExample: sums, total: loss.total)
    }

    /// The loss of states at some places of a batch, a row each, with a weight for each example.
    private func loss(
        _ states: Variable, _ batch: Batch, _ places: [Int], _ weights: [Float],
        layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> BatchLoss {
        let scales = places.map { weights[$0 % batch.examples] }
        let sampled = options.loss.candidateLoss(
            negatives: options.negatives, items: options.items, calibration: options.calibration)
        guard let sampled else {
            guard output.tastes == nil else {
                return try tape.mixtureCrossEntropy(
                    states, output, targets: places.map { batch.targets[$0] }, scales: scales,
                    layout: layout)
            }
            return try tape.softmaxCrossEntropy(
                states, weight: output.table, bias: output.bias,
                targets: places.map { batch.targets[$0] > 0 ? batch.targets[$0] : -1 },
                scales: scales, layout: layout, leavesOutPadding: true)
        }
        return try tape.candidateLoss(
            states, output,
            candidates(for: batch, at: places, weights, states.value, on: tape), sampled,
            scales: scales, layout: layout)
    }

    /// What the targets at some places of a batch are compared with.
    private func candidates(
        for batch: Batch, at places: [Int], _ weights: [Float], _ states: Tensor, on tape: Tape
    ) throws(TensorError) -> Candidates {
        var sampling = options.sampling
        // Only training has noise; what is measured or attributed must not depend on a batch.
        if sampling.source == .batch, tape.noise == nil, popularity != nil {
            sampling.source = .popularity
        }
        guard sampling.source != .batch || tape.sink?.keepsFactors != true else {
            throw .badValue(
                operation: "negatives from the batch",
                "a loss depends on the other sequences of its batch, so attribution cannot tell"
                    + " their gradients apart. Make the model with popularity = train, for losses"
                    + " with negatives that are drawn as often from all")
        }
        let sampler = NegativeSampler(
            count: options.negatives, items: options.items, sampling: sampling,
            probabilities: popularity?.value, tellsExpectation: options.loss == .sampledSoftmax)
        return try sampler.candidates(
            for: batch, at: places, scales: weights, noise: tape.noise
        ) { candidates throws(TensorError) in try output.scores(of: candidates, for: states) }
    }

    /// The scores of all items after each history; 0 for padding.
    public func scores(_ batch: Batch) throws(TensorError) -> Tensor {
        let layout = RowLayout(examples: batch.examples, steps: batch.steps, isTimeMajor: true)
        let tape = Tape()
        let states = try stateOutput.normalised(
            encoder.lastState(items, batch.ids, layout, on: tape), examples: batch.examples,
            on: tape
        ).value
        if output.tastes != nil { return try output.mixtureScores(states) }
        return try states.linear(
            output.table.value, bias: output.bias.value.reshaped([classCount]))
    }
}
