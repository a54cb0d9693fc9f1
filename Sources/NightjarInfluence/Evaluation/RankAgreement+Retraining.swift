// Attribution judged by training again.

import NightjarData
import NightjarMetrics
import NightjarTensor
import NightjarTraining

extension RankAgreement {
    /// The linear datamodelling score of each target: how well scores predict the order of what
    /// training on subsets gives.
    ///
    /// Subsets of which some model was not trained are left out.
    ///
    /// - Parameters:
    ///   - scores: shape `[train, targets]`, or `[train, 1]` when all targets have the same scores.
    ///   - figures: what training on the subsets gave.
    ///   - name: the figure that is predicted; the order is turned round where lower is better.
    /// - Throws: `SelectionError` when the subsets are of another training set, `DetectionError` for
    ///   another number of targets or fewer than two subsets, `TrainingError` for a name that was not
    ///   measured, `Interrupted`.
    public init(
        of scores: Tensor, with figures: RetrainingFigures, figure name: String = "loss"
    ) throws {
        let places = figures.completeSubsets
        let subsets = try Subsets(
            places.map { figures.subsets.all[$0] }, of: figures.subsets.wholeCount)
        var predicted = try SubsetPredictions(scores, on: subsets).perTarget
        let targets = figures.targets.count
        if predicted.count == 1 { predicted = Array(repeating: predicted[0], count: targets) }
        let sign = figures.higherIsBetter[try figures.place(of: name)] ? 1.0 : -1.0
        let values = try figures.values(name).values
        let observed = (0..<targets).map { target in
            places.map { sign * Double(values[$0 * targets + target]) }
        }
        try self.init(predicted, observed)
    }
}
