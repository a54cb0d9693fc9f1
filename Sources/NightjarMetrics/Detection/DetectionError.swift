// What can be wrong with scores that are compared with the truth.

/// What can be wrong with detection scores or with columns to correlate.
///
/// Every description ends in the next step for the user.
public enum DetectionError: Error, Equatable, Sendable {
    /// Two columns that belong together differ in length.
    case lengths(String, Int, String, Int)
    /// A value is not a number; `index` counts from 0.
    case notANumber(index: Int)
    /// Nothing to tell apart.
    case oneKind(planted: Int, others: Int)
    /// A list length outside the examples.
    case badCount(Int, examples: Int)
    /// Fewer than two pairs to correlate.
    case tooFewPairs(Int)
}

extension DetectionError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .lengths(let one, let count, let other, let otherCount):
            "\(count) \(one) and \(otherCount) \(other) do not match. Give one for each, in the"
                + " same order."
        case .notANumber(let index):
            "value \(index + 1) is not a number. Find out which example has no score and leave it out"
                + " on both sides."
        case .oneKind(let planted, let others):
            "\(planted) planted and \(others) other examples leave nothing to tell apart. Give the"
                + " scores of both kinds."
        case .badCount(let count, let examples):
            "cannot take the \(count) highest of \(examples) scores. Choose 1 to \(examples)."
        case .tooFewPairs(let count):
            "\(count) pairs have no correlation. Give at least 2."
        }
    }
}
