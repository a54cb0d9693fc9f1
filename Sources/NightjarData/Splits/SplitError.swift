// What can be wrong with a split, in words that say what to do.

/// What can be wrong with dividing a log.
///
/// Every description ends in the next step for the user.
public enum SplitError: Error, Equatable, Sendable {
    /// A side that was asked for would have no rows.
    case emptySide(Part.Role)
    /// A share is not a number in 0 ..< 1, or the shares leave nothing to train on.
    case badShares(valid: Double, test: Double)
    /// The instants are not in order: validation must start before the test.
    case badInstants(valid: Int64, test: Int64)
    /// The log lacks a column that the split reads.
    case missingColumn(String, split: String)
    /// A row number, from 0, lies outside the log.
    case rowOutOfRange(row: Int, count: Int)
    /// A row was given to two sides.
    case rowOnTwoSides(row: Int)
}

extension SplitError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .emptySide(let role):
            "the \(role.rawValue) side would have no rows."
                + " Give it a larger share, another instant, or a log with more rows."
        case .badShares(let valid, let test):
            "valid = \(valid) and test = \(test) leave no usable training side."
                + " Give shares from 0 that add up to less than 1, such as 0.1 and 0.1."
        case .badInstants(let valid, let test):
            "validation from \(valid) would not start before the test from \(test)."
                + " Give an earlier instant for validation."
        case .missingColumn(let column, let split):
            "\(split) needs \(column), which this log does not have."
                + " Split by user tail (by = \"tail\") instead, which needs only an order."
        case .rowOutOfRange(let row, let count):
            "there is no row \(row + 1) in a log of \(count) rows."
                + " Row numbers belong to one log; take them from the one of this split."
        case .rowOnTwoSides(let row):
            "row \(row + 1) is on two sides. Give each row to one side only."
        }
    }
}
