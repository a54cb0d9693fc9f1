// nj.influence.representer and neighbours: attribution by the states before the output layer.

import LuaHost
import NightjarInfluence

extension InfluenceLibrary {
    static let stateMethods: [Function] = [
        Function(
            "representer", on: "nj.influence",
            summary: "Prepares representer points: a logit as a sum over training examples.",
            details: """
                A softmax head with l2 * |W|^2 is trained on the model's states h, which stay as they are, \
                until its gradient vanishes; then the logit of an item y is the sum over training \
                examples of alpha_y * h(train example) . h(target) with alpha = -(gradient of the loss \
                by the logits) / (2 * l2 * n), and that is the score. It is above 0 where the example \
                raises the logit of the target's item. How far the head is from its point of rest is \
                among the settings of a result. Source: Yeh et al., NeurIPS 2018.
                """,
            options: [
                .checkpoint, .trainingSet,
                .number("l2", default: 0.003, in: 1e-9..., "weight of the head's penalty"),
                .number(
                    "tolerance", default: 1e-3, in: 0...,
                    "residual |gradient| / |2 l2 W| that is good enough"),
                .integer(
                    "iterations", default: 500, in: 1...1 << 20, "most steps of training the head"),
                .memory,
            ],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.representer{ checkpoint = run.checkpoints[1], train = train }"
        ) { call in
            let train = try call.trainingSet()
            var options = RepresenterPoints.Options()
            options.l2 = try call.number("l2")
            options.tolerance = try call.number("tolerance")
            options.iterations = try call.integer("iterations")
            return Influence(
                try RepresenterPoints(
                    snapshot: call.snapshot(), train: TileSource(train), options: options,
                    memoryBudget: call.memoryBudget()), train: train)
        },
        Function(
            "neighbours", on: "nj.influence",
            summary: "Prepares nearest neighbours: what looks alike to the model, as a baseline.",
            details: """
                A score is the similarity of the state before the output layer (of a sequence the mean \
                over the steps that predict an item), or of the gradient: cosine, dot, or euclidean, \
                which is 1 / (1 + distance). It says nothing of cause: a negative score means unlike, \
                not harmful. A total is the weighted sum of similarities. Source: Hanawa et al., ICLR 2021.
                """,
            options: [
                .checkpoint, .trainingSet,
                .choice("space", Neighbours.Space.self, default: .state, "what is compared"),
                .choice(
                    "similarity", Neighbours.Similarity.self, default: .cosine, "how it is compared"
                ),
                .parameterSelection, .memory,
            ],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.neighbours{ checkpoint = run.checkpoints[1], train = train }"
        ) { call in
            let train = try call.trainingSet()
            return Influence(
                try Neighbours(
                    snapshot: call.snapshot(), train: TileSource(train),
                    space: call.choice("space", as: Neighbours.Space.self),
                    similarity: call.choice("similarity", as: Neighbours.Similarity.self),
                    selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
                train: train)
        },
    ]
}
