// A log made by a Markov chain: the smallest data set on which order matters.

import NightjarRuntime

/// A generated log in which the next item depends on the last few items only.
///
/// The distribution of the next item is the mean of the rows of a transition matrix that belong to
/// the last ``order`` items. The rows come from a Dirichlet distribution: with a concentration far
/// below 1 each has nearly all its mass on one item, far above 1 all items are about equally
/// likely. Columns are then balanced, so that no item is popular: what a model gains, it gains from
/// order. One chain runs through all users, one user after the other.
///
/// The recipe is that of Spotlight's synthetic sequences, whose item count includes the padding
/// item: its 100 items are 99 here. The numbers drawn differ from those of NumPy. Logarithms and
/// exponentials of the C library decide the matrix, so another library may change rare draws.
public struct MarkovChain: Sendable, Equatable {
    /// Number of users; each row belongs to a random one.
    public var users: Int
    /// Number of items.
    public var items: Int
    /// Number of rows.
    public var interactions: Int
    /// How many items back the next one depends on.
    public var order: Int
    /// Concentration of the Dirichlet distribution: small for order, large for chance.
    public var concentration: Double
    /// The seed.
    public var seed: UInt64

    /// Creates a chain; the default is learnt nearly perfectly by a recurrent net.
    public init(
        users: Int = 100, items: Int = 99, interactions: Int = 10_000, order: Int = 2,
        concentration: Double = 1e-3, seed: UInt64 = 1
    ) {
        self.users = users
        self.items = items
        self.interactions = interactions
        self.order = order
        self.concentration = concentration
        self.seed = seed
    }

    /// Generates the log; timestamps are row numbers, ratings are missing.
    ///
    /// - Throws: ``SimulationError`` for an option out of range, `Interrupted` after Ctrl-C.
    public func generate() throws -> Interactions {
        try SimulationError.check("users", users, in: 1...1_000_000)
        try SimulationError.check("items", items, in: 2...5_000)  // the matrix has items² entries
        try SimulationError.check("interactions", interactions, in: 1...Int(Int32.max))
        try SimulationError.check("order", order, in: 1...1_000)
        try SimulationError.check("concentration", concentration, in: 1e-6...1e6)
        let stream = RandomStream(seed: seed, "markov chain")
        let matrix = try transitions(stream.split("transitions"))
        return try Interactions(
            name: "markov", users: userRows(stream.split("users")),
            items: walk(matrix, stream.split("walk")),
            timestamps: [Int64](0..<Int64(interactions)),
            userTable: AttributeTable(ids: (1...users).map { "\($0)" }),
            itemTable: AttributeTable(ids: (1...items).map { "\($0)" }))
    }

    /// Rows of probabilities of the next item, columns balanced to sums near 1.
    func transitions(_ stream: RandomStream) throws(Interrupted) -> [[Double]] {
        var stream = stream
        var matrix: [[Double]] = []
        for _ in 0..<items {
            try Interruption.check()
            matrix.append(stream.dirichlet(concentration, count: items))
        }
        for _ in 0..<100 {  // Sinkhorn's rounds; an unbalanced rest does no harm
            try Interruption.check()
            let sums = matrix.dropFirst().reduce(into: matrix[0]) { sums, row in
                for item in sums.indices { sums[item] += row[item] }
            }
            if sums.allSatisfy({ abs($0 - 1) < 1e-3 }) { break }
            for state in matrix.indices {
                let balanced = zip(matrix[state], sums).map { $0 / $1 }
                let total = balanced.reduce(0, +)
                matrix[state] = balanced.map { $0 / total }
            }
        }
        return matrix
    }

    /// The users of all rows, in order: one is drawn for each row.
    private func userRows(_ stream: RandomStream) throws(Interrupted) -> [Int32] {
        var stream = stream
        var counts = [Int](repeating: 0, count: users)
        for row in 0..<interactions {
            if row % 100_000 == 0 { try Interruption.check() }
            counts[stream.below(users)] += 1
        }
        return zip(1..., counts).flatMap { repeatElement(Int32($0), count: $1) }
    }

    /// The items of all rows.
    private func walk(_ matrix: [[Double]], _ stream: RandomStream) throws(Interrupted) -> [Int32] {
        var stream = stream
        let rows = matrix.map { WeightedChoice($0) }
        // The mean of several rows is drawn from by drawing a row, then from that row.
        var recent = (0..<order).map { _ in stream.below(items) }
        var walked: [Int32] = []
        for step in 0..<interactions {
            if step % 100_000 == 0 { try Interruption.check() }
            let next = rows[recent[stream.below(order)]].draw(&stream)
            recent[step % order] = next
            walked.append(Int32(next + 1))
        }
        return walked
    }
}
