// What can be wrong with a selection, in words that say what to do.

/// What can be wrong with choosing examples or rows.
///
/// Every description ends in the next step for the user.
public enum SelectionError: Error, Equatable, Sendable {
    /// A number, from 0, is negative.
    case negative(Int)
    /// A number, from 0, was chosen twice.
    case repeated(Int)
    /// A number, from 0, lies outside the set.
    case outside(Int, count: Int, subject: Selection.Subject)
    /// There is not one weight or reason for each number.
    case lengths(String, expected: Int, found: Int)
    /// A weight is negative or no number; `id` counts from 0.
    case badWeight(id: Int, value: Float)
    /// The selection chooses something else than is asked for.
    case otherSubject(Selection.Subject, wanted: Selection.Subject)
    /// The selection changes weights, but what it is used for can only drop.
    case weighs
    /// A subset is of a set of another size.
    case otherSet(count: Int, expected: Int)
    /// A share of so many examples or groups that leaves none, or more than there are.
    case badShare(Double, of: Int)
    /// So many random subsets would take too much memory.
    case tooManySubsets(Int)
}

extension SelectionError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        // Wrapping: the number is the caller's, and a message must never trap.
        case .negative(let id):
            "there is no number \(id &+ 1) to choose. Numbers start at 1."
        case .repeated(let id):
            "number \(id &+ 1) was chosen twice. Choose each once."
        case .outside(let id, let count, let subject):
            "there is no number \(id &+ 1) among \(count) \(subject.rawValue)."
                + " A selection belongs to one set; choose from this one."
        case .lengths(let name, let expected, let found):
            "there are \(found) \(name) for \(expected) chosen numbers. Give one for each."
        case .badWeight(let id, let value):
            "the weight of number \(id &+ 1) is \(value.isNaN ? "not a number" : "\(value)")."
                + " Give finite weights from 0, where 0 drops."
        case .otherSubject(.examples, _):
            "this selection numbers examples, where rows of a log are needed."
                + " Ask its examples for their rows: examples:as_rows(selection)."
        case .otherSubject(.rows, _):
            "this selection numbers rows of a log, where examples are needed."
                + " Drop rows from the log, its split or a part, and cut windows anew."
        case .weighs:
            "this selection changes weights and drops nothing. Use examples:weighted(selection)."
        case .otherSet(let count, let expected):
            "these are subsets of \(count) examples, where subsets of \(expected) are needed."
                + " Make them of the same training examples."
        case .badShare(let share, let count):
            "a share of \(share) of \(count) keeps none, or more than there are."
                + " Give a larger set, or a share up to 1 that keeps at least one."
        case .tooManySubsets(let count):
            "there is no room for \(count) subsets of so many examples. Draw fewer, or use a share"
                + " nearer to 0 or 1."
        }
    }
}
