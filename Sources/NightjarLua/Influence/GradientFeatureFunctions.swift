// nj.influence.features, store, projected, trak: projected gradients, and what is made of them.

import LuaHost
import NightjarData
import NightjarInfluence
import NightjarTensor

/// Declares what works on projected gradients.
enum GradientFeatureFunctions {
    static let all = [features, store, projected, trak]

    /// Options that decide a projection.
    private static let projection: [LuaHost.Parameter] = [
        .integer(
            "dimension", default: 2048, in: GradientProjection.dimensions,
            "numbers of a projected gradient"),
        .choice(
            "projection", GradientProjection.Kind.self, default: .sparse,
            "how the random matrix is made"),
        .integer("seed", default: 1, in: 0..., "seed of the random matrix"),
    ]

    /// Where features come from: a store, or what one is made of.
    private static let source: [LuaHost.Parameter] =
        [
            .object(
                "store", GradientStoreObject.self, optional: true,
                "a gradient store; or give checkpoints and train"),
            .list("checkpoints", of: .string, optional: true, "checkpoint files"),
            .either(
                "train", [.object(Examples.self), .object(Sequences.self)], optional: true,
                "the examples or sequences that the model was trained on"),
            .parameterSelection,
        ] + projection + [.memory]

    static let features = Function(
        "features", on: "nj.influence",
        summary: "Gives the projected gradient of each example at a checkpoint.",
        details: """
            Dot products of projected gradients are those of gradients up to a standard error of at \
            most the product of their lengths times sqrt(2 / dimension) with dense, and sqrt(4 / \
            dimension) with sparse projections; with kronecker ones it is several times as large for \
            gradients of low rank, as those of single steps are, and falls as dimension^(-1/4). Features \
            of two sets compare when checkpoint, parameters, dimension, projection and seed are the \
            same. A store, projected and trak draw another projection for each checkpoint after the \
            first.
            """,
        positional: [.examples("examples", "whose gradients, or a part such as parts.valid")],
        options: [
            .string("checkpoint", "a checkpoint file"), .parameterSelection,
            .integer(
                "history_length", optional: true, in: 1...,
                "items of history that a part is cut with"),
        ] + projection + [.memory],
        returns: .object(Tensor.self, "shape: examples x dimension"),
        example: "x = nj.influence.features(train, { checkpoint = run.checkpoints[1] })"
    ) { call in
        let length = try call.has("history_length") ? call.integer("history_length") : nil
        let recipe = try FeatureRecipe(
            train: call.tiles("examples", historyLength: length),
            snapshots: [call.snapshot(call.path("checkpoint"))],
            selection: call.parameterSelection(), projection: call.projection())
        return try MemoryFeatures(
            recipe, memoryBudget: call.memoryBudget(), progress: call.progress
        ).rows(0..<recipe.train.count, at: 0)
    }

    static let store = Function(
        "store", on: "nj.influence",
        summary: "Opens a folder of projected gradients, and computes what it lacks.",
        details: """
            Gradients of the training examples are computed once and asked many times. A build that \
            was stopped or killed goes on; damaged files are computed anew; a store of other data, \
            checkpoints, parameters or projections is refused.
            """,
        options: [
            .string("dir", "folder; made when it does not exist"), .checkpoints, .trainingSet,
            .parameterSelection,
        ] + projection + [
            .choice(
                "precision", GradientStore.Precision.self, default: .bfloat16,
                "how numbers are kept on disk")
        ],
        returns: .object(GradientStoreObject.self, "the complete store"),
        example: """
            store = nj.influence.store{ dir = "runs/demo/gradients", checkpoints = run.checkpoints, \
            train = train }
            """
    ) { call in
        let train = try call.trainingSet()
        let recipe = try FeatureRecipe(
            train: TileSource(train), snapshots: call.snapshots(),
            selection: call.parameterSelection(), projection: call.projection())
        return GradientStoreObject(
            try GradientStore(
                folder: call.path("dir"), recipe, trainDigest: train.digest,
                precision: call.choice("precision", as: GradientStore.Precision.self),
                progress: call.progress), train: train)
    }

    static let projected = Function(
        "projected", on: "nj.influence",
        summary: "Prepares TracIn or gradient cosines from projected gradients.",
        details: """
            A score is the sum over checkpoints of lr * f(train example) . f(target), with f the \
            projected gradient; or the mean of their cosines. \(SignConvention.loss.words). Much faster than \
            the exact nj.influence.tracin when many questions are asked, and only as exact as the \
            projection; explain compares the exact scores of the most extreme examples.
            """,
        options: source + [
            .choice(
                "similarity", ProjectedTracIn.Similarity.self, default: .dot,
                "how gradients are compared"),
            .integer(
                "exact", default: 400, in: 0...1_000_000,
                "candidates of an explanation whose exact scores are compared; 0 for none"),
        ],
        returns: .object(Influence.self, "the prepared influence"),
        example: "att = nj.influence.projected{ store = store }"
    ) { call in
        let (features, train) = try call.featureSource()
        return Influence(
            ProjectedTracIn(
                features,
                similarity: try call.choice("similarity", as: ProjectedTracIn.Similarity.self),
                exact: try call.integer("exact"),
                memoryBudget: try call.memoryBudget()), train: train)
    }

    static let trak = Function(
        "trak", on: "nj.influence",
        summary: "Prepares TRAK: influence on a linear model of projected gradients.",
        details: """
            With f = P grad(output): score = [mean over checkpoints of 1 - p] times [mean over them of \
            f(train)' (F'F + damping * mean diagonal)^-1 f(target)]. The output is the margin log(p / (1 - p)) of \
            the target's probability under a softmax, or the negative loss. Checkpoints may be those of \
            runs with several seeds. \(SignConvention.loss.words). Source: Park et al., ICML 2023.
            """,
        options: source + [
            .choice(
                "output", TRAK.Output.allCases.map(\.rawValue), optional: true,
                "what is explained; margin for single targets under a softmax, else loss"),
            .number(
                "damping", default: 0.01, in: 0...1e18, "share of the mean diagonal; 0 as published"
            ),
        ],
        returns: .object(Influence.self, "the prepared influence"),
        example: "att = nj.influence.trak{ store = store }"
    ) { call in
        let (features, train) = try call.featureSource()
        return Influence(
            try TRAK(
                features, output: call.string(ifGiven: "output").flatMap(TRAK.Output.init),
                damping: call.number("damping"), memoryBudget: call.memoryBudget(),
                progress: call.progress), train: train)
    }
}

extension Call {
    /// The projection that the options describe.
    fileprivate func projection() throws -> GradientProjection {
        GradientProjection(
            kind: try choice("projection", as: GradientProjection.Kind.self),
            dimension: try integer("dimension"), seed: UInt64(try integer("seed")))
    }

    /// Examples or sequences as they are, or a part cut to a length.
    fileprivate func tiles(_ name: String, historyLength: Int?) throws -> TileSource {
        // Sequences are learned from whole, so their features are those of all their targets.
        if let sequences = try object(ifGiven: name, as: Sequences.self) {
            return TileSource(sequences)
        }
        return TileSource(try examples(name, historyLength: historyLength))
    }

    /// The features of a store, or of what the other options describe.
    fileprivate func featureSource() throws -> (any GradientFeatures, any ExplainableSet) {
        if let store = try object(ifGiven: "store", as: GradientStoreObject.self) {
            guard try !has("checkpoints"), try !has("train") else {
                throw LuaError("a store has its checkpoints and examples. Leave out either.")
            }
            return (store.store, store.train)
        }
        guard try has("checkpoints"), try has("train") else {
            throw LuaError(
                "projected gradients are needed: give store, or both checkpoints and train")
        }
        let train = try trainingSet()
        let recipe = try FeatureRecipe(
            train: TileSource(train), snapshots: snapshots(), selection: parameterSelection(),
            projection: projection())
        let features = try MemoryFeatures(
            recipe, memoryBudget: memoryBudget(), progress: progress)
        return (features, train)
    }
}
