// How unlike random controls a figure is, such as the loss after a removal that a method chose.

/// The difference between an arm and several random controls on the same examples.
///
/// An interval over users alone asks what other users would show after the same trainings; here a
/// difference must also be larger than those that random controls have among themselves, from their
/// draws and from the noise of training:
///
///     interval = d ± t · √(s² (1 + 1/m) + u²)
///
/// with d the difference to the mean of m controls, s the standard deviation of the controls' means,
/// u the standard error of d over users, and t of Student's distribution with m − 1 degrees of
/// freedom. With u = 0 it is the prediction interval for one more control.
public struct ControlledDifference: Sendable, Equatable {
    /// Mean of the arm less mean of the controls, over the examples that all of them have.
    public let difference: Double
    /// The interval, around 0 for an arm that is one more control.
    public let interval: Interval
    /// The two-sided p-value of the arm being one more control.
    public let pValue: Double

    /// Compares an arm with controls.
    ///
    /// - Parameters:
    ///   - values: a value of the arm for each example; NaN for none.
    ///   - controls: the same of each control, at least two.
    ///   - clusters: what each example belongs to, such as its user.
    ///   - level: the confidence level.
    /// - Throws: ``StatisticsError`` for fewer than two controls, examples or clusters, columns of
    ///   different length, infinite values, and a level outside 0…1.
    public init(
        of values: [Double], controls: [[Double]], clusters: [Int32]? = nil, level: Double = 0.95
    ) throws(StatisticsError) {
        guard level > 0, level < 1 else {
            throw .badOption("level", level, allowed: "a number between 0 and 1, such as 0.95")
        }
        guard controls.count >= 2 else {
            throw .tooFew("controls", needed: 2, found: controls.count)
        }
        if let other = controls.first(where: { $0.count != values.count }) {
            throw .lengths("values", values.count, "values of a control", other.count)
        }
        let count = Double(controls.count)
        let centre = values.indices.map { example in
            controls.reduce(0) { $0 + $1[example] } / count
        }
        let sample = try Sample(values, minus: centre, clusters: clusters)
        guard sample.unitCount >= 2 else {
            throw .tooFew(
                sample.isClustered ? "clusters" : "values", needed: 2, found: sample.unitCount)
        }
        var offsets: [Double] = []
        for control in controls { offsets.append(try Sample(control, minus: centre).mean) }
        let spread = deviation(of: offsets)
        let mean = sample.mean
        let error = (spread * spread * (1 + 1 / count) + sample.meanVariance).squareRoot()
        let reach = Distribution.studentReach(level, degrees: count - 1) * error
        difference = mean
        interval = Interval(lower: mean - reach, upper: mean + reach, level: level)
        pValue = error > 0 ? Distribution.studentTails(mean / error, degrees: count - 1) : .nan
    }
}
