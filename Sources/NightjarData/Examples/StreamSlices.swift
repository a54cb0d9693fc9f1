// Pieces of a stream, stored as positions and padded only when a batch is filled.

/// Weighted slices of one stream: what windows and chunks have in common.
struct StreamSlices: Sendable {
    let log: Interactions
    /// The sides that the slices come from: several after joining them.
    let roles: Set<Part.Role>
    private(set) var stream: UserStream
    /// First position of each slice.
    private(set) var starts: [Int32]
    /// Position after the last of each slice.
    private(set) var ends: [Int32]
    /// One weight for each slice; `nil` when all are 1.
    private(set) var weights: [Float]?

    /// The side that the slices come from; `nil` after joining sides.
    var role: Part.Role? { roles.count == 1 ? roles.first : nil }

    var count: Int { starts.count }

    init(
        log: Interactions, roles: Set<Part.Role>, stream: UserStream, starts: [Int32],
        ends: [Int32],
        weights: [Float]? = nil
    ) {
        self.log = log
        self.roles = roles
        self.stream = stream
        self.starts = starts
        self.ends = ends
        self.weights = weights
    }

    /// The positions of one slice.
    func positions(_ index: Int) throws(ExamplesError) -> Range<Int> {
        try check(CollectionOfOne(index))
        return Int(starts[index])..<Int(ends[index])
    }

    /// The chosen slices in the given order; one may come twice.
    func subset(_ indices: [Int]) throws(ExamplesError) -> StreamSlices {
        try check(indices)
        return picking(indices)
    }

    /// All slices but the given ones, in their order.
    func without(_ indices: some Sequence<Int>) throws(ExamplesError) -> StreamSlices {
        let indices = Array(indices)
        try check(indices)
        var isKept = [Bool](repeating: true, count: count)
        for index in indices { isKept[index] = false }
        return picking((0..<count).filter { isKept[$0] })
    }

    /// The same slices with other weights.
    func withWeights(_ weights: [Float]?) throws(ExamplesError) -> StreamSlices {
        if let weights {
            guard weights.count == count else {
                throw .weightCount(expected: count, found: weights.count)
            }
            if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw .badWeight(index: bad, value: weights[bad])
            }
        }
        var same = self
        same.weights = weights
        return same
    }

    /// These slices, then those of another set of the same log.
    func concatenated(with other: StreamSlices) throws(ExamplesError) -> StreamSlices {
        guard log.users == other.log.users, log.items == other.log.items,
            log.itemCount == other.log.itemCount, log.name == other.log.name
        else { throw .notAlike(what: "logs") }
        // A subset shares its stream with the set that it was taken from.
        let shift = stream.rows == other.stream.rows ? 0 : stream.count
        guard shift + other.stream.count <= Int(Int32.max) else {
            throw .notAlike(what: "histories, which together are too long")
        }
        var joined = stream
        if shift > 0 { joined.append(other.stream) }
        var joinedWeights: [Float]?
        if weights != nil || other.weights != nil {
            joinedWeights =
                (weights ?? Array(repeating: 1, count: count))
                + (other.weights ?? Array(repeating: 1, count: other.count))
        }
        return StreamSlices(
            log: log, roles: roles.union(other.roles), stream: joined,
            starts: starts + other.starts.map { $0 + Int32(shift) },
            ends: ends + other.ends.map { $0 + Int32(shift) }, weights: joinedWeights)
    }

    /// Writes slices as rows of a `[batch.count][width]` matrix, zeros on the left.
    ///
    /// No slice is wider than `width`: whoever cut them saw to it.
    func fill(
        _ batch: [Int], width: Int, _ matrix: UnsafeMutableBufferPointer<Int32>, name: String
    ) throws(ExamplesError) {
        try check(batch)
        let (size, overflow) = batch.count.multipliedReportingOverflow(by: width)
        guard !overflow, matrix.count == size else {
            throw .bufferSize(name: name, expected: size, found: matrix.count)
        }
        guard var line = matrix.baseAddress else { return }
        stream.items.withUnsafeBufferPointer { items in
            for index in batch {
                let start = Int(starts[index])
                let length = Int(ends[index]) - start
                line.update(repeating: 0, count: width - length)
                if length > 0, let first = items.baseAddress {
                    (line + (width - length)).update(from: first + start, count: length)
                }
                line += width
            }
        }
    }

    private func check(_ indices: some Sequence<Int>) throws(ExamplesError) {
        for index in indices where index < 0 || index >= count {
            throw .indexOutOfRange(index: index, count: count)
        }
    }

    private func picking(_ indices: [Int]) -> StreamSlices {
        StreamSlices(
            log: log, roles: roles, stream: stream, starts: indices.map { starts[$0] },
            ends: indices.map { ends[$0] },
            weights: weights.map { weights in indices.map { weights[$0] } })
    }
}
