// nj.models.popularity, nj.models.markov and nj.models.item_knn.

import LuaHost
import NightjarData
import NightjarModels
import NightjarTraining

extension ModelLibrary {
    /// What baselines count.
    private static let train = Parameter.either(
        "train", [.object(Examples.self), .object(Sequences.self)],
        "the training examples or sequences, with their weights")

    static let popularity = Function(
        "popularity", on: "nj.models",
        summary: "Makes the baseline that scores items by how often they were a training target.",
        details: "Of sequences every item is a target.",
        positional: [train],
        returns: .object(ModelObject.self, "the model"),
        example: "nj.evaluate(nj.models.popularity(train), test, { \"mrr\" })"
    ) { call in try counted(call) { PopularityScorer(trainedOn: $0) } }

    static let markov = Function(
        "markov", on: "nj.models",
        summary: "Makes the baseline that scores items by how often they followed the latest ones.",
        details: """
            The probability of an item after a context of the latest k items is \
            (n(item) + smoothing · p) / (n + smoothing), with counts n of what followed the context \
            and the probability p after the latest k - 1 items. It is not trained.
            """,
        positional: [train],
        options: [
            .integer("order", default: 1, in: 1...100, "how many items back it looks, at most"),
            .number(
                "smoothing", default: 1, in: 0...1e9, "weight of the shorter context; 0 for none"),
        ],
        returns: .object(ModelObject.self, "the model"),
        example: "nj.evaluate(nj.models.markov(train, { order = 2 }), test, { \"mrr\" })"
    ) { call in
        let (order, smoothing) = (try call.integer("order"), try call.number("smoothing"))
        return try counted(call) {
            try MarkovScorer(trainedOn: $0, order: order, smoothing: smoothing)
        }
    }

    static let itemNeighbours = Function(
        "item_knn", on: "nj.models",
        summary: "Makes the baseline that scores items by their similarity to the history's.",
        details: """
            Similar items were met together: in the same sequences or, in single examples, as \
            targets of the same users. The similarity is the cosine, and shrink is added to its \
            denominator. It is not trained.
            """,
        positional: [train],
        options: [
            .integer("k", default: 100, in: 1...1 << 24, "similar items that each item keeps"),
            .number("shrink", default: 0, in: 0...1e9, "against chance among rare items"),
        ],
        returns: .object(ModelObject.self, "the model"),
        example: "nj.evaluate(nj.models.item_knn(train, { shrink = 10 }), test, { \"mrr\" })"
    ) { call in
        let (count, shrink) = (try call.integer("k"), try call.number("shrink"))
        return try counted(call) {
            try ItemNeighbours(trainedOn: $0, count: count, shrink: shrink)
        }
    }

    /// A model that counts the training examples of a call.
    private static func counted(
        _ call: Call, _ make: (any BaselineExamples) throws -> any Baseline
    ) throws -> ModelObject {
        let train = try call.object("train", as: (any BaselineExamples & TrainingSet).self)
        return ModelObject(.counted(try make(train)), historyLength: train.historyLength)
    }
}
