// nj.models and nj.Model.

import LuaHost
import NightjarData
import NightjarModels
import NightjarRuntime
import NightjarTensor
import NightjarTraining

/// A model as scripts hold it: something that scores items, and its parameters if it learns.
final class ModelObject: LuaObject, CustomStringConvertible {
    /// A model that is trained, or a rule that only counts.
    enum Kind {
        case trained(any NextItemModel)
        case counted(any Baseline)
    }

    let kind: Kind
    /// Items of history in the examples that it learned from last; `nil` before it learned.
    var historyLength: Int?
    /// The seed of its initial values; `nil` for values from elsewhere.
    var seed: UInt64?

    init(_ kind: Kind, historyLength: Int? = nil, seed: UInt64? = nil) {
        self.kind = kind
        self.historyLength = historyLength
        self.seed = seed
    }

    /// The name of its architecture.
    var name: String {
        switch kind {
        case .trained(let model): model.configuration.kind
        case .counted(let baseline): type(of: baseline).kind
        }
    }

    /// The model with parameters.
    ///
    /// - Throws: ``LuaError`` for a model without.
    func trained() throws -> any NextItemModel {
        guard case .trained(let model) = kind else {
            throw LuaError(
                "a \(name) model has no parameters. Use nj.models.lstm or nj.models.sequence.")
        }
        return model
    }

    /// Scores items for histories with the values of now.
    func scorer() throws -> any Scorer {
        switch kind {
        case .trained(let model): try model.scorer()
        case .counted(let baseline): baseline
        }
    }

    /// Bytes of the parameters, or of what was counted.
    var nativeBytes: Int {
        switch kind {
        case .trained(let model): model.parameters.reduce(0) { $0 + 4 * $1.value.count }
        case .counted(let baseline): baseline.nativeBytes
        }
    }

    var description: String {
        switch kind {
        case .counted(let baseline):
            return "Model \(name): \(baseline)"
        case .trained(let model):
            let sizes = model.configuration.sizes.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return "Model \(name): \(sizes), \(model.trainableCount) parameters"
        }
    }
}

/// Declares `nj.models` and `nj.Model`.
enum ModelLibrary {
    static let library = Library(
        modules: [Module("nj.models", summary: "Models that predict the next item.")],
        classes: [declaration],
        functions: [
            lstm, sequence, popularity, markov, itemNeighbours, parameters, tensor, recommend, text,
        ] + copies)

    static let declaration = Class(
        "nj.Model", of: ModelObject.self, summary: "A model that scores items after a history.",
        properties: [
            Property("kind", .string, "its architecture, such as lstm") { (model: ModelObject) in
                model.name
            },
            Property("n_items", .integer, "number of items that it knows") {
                (model: ModelObject) in try model.scorer().classCount - 1
            },
            Property("n_parameters", .integer, "number of trainable values") {
                (model: ModelObject) in
                guard case .trained(let trained) = model.kind else { return 0 }
                return trained.trainableCount
            },
        ])

    static let lstm = Function(
        "lstm", on: "nj.models",
        summary: "Makes an LSTM next-item model: embedding, LSTM, linear map to all items.",
        details: "Parameters are named, shaped and initialised as in PyTorch.",
        options: [
            .integer("items", in: 1...1 << 24, "number of items, such as log.n_items"),
            .integer("dim", default: 64, in: 1...1 << 16, "size of the item embeddings"),
            .integer("hidden", default: 128, in: 1...1 << 16, "size of the hidden state"),
            .boolean(
                "frozen_embeddings", default: false,
                "keep embeddings at their random initial values"),
            .integer("seed", default: 1, in: 0..., "seed of the initial values"),
        ],
        returns: .object(ModelObject.self, "the model, untrained"),
        example: "net = nj.models.lstm{ items = ml.n_items, dim = 64, hidden = 128 }"
    ) { call in
        let seed = UInt64(try call.integer("seed"))
        return ModelObject(
            .trained(
                try LSTMRecommender(
                    LSTMRecommender.Options(
                        items: call.integer("items"), dim: call.integer("dim"),
                        hidden: call.integer("hidden"),
                        frozenEmbeddings: call.boolean("frozen_embeddings")), seed: seed)),
            seed: seed)
    }

    static let parameters = Function(
        "parameters", on: "nj.Model", summary: "Lists the parameters.",
        returns: .list(
            of: .table([
                .init("name", .string, "its name"), .init("shape", .list(.integer), "its shape"),
                .init("trainable", .boolean, "whether training changes it"),
            ]), "one entry for each parameter")
    ) { call in
        LuaList(
            try call.receiver(ModelObject.self).trained().parameters.map {
                LuaRecord([
                    "name": $0.name, "shape": $0.value.shape, "trainable": $0.isTrainable,
                ])
            })
    }

    static let tensor = Function(
        "tensor", on: "nj.Model",
        summary: "Gives the values of a parameter; changing them changes the model.",
        positional: [.string("name", "a name from model:parameters()")],
        returns: .object(Tensor.self, "the values, shared with the model"),
        example: "net:tensor(\"lstm.weight_ih\")"
    ) { call in
        let model = try call.receiver(ModelObject.self).trained()
        let name = try call.string("name")
        guard let parameter = model.parameter(name) else {
            let names = model.parameters.map(\.name)
            throw LuaError(
                "the model has no parameter '\(name)'\(Suggestion.hint(for: name, in: names)). It has: "
                    + names.joined(separator: ", "))
        }
        return parameter.value
    }

    static let recommend = Function(
        "recommend", on: "nj.Model",
        summary: "Gives the items with the highest scores after a history.",
        positional: [.list("history", of: .integer(Limits(low: 1)), "items, the latest last")],
        options: [
            .integer("k", default: 10, in: 1...100_000, "how many"),
            .boolean("seen", default: false, "recommend items of the history again"),
        ],
        returns: .list(
            of: .table([
                .init("item", .integer, "the item"), .init("score", .number, "its score"),
            ]), "best first"),
        example: "net:recommend({ 50, 181 }, { k = 5 })"
    ) { call in
        let scorer = try call.receiver(ModelObject.self).scorer()
        let history = try call.integers("history")
        let limit = scorer.classCount - 1
        if let bad = history.first(where: { $0 > limit }) {
            throw ModelError.unknownItem(id: bad, items: limit)
        }
        guard !history.isEmpty else {
            throw LuaError("the history is empty: give one item or more")
        }
        let batch = try Batch(histories: history.map(Int32.init), targets: [1])
        let skipped = try call.boolean("seen") ? [] : Set(history)
        var ranked: [(item: Int, score: Float)] = []
        try scorer.forEachExample(of: batch) { _, scores in
            for item in scores.indices.dropFirst() where !skipped.contains(item) {
                ranked.append((item, scores[item]))
            }
        }
        try ranked.sortInterruptibly {
            $0.score == $1.score ? $0.item < $1.item : $0.score > $1.score
        }
        return LuaList(
            ranked.prefix(try call.integer("k")).map {
                LuaRecord(["item": $0.item, "score": $0.score])
            })
    }

    static let text = Function(
        "__tostring", on: "nj.Model", summary: "Names the architecture and its sizes.",
        returns: .string("one line")
    ) { call in try call.receiver(ModelObject.self).description }
}
