// What can be wrong with tensors, with the shapes that were met.

/// What can be wrong with an operation on tensors.
///
/// Every description names the operation and the shapes, and ends in what to do where that is known.
public enum TensorError: Error, Equatable, Sendable {
    /// The system has no memory for a tensor of this size.
    case outOfMemory(bytes: Int)
    /// A size is negative, the sizes multiply to more than an integer holds, or they are too many.
    case badShape([Int])
    /// The number of values differs from the product of the shape.
    case countMismatch(shape: [Int], values: Int)
    /// Shapes that an operation needs to fit do not.
    case shapeMismatch(operation: String, [Int], [Int])
    /// An operation needs another number of dimensions.
    case rank(operation: String, expected: String, found: [Int])
    /// An index lies outside a dimension; indices count from 0 here.
    case indexOutOfRange(operation: String, index: Int, limit: Int)
    /// An option of an operation has a value that makes no sense.
    case badValue(operation: String, String)
    /// The uses of parameters in one pass do not agree on how many examples there are.
    case exampleCount(parameter: String, expected: Int, found: Int)
    /// OpenBLAS could not be opened.
    case noBLAS
}

extension TensorError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let bytes):
            "no memory for a tensor of \(bytes >> 20) MiB. Use smaller shapes or batches, or free"
                + " tensors that are no longer needed."
        case .badShape(let shape):
            "\(Self.text(shape)) is not a shape: give at most \(Tensor.rankLimit) sizes of 0 or more"
                + " that multiply to a number that fits in memory"
        case .countMismatch(let shape, let values):
            "shape \(Self.text(shape)) needs \(shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue })"
                + " values, got \(values)"
        case .shapeMismatch(let operation, let left, let right):
            "\(operation): shapes \(Self.text(left)) and \(Self.text(right)) do not fit"
        case .rank(let operation, let expected, let found):
            "\(operation): expected \(expected), got shape \(Self.text(found))"
        case .indexOutOfRange(let operation, let index, let limit):
            // Wrapping, because the lowest integer minus 1 was a user's position, too.
            limit == 0
                ? "\(operation): there is no index \(index &+ 1), as that dimension is empty"
                : "\(operation): index \(index &+ 1) is outside 1 to \(limit)"
        case .badValue(let operation, let problem):
            "\(operation): \(problem)"
        case .exampleCount(let parameter, let expected, let found):
            "'\(parameter)' was used for \(found) examples where the batch has \(expected), so"
                + " gradients cannot be told apart by example. Give the operation that used it the"
                + " layout of its rows: examples and steps."
        case .noBLAS:
            "OpenBLAS is not installed. Run: apt-get install libopenblas-dev"
        }
    }

    /// A shape as `3x4`; rank 0 is `scalar`, and of very many sizes the first are shown.
    static func text(_ shape: [Int]) -> String {
        if shape.isEmpty { return "scalar" }
        let shown = shape.prefix(12).map(String.init).joined(separator: "x")
        return shape.count > 12 ? "\(shown)x…" : shown
    }
}
