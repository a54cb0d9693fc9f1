// What can be wrong with the values that an interval or a test is asked for.

/// What can go wrong with statistics of per-example values.
///
/// Every description ends in the next step for the user.
public enum StatisticsError: Error, Equatable, Sendable {
    /// Too few values, or clusters of values, for the statistic.
    case tooFew(String, needed: Int, found: Int)
    /// A value is infinite; `index` counts from 0.
    case infinite(index: Int)
    /// Two columns that belong together differ in length.
    case lengths(String, Int, String, Int)
    /// An option outside its range.
    case badOption(String, Double, allowed: String)
}

extension StatisticsError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .tooFew(let what, let needed, let found):
            "\(found) \(what) are too few: \(needed) are needed. Evaluate on more examples, or"
                + " report the values themselves."
        case .infinite(let index):
            "value \(index + 1) is infinite. Leave this example out, or use a metric that is bounded."
        case .lengths(let one, let count, let other, let otherCount):
            "\(count) \(one) and \(otherCount) \(other) do not match. Give one for each, in the"
                + " same order."
        case .badOption(let name, let value, let allowed):
            "\(name) cannot be \(value). Choose \(allowed)."
        }
    }
}
