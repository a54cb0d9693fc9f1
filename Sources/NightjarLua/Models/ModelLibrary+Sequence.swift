// nj.models.sequence.

import LuaHost
import NightjarModels

extension ModelLibrary {
    static let sequence = Function(
        "sequence", on: "nj.models",
        summary: "Makes a model that learns from whole sequences, at every item.",
        details: """
            The score of an item is its bias plus the inner product of its embedding and the user's \
            state; what makes states of the items so far is chosen by representation. The mLSTM of the \
            mLSTM post has a learned initial state and emits its cell state. pointwise and bpr \
            are Spotlight's losses, not log losses; bce and log_bpr are those. Sampled losses compare \
            each target with negatives drawn from all items alike, new ones in every epoch.
            """,
        options: [
            .integer("items", in: 1...1 << 24, "number of items, such as log.n_items"),
            .integer("dim", default: 32, in: 1...1 << 16, "size of embeddings and states"),
            .choice(
                "representation", SequenceRecommender.Representation.self, default: .lstm,
                "what makes states of the items so far"),
            .choice("loss", SequenceLoss.self, default: .softmax, "what is minimised"),
            .integer(
                "negatives", default: 5, in: 1...1 << 16, "sampled items for each target"),
            .number(
                "calibration", default: 0.75, in: 0...1,
                "how far gbce makes up for sampling: 0 not at all, 1 wholly"),
            .boolean(
                "output_embeddings", default: false,
                "score with embeddings of their own instead of those of the history"),
            .choice(
                "initial_state", ["zeros", "learned"], default: "zeros",
                "before the first item: after a vector of zeros, or a learned state"),
            .choice(
                "emits", ["hidden", "cell"], default: "hidden",
                "state of lstm and mlstm that is the user's"),
            .integer("seed", default: 1, in: 0..., "seed of the initial values"),
        ],
        returns: .object(ModelObject.self, "the model, untrained"),
        example:
            "net = nj.models.sequence{ items = ml.n_items, dim = 112, loss = \"adaptive_hinge\" }"
    ) { call in
        ModelObject(
            .trained(
                try SequenceRecommender(
                    SequenceRecommender.Options(
                        items: call.integer("items"), dim: call.integer("dim"),
                        representation: call.choice(
                            "representation", as: SequenceRecommender.Representation.self),
                        loss: call.choice("loss", as: SequenceLoss.self),
                        negatives: call.integer("negatives"),
                        calibration: call.number("calibration"),
                        hasOutputEmbeddings: call.boolean("output_embeddings"),
                        learnsInitialState: call.string("initial_state") == "learned",
                        emitsCell: call.string("emits") == "cell"),
                    seed: UInt64(call.integer("seed")))))
    }
}
