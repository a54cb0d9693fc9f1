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
            Explanation.declaration, GradientStoreObject.declaration,
        ],
        functions: [tracin, LinearDatamodelling.lds] + gradientMethods + curvatureMethods
            + stateMethods + GradientFeatureFunctions.all + GradientStoreObject.functions
            + Influence.functions + InfluenceScores.functions
            + InfluenceMatrix.functions + Explanation.functions)

    static let tracin = Function(
        "tracin", on: "nj.influence",
        summary: "Prepares TracIn: exact gradients of all parameters along the checkpoints.",
        details: """
            A score is the sum over checkpoints of lr * grad loss(train example) . grad \
            loss(target), with the learning rate of the checkpoint's last step. Here and in the other \
            methods all examples count alike: weights of training examples are not looked at. \
            \(SignConvention.loss.words). Source: Pruthi et al., NeurIPS 2020.
            """,
        options: [.checkpoints, .trainingSet, .parameterSelection, .memory],
        returns: .object(Influence.self, "the prepared influence"),
        example: "att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }"
    ) { call in
        let train = try call.trainingSet()
        return Influence(
            try TracIn(
                snapshots: call.snapshots(), train: TileSource(train),
                selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
            train: train)
    }
}
