// nj.retrain and nj.Retraining.

import LuaHost
import NightjarData
import NightjarMetrics
import NightjarRuntime
import NightjarTensor
import NightjarTraining

extension RetrainingFigures: LuaObject {
    /// Bytes of the figures.
    public var nativeBytes: Int { 4 * finishedCount * names.count * targets.count }
}

/// Declares training on subsets and what it gives.
enum RetrainBinding {
    static let declaration = Class(
        "nj.Retraining", of: RetrainingFigures.self,
        summary: "Figures of targets after training on each of several subsets.",
        properties: [
            Property("subsets", .object(Subsets.self), "the subsets that were learned from") {
                (figures: RetrainingFigures) in figures.subsets
            },
            Property("targets", .object(Examples.self), "what was measured on") {
                (figures: RetrainingFigures) in figures.targets
            },
            Property("seeds", .list(.integer), "the seeds") { (figures: RetrainingFigures) in
                figures.seeds.map { Int(clamping: $0) }
            },
            Property("names", .list(.string), "what was measured: loss, then metrics") {
                (figures: RetrainingFigures) in figures.names
            },
            Property("is_partial", .boolean, "whether it was stopped before all were trained") {
                (figures: RetrainingFigures) in figures.isPartial
            },
        ])

    static let functions = [retrain, values, text]

    static let retrain = Function(
        "retrain", on: "nj",
        summary: "Trains a model anew on each of several subsets, and measures targets.",
        details: """
            This is the ground truth of attribution, and of every policy that drops examples. Small \
            models are trained side by side, one for each core, and end as the same bytes as if \
            trained one after another; models defined in Lua are trained one at a time. A model that \
            is given, not made by a function, starts from its values of now with every seed. \
            Finished retrainings are kept in the cache folder, so one that was stopped or killed \
            goes on where it was. Training goes through all epochs, without validation. Ctrl-C \
            keeps what was done.
            """,
        options: [
            .either(
                "model", [.function, .object(ModelObject.self)],
                "makes a model from a seed, as function(seed) does; or a model to start from"),
            .either(
                "train", [.object(Examples.self), .object(Sequences.self)],
                "all training examples, or sequences for a sequence model"),
            .object("subsets", Subsets.self, "what to learn from in turn, made by nj.subsets"),
            .examples("targets", "what trained models are measured on, or a part"),
            .list(
                "seeds", of: .integer(Limits(low: 0)), optional: true, "seeds; { 1 } if left out"),
            .metrics("what is measured besides the loss, such as ndcg@10"),
            .choice(
                "mask", CandidateSet.Masking.self, default: .nothing,
                "what is left out of the ranking, as in nj.evaluate"),
            .string("cache", optional: true, "folder for finished retrainings"),
        ] + FitBinding.recipe,
        returns: .object(RetrainingFigures.self, "the figures"),
        example: """
            runs = nj.retrain{
                model = function(seed)
                    return nj.models.lstm{ items = ml.n_items, dim = 8, hidden = 8, seed = seed }
                end,
                train = train, subsets = nj.subsets.random(train, { count = 2 }), targets = test,
                epochs = 1,
            }
            """
    ) { call in
        let train = try call.object("train", as: (any TrainingSet).self)
        let starts = try call.starts()
        let retraining = try Retraining(
            of: starts, on: train, subsets: call.object("subsets", as: Subsets.self),
            call.recipe(),
            targets: call.examples("targets", historyLength: train.historyLength),
            metrics: call.strings("metrics").map { try Metric.parse($0) },
            ranking: RankingOptions(
                candidates: CandidateSet(
                    masking: call.choice("mask", as: CandidateSet.Masking.self))
            ),
            cache: call.string(ifGiven: "cache").map { try call.checked(path: $0) },
            registry: call.state.registry(for: starts[0].template.configuration))
        let found = try retraining.run(progress: call.progress)
        if found.isPartial {
            // Without a finished model there is nothing to look at.
            if found.finishedCount == 0 { throw Interrupted() }
            throw call.interrupted(keeping: found)
        }
        return found
    }

    static let values = Function(
        "values", on: "nj.Retraining",
        summary: "Gives a figure of each target after training on each subset.",
        positional: [
            .string("name", default: "loss", "one of names, such as loss or mrr")
        ],
        options: [
            .integer(
                "seed", optional: true, in: 0..., "one of seeds; the mean over all if left out")
        ],
        returns: .object(
            Tensor.self, "shape: subsets x targets; nan where a subset was not trained on"),
        example: "losses = runs:values \"loss\""
    ) { call in
        try call.receiver(RetrainingFigures.self).values(
            call.string("name"), seed: call.integer(ifGiven: "seed").map { UInt64($0) })
    }

    static let text = Function(
        "__tostring", on: "nj.Retraining", summary: "Names the sizes and what was measured.",
        returns: .string("one line")
    ) { call in try call.receiver(RetrainingFigures.self).description }
}

extension Call {
    /// A model to start from for each seed.
    fileprivate func starts() throws -> [Retraining.Start] {
        let seeds = try has("seeds") ? integers("seeds") : [1]
        let given = try object(ifGiven: "model", as: ModelObject.self)
        let starts = try seeds.map { seed -> Retraining.Start in
            let model = try given ?? made(seed)
            return (UInt64(seed), try ModelTemplate(model.trained()))
        }
        guard !starts.isEmpty else { throw LuaError("seeds is empty: give one seed or more") }
        return starts
    }

    /// What the function gives for a seed.
    private func made(_ seed: Int) throws -> ModelObject {
        let result = try function("model")(seed)
        guard case .object(let handle) = result, let model = handle.value(as: ModelObject.self)
        else {
            throw LuaError(
                "the function 'model' gave a \(result.typeName) for seed \(seed). Return a model,"
                    + " such as nj.models.lstm{ …, seed = seed }.")
        }
        return model
    }
}
