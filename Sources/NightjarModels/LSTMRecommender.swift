// Embedding, LSTM, linear map to all items: the next-item model of the TracIn study.

import NightjarRuntime
import NightjarTensor

/// Predicts the next item from the last state of an LSTM over the history.
///
///     x_t = E[id_t],  h = LSTM(x_1 … x_T),  z = h·Wᵀ + b,  P(next = i) = softmax(z)_i
///
/// Parameters are named, shaped and initialised as in a PyTorch model of `nn.Embedding`, `nn.LSTM`
/// and `nn.Linear`: embeddings N(0, 1) with a zero row for padding, LSTM uniform in ±1/√H, output
/// uniform in ±1/√H.
public final class LSTMRecommender: NextItemModel {
    /// Options of the model.
    public struct Options: Sendable, Equatable {
        /// Number of items; classes are these and padding.
        public var items: Int
        /// Size E of the item embeddings.
        public var dim: Int
        /// Size H of the hidden state.
        public var hidden: Int
        /// Whether embeddings keep their random initial values, as in the TracIn study.
        public var frozenEmbeddings: Bool

        /// Creates options.
        public init(items: Int, dim: Int = 64, hidden: Int = 128, frozenEmbeddings: Bool = false) {
            self.items = items
            self.dim = dim
            self.hidden = hidden
            self.frozenEmbeddings = frozenEmbeddings
        }
    }

    /// The name of this architecture in checkpoints.
    public static let kind = "lstm"

    /// Options that the model was built with.
    public let options: Options
    private let embedding: Parameter
    private let lstm: LSTMWeights
    private let outputWeight: Parameter
    private let outputBias: Parameter

    /// Creates a model with random values from the stream `init` of `seed`.
    ///
    /// - Throws: ``ModelError/badSize(option:value:)``, ``TensorError``.
    public convenience init(_ options: Options, seed: UInt64) throws {
        try self.init(options, values: .random(seed: seed))
    }

    /// Rebuilds the model of a configuration.
    ///
    /// - Throws: ``ModelError``, ``TensorError``, or what the source of values throws.
    public convenience init(
        _ configuration: ModelConfiguration, values source: ParameterSource
    ) throws {
        let options = Options(
            items: try configuration.size("items"), dim: try configuration.size("dim"),
            hidden: try configuration.size("hidden"),
            frozenEmbeddings: configuration.switches["frozen_embeddings"] ?? false)
        try self.init(options, values: source)
    }

    /// Creates a model with the values of a source.
    ///
    /// - Throws: ``ModelError/badSize(option:value:)``, ``TensorError``, or what the source throws.
    public init(_ options: Options, values source: ParameterSource) throws {
        for (name, value) in [
            ("items", options.items), ("dim", options.dim), ("hidden", options.hidden),
        ] where value < 1 || value > 1 << 28 {
            throw ModelError.badSize(option: name, value: value)
        }
        self.options = options
        let (classes, dim, hidden) = (options.items + 1, options.dim, options.hidden)
        let uniform = ParameterSource.Distribution.uniform(bound: 1 / Float(hidden).squareRoot())
        embedding = try source.parameter(
            "embedding.weight", [classes, dim], .normal(paddingRow: 0),
            isTrainable: !options.frozenEmbeddings)
        lstm = try LSTMWeights(
            inputWeight: source.parameter("lstm.weight_ih", [4 * hidden, dim], uniform),
            hiddenWeight: source.parameter("lstm.weight_hh", [4 * hidden, hidden], uniform),
            inputBias: source.parameter("lstm.bias_ih", [4 * hidden], uniform),
            hiddenBias: source.parameter("lstm.bias_hh", [4 * hidden], uniform))
        outputWeight = try source.parameter("output.weight", [classes, hidden], uniform)
        outputBias = try source.parameter("output.bias", [classes], uniform)
    }

    /// Options as a checkpoint stores them.
    public var configuration: ModelConfiguration {
        ModelConfiguration(
            kind: Self.kind,
            sizes: ["items": options.items, "dim": options.dim, "hidden": options.hidden],
            switches: ["frozen_embeddings": options.frozenEmbeddings])
    }

    /// Embedding, LSTM, output, in this order.
    public var parameters: [Parameter] {
        [embedding] + lstm.parameters + [outputWeight, outputBias]
    }

    /// Items and the padding class.
    public var classCount: Int { options.items + 1 }

    /// Softmax cross-entropy of the target among all classes.
    public func loss(
        _ batch: Batch, scales: [Float], on tape: Tape
    ) throws(TensorError) -> BatchLoss {
        try tape.softmaxCrossEntropy(
            state(batch, on: tape), weight: outputWeight, bias: outputBias, targets: batch.targets,
            scales: scales)
    }

    /// The logits z.
    public func scores(_ batch: Batch) throws(TensorError) -> Tensor {
        try state(batch, on: Tape()).value.linear(outputWeight.value, bias: outputBias.value)
    }

    /// Scores with the input products of all items computed once.
    public func scorer() throws(TensorError) -> any Scorer {
        try LSTMScorer(
            table: embedding.value, lstm: lstm, outputWeight: outputWeight.value,
            outputBias: outputBias.value)
    }

    private func state(_ batch: Batch, on tape: Tape) throws(TensorError) -> Variable {
        try tape.embeddedLSTM(
            embedding, ids: batch.ids, examples: batch.examples, steps: batch.steps, weights: lstm)
    }
}
