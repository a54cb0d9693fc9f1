// What can be wrong with data, in words that say what to do.

/// What can be wrong with an interaction log or its source.
///
/// Every description ends in the next step for the user.
public enum DataError: Error, Equatable, Sendable {
    /// Columns that belong together have different lengths.
    case columnLengths([Int])
    /// A user or item number lies outside its table; `row` counts from 0.
    case idOutOfRange(row: Int, id: Int, limit: Int)
}

extension DataError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .columnLengths(let lengths):
            "columns have different lengths: \(lengths.map(String.init).joined(separator: ", "))."
                + " Give one value for each row."
        case .idOutOfRange(let row, let id, let limit):
            "row \(row + 1) names id \(id), but ids run from 1 to \(limit). Check how ids were made."
        }
    }
}
