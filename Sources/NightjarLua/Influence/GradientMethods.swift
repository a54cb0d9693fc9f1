// nj.influence.grad_dot, grad_cos and adam_tracin: products of gradients as they are.

import LuaHost
import NightjarInfluence

extension InfluenceLibrary {
    static let gradientMethods: [Function] = [
        Function(
            "grad_dot", on: "nj.influence",
            summary: "Prepares Grad-Dot: the dot product of gradients at one checkpoint.",
            details: """
                A score is grad loss(train example) . grad loss(target): TracIn with one checkpoint \
                and a rate of 1. \(SignConvention.loss.words). Source: Charpiat et al., NeurIPS 2019.
                """,
            options: [.checkpoint, .trainingSet, .parameterSelection, .memory],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.grad_dot{ checkpoint = run.checkpoints[1], train = train }"
        ) { call in
            let train = try call.trainingSet()
            return Influence(
                try GradDot(
                    snapshot: call.snapshot(), train: TileSource(train),
                    selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
                train: train)
        },
        Function(
            "grad_cos", on: "nj.influence",
            summary: "Prepares Grad-Cos: the cosine of gradients at one checkpoint.",
            details: """
                A score is grad loss(train example) . grad loss(target), divided by both lengths, so \
                that examples with large gradients are not proponents of everything. A total is the \
                cosine with the gradient of the targets' joint loss, not a mean of cosines. \
                \(SignConvention.loss.words). Source: Charpiat et al., NeurIPS 2019.
                """,
            options: [.checkpoint, .trainingSet, .parameterSelection, .memory],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.grad_cos{ checkpoint = run.checkpoints[1], train = train }"
        ) { call in
            let train = try call.trainingSet()
            return Influence(
                try GradCos(
                    snapshot: call.snapshot(), train: TileSource(train),
                    selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
                train: train)
        },
        Function(
            "adam_tracin", on: "nj.influence",
            summary: "Prepares TracIn along the steps of Adam, AdamW or Adagrad.",
            details: """
                A score is the sum over checkpoints of lr * grad loss(train example) . D grad \
                loss(target), with D = 1 / (sqrt(v) + epsilon) for each value and v the optimiser's \
                second moment (bias-corrected; Adagrad's sum of squares) in the checkpoint: a step of \
                Adam goes along D times the gradient. Checkpoints of sgd are refused. Unlike LESS \
                (Xia et al., ICML 2024) the example's own gradient does not enter the moments, so \
                that scores are linear in it, exact, and of all parameters. \(SignConvention.loss.words).
                """,
            options: [.checkpoints, .trainingSet, .parameterSelection, .memory],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.adam_tracin{ checkpoints = run.checkpoints, train = train }"
        ) { call in
            let train = try call.trainingSet()
            return Influence(
                try AdamTracIn(
                    snapshots: call.snapshots(), train: TileSource(train),
                    selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
                train: train)
        },
    ]
}
