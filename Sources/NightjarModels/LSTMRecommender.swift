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
    public init(_ options: Options, seed: UInt64) throws {
        for (name, value) in [
            ("items", options.items), ("dim", options.dim), ("hidden", options.hidden),
        ] where value < 1 || value > 1 << 28 {
            throw ModelError.badSize(option: name, value: value)
        }
        self.options = options
        let (classes, dim, hidden) = (options.items + 1, options.dim, options.hidden)
        let root = RandomStream(seed: seed, "init")
        func uniform(_ name: String, _ shape: [Int]) throws -> Parameter {
            var stream = root.split(name)
            let bound = 1 / Float(hidden).squareRoot()
            return Parameter(name, try .uniform(shape, low: -bound, high: bound, &stream))
        }
        var stream = root.split("embedding.weight")
        let table = try Tensor.normal([classes, dim], &stream)
        try table.row(0).fill(0)
        embedding = Parameter(
            "embedding.weight", table, isTrainable: !options.frozenEmbeddings)
        lstm = try LSTMWeights(
            inputWeight: uniform("lstm.weight_ih", [4 * hidden, dim]),
            hiddenWeight: uniform("lstm.weight_hh", [4 * hidden, hidden]),
            inputBias: uniform("lstm.bias_ih", [4 * hidden]),
            hiddenBias: uniform("lstm.bias_hh", [4 * hidden]))
        outputWeight = try uniform("output.weight", [classes, hidden])
        outputBias = try uniform("output.bias", [classes])
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

    private func state(_ batch: Batch, on tape: Tape) throws(TensorError) -> Variable {
        try tape.embeddedLSTM(
            embedding, ids: batch.ids, examples: batch.examples, steps: batch.steps, weights: lstm)
    }
}
