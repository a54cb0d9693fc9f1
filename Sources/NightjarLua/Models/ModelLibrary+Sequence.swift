// nj.models.sequence.

import LuaHost
import NightjarData
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
            each target with negatives, new ones in every epoch: drawn from all items alike, in \
            proportion to popularity_exponent of how often each is a target, from the other \
            sequences of the batch, or those with the highest scores of a pool drawn from all alike. \
            The losses of a model whose negatives come from the batch depend on the batch while it \
            learns; with popularity = train they are measured and attributed with negatives drawn as \
            often from all, without it they are not attributed. Biases begin at 0, those of bce and gbce where as many negatives as are \
            drawn leave them on average. \
            sasrec and bert4rec attend to the latest max_length items; sasrec predicts every item but \
            the first, bert4rec those that it masks, new ones in every epoch.
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
            .choice(
                "negatives_from", NegativeSampling.Source.self, default: .uniform,
                "where sampled items come from"),
            .either(
                "popularity", [.object(Examples.self), .object(Sequences.self)], optional: true,
                "training examples whose targets are counted, for negatives by popularity, and for"
                    + " those from the batch where the loss is a corrected sampled_softmax or is to"
                    + " be attributed"),
            .number(
                "popularity_exponent", default: 0.75, in: 0...100,
                "power of popularity: 0 for all alike, 1 for counts as they are"),
            .integer(
                "pool", default: 100, in: 1...1 << 16,
                "items drawn for each target from which hard negatives are chosen"),
            .boolean(
                "corrected", default: true,
                "sampled_softmax: lower scores by the logarithm of how often items are drawn"),
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
                "initial_weights", SequenceRecommender.InitialWeights.self, default: .uniform,
                "lstm, mlstm, gru, mixture: weights and biases in ±1/sqrt(dim), as in PyTorch and"
                    + " the mLSTM post, or Glorot's for each gate, with biases of 0"),
            .integer(
                "padded_length", optional: true, in: 1...1 << 16,
                "lstm, mlstm, gru, mixture: zeros run through before shorter histories, as in"
                    + " Spotlight"),
            .choice(
                "emits", ["hidden", "cell"], default: "hidden",
                "state of lstm, mlstm and of mixture's lstm that is the user's"),
            .integer(
                "blocks", default: defaults.blocks, in: 1...1024,
                "sasrec, bert4rec: blocks of attention and feed-forward layers"),
            .integer(
                "heads", default: defaults.heads, in: 1...1 << 16,
                "sasrec, bert4rec: heads of attention, which share dim equally"),
            .number(
                "dropout", optional: true, in: 0..<1,
                "probability of leaving an element out while training: of embeddings and in every"
                    + " block of sasrec and bert4rec, \(defaults.dropout) unless given; of the states"
                    + " of others, 0 unless given"),
            .boolean(
                "layer_norm", default: false,
                "normalise states, with a learned gain and bias; sasrec and bert4rec have their own"
            ),
            .integer(
                "max_length", default: defaults.maxLength, in: 1...1 << 24,
                "sasrec, bert4rec: how many of the latest items states are made of"),
            .number(
                "mask", default: defaults.mask, in: 0...1,
                "bert4rec: probability of masking an item, to predict it from the others"),
            .number(
                "last_mask", default: defaults.lastMask, in: 0...1,
                "bert4rec: how often the last item alone is masked instead"),
            .integer("kernel", default: 3, in: 1...1 << 16, "steps that a convolution of cnn sees"),
            .list(
                "dilations", of: .integer(Limits(low: 1)), optional: true,
                "layers of cnn: for each the steps from one that it sees to the next, by default {1}"
            ),
            .choice(
                "activation", Convolution.Activation.self, default: .tanh,
                "what follows each convolution of cnn"),
            .boolean(
                "residual", default: true, "add the input of each layer of cnn to its output"),
            .integer("tastes", default: 4, in: 1...1024, "tastes of a user of mixture"),
            .integer("seed", default: 1, in: 0..., "seed of the initial values"),
        ],
        returns: .object(ModelObject.self, "the model, untrained"),
        example:
            "net = nj.models.sequence{ items = ml.n_items, dim = 112, loss = \"adaptive_hinge\" }"
    ) { call in
        try refuseUnread(call)
        let counted = try call.object(ifGiven: "popularity", as: (any TargetCounting).self)
        let seed = UInt64(try call.integer("seed"))
        return ModelObject(
            .trained(
                try SequenceRecommender(
                    chosen(call), seed: seed, popularity: counted?.targetCounts)), seed: seed)
    }

    private static func chosen(_ call: Call) throws -> SequenceRecommender.Options {
        var options = SequenceRecommender.Options(
            items: try call.integer("items"), dim: try call.integer("dim"))
        options.representation = try call.choice(
            "representation", as: SequenceRecommender.Representation.self)
        options.loss = try call.choice("loss", as: SequenceLoss.self)
        options.negatives = try call.integer("negatives")
        options.sampling = try NegativeSampling(
            source: call.choice("negatives_from", as: NegativeSampling.Source.self),
            exponent: call.number("popularity_exponent"), pool: call.integer("pool"),
            isCorrected: call.boolean("corrected"))
        options.calibration = try call.number("calibration")
        options.hasOutputEmbeddings = try call.boolean("output_embeddings")
        options.learnsInitialState = try call.string("initial_state") == "learned"
        options.initialWeights = try call.choice(
            "initial_weights", as: SequenceRecommender.InitialWeights.self)
        options.paddedLength = try call.integer(ifGiven: "padded_length")
        options.emitsCell = try call.string("emits") == "cell"
        let dilations = try call.integers("dilations")
        options.convolution = try Convolution(
            kernel: call.integer("kernel"), dilations: dilations.isEmpty ? [1] : dilations,
            activation: call.choice("activation", as: Convolution.Activation.self),
            isResidual: call.boolean("residual"))
        options.tastes = try call.integer("tastes")
        let dropout = try call.number(ifGiven: "dropout")
        if !options.representation.isTransformer { options.stateDropout = dropout ?? 0 }
        options.normalisesStates = try call.boolean("layer_norm")
        options.transformer = try TransformerOptions(
            blocks: call.integer("blocks"), heads: call.integer("heads"),
            dropout: dropout ?? defaults.dropout, maxLength: call.integer("max_length"),
            mask: call.number("mask"), lastMask: call.number("last_mask"))
        return options
    }

    private static let defaults = TransformerOptions()

    /// Refuses options that the chosen loss or its negatives do not read.
    ///
    /// Those of negatives are refused where the softmax, or negatives from all items alike, were not
    /// asked for: the choice was forgotten. Where they were, options are for the others of a loop.
    private static func refuseUnreadByLoss(_ call: Call) throws {
        let loss = try call.choice("loss", as: SequenceLoss.self)
        let source = try call.choice("negatives_from", as: NegativeSampling.Source.self)
        func refuse(_ options: [String], _ who: String, _ instead: String) throws {
            for option in options where try call.has(option) {
                throw LuaError(
                    "\(who) does not read '\(option)'. Leave it out, or choose \(instead).")
            }
        }
        guard loss.isSampled else {
            guard try !call.has("loss") else { return }
            let options = [
                "negatives", "negatives_from", "popularity", "popularity_exponent", "pool",
                "calibration", "corrected",
            ]
            return try refuse(
                options, "the loss 'softmax', which is taken unless another is given,",
                "another loss")
        }
        if loss != .gbce { try refuse(["calibration"], "the loss '\(loss.rawValue)'", "'gbce'") }
        if loss != .sampledSoftmax {
            try refuse(["corrected"], "the loss '\(loss.rawValue)'", "'sampled_softmax'")
        }
        guard try !call.has("negatives_from") else { return }
        let who = "negatives_from = \"\(source.rawValue)\", which is taken unless given,"
        try refuse(["pool"], who, "\"hard\"")
        try refuse(["popularity_exponent"], who, "\"popularity\"")
    }

    /// Refuses options that the chosen representation does not read.
    private static func refuseUnread(_ call: Call) throws {
        try refuseUnreadByLoss(call)
        let chosen = try call.choice(
            "representation", as: SequenceRecommender.Representation.self)
        for (options, readers) in [
            (["blocks", "heads", "max_length"], [.sasrec, .bert4rec]),
            (["layer_norm"], [.pooling, .lstm, .mlstm, .gru, .cnn, .mixture]),
            (["mask", "last_mask"], [.bert4rec]),
            (["kernel", "dilations", "activation", "residual"], [.cnn]),
            (["tastes"], [.mixture]),
            (["padded_length", "initial_weights"], [.lstm, .mlstm, .gru, .mixture]),
        ] as [([String], [SequenceRecommender.Representation])] where !readers.contains(chosen) {
            for option in options where try call.has(option) {
                throw LuaError(
                    "the representation '\(chosen.rawValue)' does not read '\(option)'. Leave it"
                        + " out, or choose "
                        + readers.map { "'\($0.rawValue)'" }.joined(separator: " or ") + ".")
            }
        }
    }
}
