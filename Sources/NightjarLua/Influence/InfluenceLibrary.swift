// nj.influence: which training examples caused a prediction.

import LuaHost
import NightjarData
import NightjarInfluence
import NightjarTraining

/// Declares `nj.influence` and its classes.
enum InfluenceLibrary {
    static let library = Library(
        modules: [
            Module("nj.influence", summary: "Which training examples caused a prediction.")
        ],
        classes: [
            Influence.declaration, InfluenceScores.declaration, InfluenceMatrix.declaration,
            Explanation.declaration,
        ],
        functions: [tracin] + Influence.functions + InfluenceScores.functions
            + InfluenceMatrix.functions + Explanation.functions)

    static let tracin = Function(
        "tracin", on: "nj.influence",
        summary: "Prepares TracIn: exact gradients of all parameters along the checkpoints.",
        details: """
            A score is the sum over checkpoints of lr * grad loss(train example) . grad \
            loss(target). \(SignConvention.words). Source: Pruthi et al., NeurIPS 2020.
            """,
        options: [
            .list("checkpoints", of: .string, "checkpoint files, such as run.checkpoints"),
            .either(
                "train", [.object(Examples.self), .object(Sequences.self)],
                "the examples or sequences that the model was trained on"),
            .either(
                "parameters", [.choice(["all", "last_layer"]), .list(.string)],
                default: .string("all"),
                "whose gradients count: all, last_layer, or a list of names"),
            .integer("memory", default: 2048, in: 16...1 << 24, "MiB that a run may hold"),
        ],
        returns: .object(Influence.self, "the prepared influence"),
        example: "att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }"
    ) { call in
        let train = try call.object("train", as: (any ExplainableSet).self)
        let selection: ParameterSelection =
            switch try call.value("parameters") {
            case .table(let names): .named(try names.strings())
            case let word: word.text == "last_layer" ? .lastLayer : .all
            }
        let snapshots = try call.strings("checkpoints").map { path in
            let registry = try call.state.registry(for: Checkpoint(path: path).record.model)
            return try Snapshot(checkpoint: path, registry: registry)
        }
        return Influence(
            try TracIn(
                snapshots: snapshots, train: TileSource(train), selection: selection,
                memoryBudget: call.integer("memory") << 20), train: train)
    }
}
