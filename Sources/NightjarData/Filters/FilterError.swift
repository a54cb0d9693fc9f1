// What can be wrong with a filter, in words that say what to do.

/// What can be wrong with filtering or reordering a log.
///
/// Every description ends in the next step for the user.
public enum FilterError: Error, Equatable, Sendable {
    /// A row number, from 0, lies outside the log.
    case rowOutOfRange(row: Int, count: Int)
    /// The filter left no row.
    case nothingLeft(filter: String)
    /// The log lacks a column that the filter reads.
    case missingColumn(String, filter: String)
    /// A number of rows asked for is below 0.
    case negativeMinimum(Int)
}

extension FilterError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .rowOutOfRange(let row, let count):
            "there is no row \(row + 1) in a log of \(count) rows."
                + " Row numbers belong to one log; take them from this one."
        case .nothingLeft(let filter):
            "no row is left after \(filter). Choose a wider limit."
        case .missingColumn(let column, let filter):
            "\(filter) needs \(column), which this log does not have."
                + " Read a source with \(column), or leave the step out."
        case .negativeMinimum(let minimum):
            "nothing has \(minimum) rows. Ask for at least 0, which drops nothing."
        }
    }
}
