// nj.influence.kfac, ekfac, cg and lissa: influence functions with an inverse of curvature.

import LuaHost
import NightjarInfluence

extension InfluenceLibrary {
    static let curvatureMethods: [Function] = [
        kronecker(
            "kfac", .kfac, "Prepares influence functions with K-FAC.",
            """
            Eigenvalues are products of those of A and S. Source: Martens and Grosse, ICML 2015.
            """),
        kronecker(
            "ekfac", .ekfac, "Prepares influence functions with EK-FAC.",
            """
            Eigenvalues are the mean squares of gradients in the basis of A and S. Sources: George et \
            al., NeurIPS 2018; Grosse et al., 2023.
            """),
        Function(
            "cg", on: "nj.influence",
            summary: "Prepares influence functions solved by conjugate gradients.",
            details: """
                A score is grad loss(train example) . (B + damping * I)^-1 grad loss(target) with all of \
                the curvature B of the parameters, which is never written down. Every target takes a \
                solve, and a total one for its set, however large. \(curvatures) \
                \(SignConvention.loss.words). Source: Koh and Liang, ICML 2017.
                """,
            options: [
                .checkpoint, .trainingSet, .parameterSelection, curvature,
                damping,
                .number(
                    "tolerance", default: 1e-4, in: 0..., "relative residual that is good enough"),
                .integer("iterations", default: 100, in: 1...1 << 20, "most products for a solve"),
                samples, .curvatureExamples, .drawSeed, .memory,
            ],
            returns: .object(Influence.self, "the prepared influence"),
            example: """
                att = nj.influence.cg{ checkpoint = run.checkpoints[1], train = train, \
                parameters = "last_layer", damping = 0.1 }
                """
        ) { call in
            try call.inverseCurvature(
                .conjugateGradient(
                    tolerance: call.number("tolerance"), iterations: call.integer("iterations")))
        },
        Function(
            "lissa", on: "nj.influence",
            summary: "Prepares influence functions solved by LiSSA's series over random batches.",
            details: """
                Like cg, with h <- v + h - (B + damping * I) h / scale at every step for a random batch, \
                from h = v = grad loss(target), and h / scale at the end. (Koh and Liang's own code \
                calls damping / scale damping.) It takes some scale / (e + damping) steps along an \
                eigenvector of eigenvalue e; the relative residual tells how far it came. Raise scale \
                when it diverges. \(curvatures) \(SignConvention.loss.words). Sources: Agarwal et \
                al., JMLR 2017; Koh and \
                Liang, ICML 2017.
                """,
            options: [
                .checkpoint, .trainingSet, .parameterSelection, curvature,
                damping,
                .number(
                    "scale", optional: true, in: 1e-30...,
                    "what B is divided by; twice the largest eigenvalue of some batches unless given"
                ),
                .integer("depth", default: 200, in: 1...1 << 20, "steps of a run"),
                .integer("batch", default: 64, in: 1...1 << 16, "examples of a step"),
                .integer("repeats", default: 1, in: 1...1 << 10, "runs that are averaged"),
                samples, .curvatureExamples, .drawSeed, .memory,
            ],
            returns: .object(Influence.self, "the prepared influence"),
            example: """
                att = nj.influence.lissa{ checkpoint = run.checkpoints[1], train = train, \
                parameters = "last_layer", depth = 50 }
                """
        ) { call in
            try call.inverseCurvature(
                .lissa(
                    scale: call.number(ifGiven: "scale"), depth: call.integer("depth"),
                    batch: call.integer("batch"),
                    repeats: call.integer("repeats")))
        },
    ]

    private static let curvatures = """
        B is fisher (E[g g^T] for labels that the model draws, an estimate of the next), gauss_newton \
        (E[J^T (diag(p) - p p^T) J] of the softmax's scores, J v by differences of scores: exact but \
        for rounding in the last layer, some per cent off in all of an attention model, whose units \
        have kinks; a pass for each target), empirical_fisher (of the data's labels; so are the two \
        before where the loss is no softmax over all items), or hessian (of the mean loss, by \
        differences of exact gradients). How exact products and solves were is among the settings of \
        a result.
        """

    private static let curvature = Parameter.choice(
        "curvature", ["fisher", "gauss_newton", "empirical_fisher", "hessian"], default: "fisher",
        "what B is")

    private static let damping = Parameter.number(
        "damping", optional: true, in: 0...1e18,
        "lambda, added to every eigenvalue; 0.1 of their mean unless given")

    fileprivate static let samples = Parameter.integer(
        "samples", default: 1, in: 1...1000, "labels that the model draws for each example")

    private static func kronecker(
        _ name: String, _ form: KroneckerInfluence.Form, _ summary: String, _ eigenvalues: String
    ) -> Function {
        Function(
            name, on: "nj.influence", summary: summary,
            details: """
                A score is grad loss(train example) . (B + damping * I)^-1 grad loss(target) with B the \
                Fisher matrix of each layer in Kronecker factors: A of its inputs, S of its outputs' \
                gradients, summed over steps. \(eigenvalues) Weights that share an output gradient, such \
                as those of a recurrent layer, are one layer with its biases. Tables have a diagonal A, \
                one entry a row; parameters used in several places, such as a table that also scores \
                items, have exact second moments in the basis of S. Curvature is estimated at the first \
                question and kept. \(SignConvention.loss.words).
                """,
            options: [
                .checkpoint, .trainingSet, .parameterSelection,
                .number(
                    "damping", optional: true, in: 0...1e18,
                    "lambda, added to every eigenvalue; 0.1 of each layer's mean unless given"),
                .choice(
                    "labels", ["sampled", "empirical"], default: "sampled",
                    "sampled: drawn from the model's softmax, where it has one; empirical: the data's"
                ),
                samples,
                .integer(
                    "side_limit", default: 4096, in: 0...1 << 16,
                    "sides of layers longer than this keep a diagonal factor"),
                .curvatureExamples, .drawSeed, .memory,
            ],
            returns: .object(Influence.self, "the prepared influence"),
            example:
                "att = nj.influence.\(name){ checkpoint = run.checkpoints[1], train = train }"
        ) { call in
            let train = try call.trainingSet()
            var options = KroneckerInfluence.Options()
            options.form = form
            options.damping = try call.number(ifGiven: "damping")
            options.seed = try call.seed()
            options.labels =
                try call.string("labels") == "sampled"
                ? .sampled(call.integer("samples"), seed: options.seed) : .empirical
            options.examples = try call.integer(ifGiven: "examples")
            options.sideLimit = try call.integer("side_limit")
            return Influence(
                try KroneckerInfluence(
                    snapshot: call.snapshot(), train: TileSource(train), options: options,
                    selection: call.parameterSelection(), memoryBudget: call.memoryBudget()),
                train: train)
        }
    }
}

extension Call {
    /// Influence by solving, with the options of both solvers.
    fileprivate func inverseCurvature(
        _ solver: InverseCurvatureInfluence.Solver
    ) throws -> Influence {
        let train = try trainingSet()
        var options = InverseCurvatureInfluence.Options()
        options.solver = solver
        options.damping = try number(ifGiven: "damping")
        options.seed = try seed()
        options.examples = try integer(ifGiven: "examples")
        options.curvature =
            switch try string("curvature") {
            case "hessian": .hessian
            case "empirical_fisher": .empiricalFisher
            case "gauss_newton": .gaussNewton
            default: .fisher(samples: try integer("samples"))
            }
        return Influence(
            try InverseCurvatureInfluence(
                snapshot: snapshot(), train: TileSource(train), options: options,
                selection: parameterSelection(), memoryBudget: memoryBudget()), train: train)
    }
}
