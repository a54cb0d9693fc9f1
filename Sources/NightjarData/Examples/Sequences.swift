// Whole pieces of histories, for models that learn at every position.

/// Pieces of histories of one length, left-padded with 0.
///
/// A model trained on them predicts every item of a piece from those before it.
public struct Sequences: Sendable {
    /// Number of items in each sequence, padding included.
    public let length: Int
    let slices: StreamSlices

    init(_ slices: StreamSlices, length: Int) {
        self.slices = slices
        self.length = length
    }

    /// The log that rows count in.
    public var log: Interactions { slices.log }

    /// The side that the sequences come from; `nil` after joining sides.
    public var role: Part.Role? { slices.role }

    /// The sides that the sequences come from: several after joining them.
    public var roles: Set<Part.Role> { slices.roles }

    /// Number of sequences.
    public var count: Int { slices.count }

    /// User of each sequence; made anew at each call.
    public var users: [Int32] {
        slices.starts.map { log.users[Int(slices.stream.rows[Int($0)])] }
    }

    /// One weight for each sequence; `nil` when all are 1.
    public var weights: [Float]? { slices.weights }

    /// The items of one sequence without padding.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func items(of index: Int) throws(ExamplesError) -> [Int32] {
        Array(slices.stream.items[try slices.positions(index)])
    }

    /// The rows (from 0) of ``log`` that one sequence consists of.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func rows(of index: Int) throws(ExamplesError) -> [Int32] {
        Array(slices.stream.rows[try slices.positions(index)])
    }

    /// Writes a batch.
    ///
    /// - Parameters:
    ///   - indices: The sequences of the batch, B numbers from 0.
    ///   - items: Receives `[B][length]` items row by row, 0 on the left as padding.
    /// - Throws: ``ExamplesError`` for a sequence that does not exist or a buffer of another size;
    ///   nothing is written then.
    public func fill(
        _ indices: some RandomAccessCollection<Int>, items: UnsafeMutableBufferPointer<Int32>
    ) throws(ExamplesError) {
        try slices.fill(Array(indices), width: length, items, name: "items")
    }

    /// One example for each sequence: its last item is the target, the items before it the history.
    ///
    /// Sequence models are judged on these.
    public func lastItems() -> Examples {
        let histories = StreamSlices(
            log: log, roles: slices.roles, stream: slices.stream, starts: slices.starts,
            ends: slices.ends.map { $0 - 1 }, weights: weights)
        return Examples(histories, historyLength: length - 1)
    }

    /// The chosen sequences in the given order; one may come twice.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func subset(_ indices: some Sequence<Int>) throws(ExamplesError) -> Sequences {
        Sequences(try slices.subset(Array(indices)), length: length)
    }

    /// All sequences but the given ones, in their order.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func without(_ indices: some Sequence<Int>) throws(ExamplesError) -> Sequences {
        Sequences(try slices.without(indices), length: length)
    }

    /// The same sequences with other weights; `nil` makes all of them 1.
    ///
    /// - Throws: ``ExamplesError`` when there is not one finite weight from 0 for each sequence.
    public func withWeights(_ weights: [Float]?) throws(ExamplesError) -> Sequences {
        Sequences(try slices.withWeights(weights), length: length)
    }

    /// These sequences, then those of another set of the same log.
    ///
    /// - Throws: ``ExamplesError/notAlike(what:)`` for another log or length.
    public func concatenated(with other: Sequences) throws(ExamplesError) -> Sequences {
        guard length == other.length else { throw .notAlike(what: "lengths") }
        return Sequences(try slices.concatenated(with: other.slices), length: length)
    }
}

extension Sequences: CustomStringConvertible {
    /// One line, such as `Sequences of ml-1m train: 9860, each 100 items`.
    public var description: String {
        "Sequences of \(log.name)\(role.map { " " + $0.rawValue } ?? ""): \(count),"
            + " each \(length) items"
    }
}
