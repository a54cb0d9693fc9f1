// nj.influence.lds: attribution judged by training again.

import LuaHost
import NightjarInfluence
import NightjarMetrics
import NightjarTensor
import NightjarTraining

/// Declares the linear datamodelling score.
enum LinearDatamodelling {
    static let lds = Function(
        "lds", on: "nj.influence",
        summary: "Tells how well scores predict what training on subsets gives.",
        details: """
            For each target: Spearman's correlation, over the subsets, of the summed scores of what a \
            subset keeps with the negated loss after training on it; then the mean over targets. With \
            subsets that leave out one example each it is the leave-one-out correlation. All targets \
            share the subsets, so the interval resamples both; over = "columns" resamples targets \
            alone and is too narrow where scores hardly differ between targets. Source: Park et al., \
            ICML 2023.
            """,
        positional: [
            .either(
                "scores",
                [
                    .object(InfluenceMatrix.self), .object(InfluenceScores.self),
                    .object(Tensor.self),
                ], "train x targets, or one score for each training example for all targets"),
            .object("runs", RetrainingFigures.self, "what nj.retrain gave for the same targets"),
        ],
        options: [
            .string("figure", default: "loss", "what is predicted: loss, or a metric of runs"),
            .choice(
                "over", RankAgreement.Sampling.self, default: .both,
                "what the interval resamples"), .clusters,
        ] + Parameter.bootstrap,
        returns: .table(
            [
                .init("mean", .number, "mean correlation of the targets"),
                .init("interval", .interval, "lower and upper end of its interval"),
                .init(
                    "per_target", .list(.number), "of each target; nan where nothing has an order"),
                .init("p", .list(.number), "two-sided p-value of each target"),
                .init("subsets", .integer, "number of subsets that were trained on"),
                .init("skipped", .integer, "number of targets without a correlation"),
            ], "the correlations"),
        example: "nj.influence.lds(att:scores(test), runs, { clusters = test.users }).mean"
    ) { call in
        let figures = try call.object("runs", as: RetrainingFigures.self)
        let agreement = try RankAgreement(
            of: call.pairScores("scores"), with: figures, figure: call.string("figure"))
        let interval = try agreement.interval(
            call.bootstrap(), over: call.choice("over", as: RankAgreement.Sampling.self),
            clusters: call.clusters())
        return LuaRecord([
            "mean": agreement.mean, "interval": interval.ends,
            "per_target": agreement.perColumn, "p": agreement.pValues,
            "subsets": agreement.rowCount, "skipped": agreement.skipped,
        ])
    }
}

extension Call {
    /// Scores of pairs, or one column of scores that all targets share.
    fileprivate func pairScores(_ name: String) throws -> Tensor {
        if let matrix = try object(ifGiven: name, as: InfluenceMatrix.self) { return matrix.scores }
        if let scores = try object(ifGiven: name, as: InfluenceScores.self) {
            return try Tensor(scores.values, shape: [scores.values.count, 1])
        }
        let tensor = try object(name, as: Tensor.self)
        return tensor.shape.count == 1 ? try tensor.reshaped([tensor.count, 1]) : tensor
    }
}
