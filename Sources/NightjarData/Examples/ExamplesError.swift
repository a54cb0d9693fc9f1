// What can be wrong with examples, in words that say what to do.

/// What can be wrong with cutting examples from a log or with using them.
///
/// Every description ends in the next step for the user.
public enum ExamplesError: Error, Equatable, Sendable {
    /// A length is below what an example needs.
    case badLength(option: String, value: Int, minimum: Int)
    /// An example number, from 0, lies outside the set.
    case indexOutOfRange(index: Int, count: Int)
    /// A buffer does not hold exactly what was asked for.
    case bufferSize(name: String, expected: Int, found: Int)
    /// There is not one weight for each example.
    case weightCount(expected: Int, found: Int)
    /// A weight is negative or no number; `index` counts from 0.
    case badWeight(index: Int, value: Float)
    /// Two sets that cannot stand in one.
    case notAlike(what: String)
}

extension ExamplesError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .badLength(let option, let value, let minimum):
            "\(option) = \(value) is too short. Give at least \(minimum)."
        case .indexOutOfRange(let index, let count):
            // Wrapping: the number is the caller's, and a message must never trap.
            "there is no example \(index &+ 1) in a set of \(count)."
                + " Example numbers belong to one set; take them from this one."
        case .bufferSize(let name, let expected, let found):
            "the buffer for \(name) holds \(found) values, the batch needs \(expected)."
                + " Make it as large as batch size times length."
        case .weightCount(let expected, let found):
            "there are \(found) weights for \(expected) examples. Give one weight for each."
        case .badWeight(let index, let value):
            "the weight of example \(index + 1) is \(value.isNaN ? "not a number" : "\(value)")."
                + " Give finite weights from 0, where 0 leaves the example out."
        case .notAlike(let what):
            "these sets differ in their \(what). Join sets cut from one log with one length."
        }
    }
}
