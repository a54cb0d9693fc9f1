// nj.Influence: questions about one training run.

import LuaHost
import NightjarData
import NightjarInfluence
import NightjarRuntime

import enum NightjarTensor.BLAS

/// An attribution method with the examples that it scores.
final class Influence: LuaObject, CustomStringConvertible {
    let method: any InfluenceMethod
    let train: any ExplainableSet

    init(_ method: any InfluenceMethod, train: any ExplainableSet) {
        self.method = method
        self.train = train
    }

    var description: String {
        "Influence of \(train.count) training examples by \(method.provenance)"
    }

    static let declaration = Class(
        "nj.Influence", of: Influence.self,
        summary: "Influence of training examples on losses; made by the functions of nj.influence.",
        properties: [
            Property(
                "train", .either([.object(Examples.self), .object(Sequences.self)]),
                "the training examples or sequences"
            ) { (influence: Influence) in influence.train as? any LuaObject },
            Property("method", .string, "the method's name in the literature") {
                (influence: Influence) in influence.method.provenance.method
            },
        ])

    static let functions = [plan, scores, total, totals, own, explain, text]

    private static let targets = Parameter.examples(
        "targets", "the examples that are asked about, or a part such as parts.valid")

    private static let weighting: [Parameter] = [
        .choice(
            "weighting", ["mean", "sum", "batch_means"], default: "mean",
            "what is made of the targets' losses"),
        .integer("batch", default: 128, in: 1..., "batch size of batch_means"),
    ]

    static let plan = Function(
        "plan", on: "nj.Influence",
        summary: "Says how scoring all pairs will be done and what it costs.",
        details: """
            Seconds are those of the arithmetic, at the speed at which this machine multiplies large \
            matrices now.
            """,
        positional: [targets], returns: .string("several lines"),
        example: "print(att:plan(test))"
    ) { call in
        let influence = try call.receiver(Influence.self)
        let plan = try influence.method.plan(call.targets(of: influence))
        return plan.description(at: BLAS.measuredSpeed(seconds: 0.03))
    }

    static let scores = Function(
        "scores", on: "nj.Influence",
        summary: "Scores every pair of a training example and a target.",
        details: """
            Ctrl-C keeps the rows that are complete, or all of the checkpoints that are. \
            \(SignConvention.loss.words). Results of representer points and of neighbours say what \
            their sign means.
            """,
        positional: [targets], returns: .object(InfluenceMatrix.self, "the scores"),
        example: "att:scores(test:subset{ 1, 2, 3 }):tensor()"
    ) { call in
        let influence = try call.receiver(Influence.self)
        let found = try influence.method.scores(
            call.targets(of: influence), progress: call.progress)
        if found.completeRows == 0 { throw call.interruptedBefore("a row") }
        if found.isPartial { throw call.interrupted(keeping: found) }
        return found
    }

    static let total = Function(
        "total", on: "nj.Influence",
        summary: "Scores every training example against a set of targets made one.",
        details: """
            Ctrl-C keeps the sum over the complete checkpoints. \(SignConvention.loss.words).
            """,
        positional: [targets], options: weighting,
        returns: .object(InfluenceScores.self, "one score for each training example"),
        example: "harmful = att:total(valid):lowest(500)"
    ) { call in
        let influence = try call.receiver(Influence.self)
        let found = try call.until("a checkpoint") {
            try influence.method.total(
                call.targets(of: influence), weighting: call.weighting(), progress: call.progress)
        }
        if found.isPartial { throw call.interrupted(keeping: found) }
        return found
    }

    static let totals = Function(
        "totals", on: "nj.Influence",
        summary: "Like total for several sets of targets, in one pass over the training examples.",
        positional: [
            .list(
                "sets", of: .either(LuaType.exampleSources),
                "sets of targets, each examples or a part")
        ],
        options: weighting,
        returns: .list(of: .object(InfluenceScores.self), "scores for each set, in their order")
    ) { call in
        let influence = try call.receiver(Influence.self)
        let found = try call.until("a checkpoint") {
            try influence.method.totals(
                call.sets(of: influence), weighting: call.weighting(), progress: call.progress)
        }
        if found.contains(where: \.isPartial) { throw call.interrupted(keeping: found) }
        return found
    }

    static let own = Function(
        "self", on: "nj.Influence",
        summary: "Scores every training example against itself.",
        details: """
            For TracIn its squared gradient length. Mislabelled and unusual examples tend to have the \
            largest values.
            """,
        returns: .object(InfluenceScores.self, "one score for each training example"),
        example: "suspects = att:self():highest(100)"
    ) { call in
        let influence = try call.receiver(Influence.self)
        let found = try call.until("a checkpoint") {
            try influence.method.selfInfluence(progress: call.progress)
        }
        if found.isPartial { throw call.interrupted(keeping: found) }
        return found
    }

    static let explain = Function(
        "explain", on: "nj.Influence",
        summary: "Shows the training examples that helped and hurt one prediction most.",
        details: SignConvention.loss.words + ".",
        positional: [targets, .integer("row", in: 1..., "which of the targets, from 1")],
        options: [.integer("k", default: 5, in: 1...1000, "examples to show on each side")],
        returns: .object(Explanation.self, "proponents and opponents with titles"),
        example: "att:explain(test, 17, { k = 3 })"
    ) { call in
        let influence = try call.receiver(Influence.self)
        return try call.until("the last checkpoint") {
            try influence.method.explain(
                call.examples(of: influence), index: call.integer("row") - 1,
                count: call.integer("k"), train: influence.train, progress: call.progress)
        }
    }

    static let text = Function(
        "__tostring", on: "nj.Influence", summary: "Names the method and the sizes.",
        returns: .string("one line")
    ) { call in try call.receiver(Influence.self).description }
}

extension Call {
    /// The targets of a method, cut like the training examples of its receiver.
    fileprivate func examples(of influence: Influence) throws -> Examples {
        try examples("targets", historyLength: influence.train.historyLength)
    }

    /// The same, as methods read them.
    fileprivate func targets(of influence: Influence) throws -> TileSource {
        try TileSource(examples(of: influence))
    }

    /// The sets of targets of a method, cut like the training examples of its receiver.
    fileprivate func sets(of influence: Influence) throws -> [TileSource] {
        try objects("sets", as: (any ExampleSource).self).map {
            try TileSource($0.examples(historyLength: influence.train.historyLength))
        }
    }

    /// The result of `work`, which has none when it is stopped before `part` is complete.
    fileprivate func until<Result>(_ part: String, _ work: () throws -> Result) throws -> Result {
        do { return try work() } catch is Interrupted { throw interruptedBefore(part) }
    }

    fileprivate func interruptedBefore(_ part: String) -> Interrupted {
        interrupted(noting: "before \(part) was complete, so nothing is kept")
    }

    /// The weighting options of the functions above.
    fileprivate func weighting() throws -> TargetWeighting {
        switch try string("weighting") {
        case "sum": .sum
        case "batch_means": .batchMeans(try integer("batch"))
        default: .mean
        }
    }
}
