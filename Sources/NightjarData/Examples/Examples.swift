// Next-item examples: a history, then the item that followed it.

/// Next-item examples: each asks which item follows a history.
///
/// Histories are the latest ``historyLength`` items before the target, left-padded with 0 when
/// there are fewer. They are stored as positions in a shared stream;
/// ``fill(_:histories:targets:)`` writes a batch as a matrix.
///
/// Dropping examples drops labels only: the interactions stay in the histories of other examples.
/// To drop interactions, use ``Split/without(rows:)`` and cut windows anew.
public struct Examples: Sendable {
    /// Number of items in each history, padding included.
    public let historyLength: Int
    /// Histories; the target stands at the position after each.
    let slices: StreamSlices

    init(_ slices: StreamSlices, historyLength: Int) {
        self.slices = slices
        self.historyLength = historyLength
    }

    /// The log that ``rows`` counts in.
    public var log: Interactions { slices.log }

    /// The side that the examples come from; `nil` after joining sides.
    public var role: Part.Role? { slices.role }

    /// The sides that the examples come from: several after joining them.
    public var roles: Set<Part.Role> { slices.roles }

    /// Number of examples.
    public var count: Int { slices.count }

    /// Row (from 0) of ``log`` that each example asks for; made anew at each call.
    public var rows: [Int32] { slices.ends.map { slices.stream.rows[Int($0)] } }

    /// User of each example; made anew at each call.
    public var users: [Int32] { rows.map { log.users[Int($0)] } }

    /// Target item of each example; made anew at each call.
    public var targets: [Int32] { slices.ends.map { slices.stream.items[Int($0)] } }

    /// One weight for each example; `nil` when all are 1.
    public var weights: [Float]? { slices.weights }

    /// The history of one example without padding, the latest item last.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func history(of index: Int) throws(ExamplesError) -> [Int32] {
        Array(slices.stream.items[try slices.positions(index)])
    }

    /// The rows (from 0) of ``log`` that the history of one example consists of.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func historyRows(of index: Int) throws(ExamplesError) -> [Int32] {
        Array(slices.stream.rows[try slices.positions(index)])
    }

    /// Everything that the user met before the target, as far as this side may see; the latest last.
    ///
    /// The history of an example is the end of it. Evaluations that leave out seen items ask here.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func itemsBefore(_ index: Int) throws(ExamplesError) -> ArraySlice<Int32> {
        let stream = slices.stream
        let end = try slices.positions(index).upperBound
        let user = log.users[Int(stream.rows[end])]
        // A user's rows stand together and ascend.
        var first = end
        while first > 0, stream.rows[first - 1] < stream.rows[first],
            log.users[Int(stream.rows[first - 1])] == user
        {
            first -= 1
        }
        return stream.items[first..<end]
    }

    /// The numbers of the examples that ask for one of the given rows of ``log``, ascending.
    public func indices(ofRows rows: some Sequence<Int32>) -> [Int] {
        let wanted = Set(rows)
        return self.rows.enumerated().filter { wanted.contains($0.element) }.map(\.offset)
    }

    /// Writes a batch.
    ///
    /// - Parameters:
    ///   - indices: The examples of the batch, B numbers from 0.
    ///   - histories: Receives `[B][historyLength]` items row by row, 0 on the left as padding.
    ///   - targets: Receives `[B]` items.
    /// - Throws: ``ExamplesError`` for an example that does not exist or a buffer of another size;
    ///   nothing is written then.
    public func fill(
        _ indices: some RandomAccessCollection<Int>, histories: UnsafeMutableBufferPointer<Int32>,
        targets: UnsafeMutableBufferPointer<Int32>
    ) throws(ExamplesError) {
        let batch = Array(indices)
        guard targets.count == batch.count else {
            throw .bufferSize(name: "targets", expected: batch.count, found: targets.count)
        }
        try slices.fill(batch, width: historyLength, histories, name: "histories")
        slices.stream.items.withUnsafeBufferPointer { items in
            for (place, index) in batch.enumerated() {
                targets[place] = items[Int(slices.ends[index])]
            }
        }
    }

    /// The chosen examples in the given order; one may come twice.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func subset(_ indices: some Sequence<Int>) throws(ExamplesError) -> Examples {
        Examples(try slices.subset(Array(indices)), historyLength: historyLength)
    }

    /// All examples but the given ones, in their order.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)``.
    public func without(_ indices: some Sequence<Int>) throws(ExamplesError) -> Examples {
        Examples(try slices.without(indices), historyLength: historyLength)
    }

    /// The same examples with other weights; `nil` makes all of them 1.
    ///
    /// - Throws: ``ExamplesError`` when there is not one finite weight from 0 for each example.
    public func withWeights(_ weights: [Float]?) throws(ExamplesError) -> Examples {
        Examples(try slices.withWeights(weights), historyLength: historyLength)
    }

    /// These examples, then those of another set of the same log.
    ///
    /// - Throws: ``ExamplesError/notAlike(what:)`` for another log or length.
    public func concatenated(with other: Examples) throws(ExamplesError) -> Examples {
        guard historyLength == other.historyLength else { throw .notAlike(what: "lengths") }
        return Examples(
            try slices.concatenated(with: other.slices), historyLength: historyLength)
    }
}

extension Examples: CustomStringConvertible {
    /// One line, such as `Examples of ml-100k train: 80000, each 49 items of history and a target`.
    public var description: String {
        "Examples of \(log.name)\(role.map { " " + $0.rawValue } ?? ""): \(count),"
            + " each \(historyLength) items of history and a target"
    }
}
