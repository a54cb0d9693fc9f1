// The built-in data set: a film log whose every wrong row is known.

import NightjarRuntime

/// A generated film log with planted faults, for work without a download and for judging methods.
///
/// Viewers have two favourite genres that drift, watch several films an evening, and mostly pick
/// what goes with the film before: a sequel or one of a few companions. So the order of a history
/// tells more than popularity does. Into this the simulation plants, and marks in
/// ``Interactions/planted``:
/// - mis-clicks: films outside the viewer's taste and mood that follow from nothing before, hit
///   because the front page promotes them; it promotes another film every 90 days, so they teach a
///   model a fashion that is over when it is asked about later rows,
/// - junk users, who click at random,
/// - duplicate users, whose rows are exact copies of another user's rows, times included.
///
/// Rows are in order of time. The log depends on the options alone, to the last bit on any machine:
/// only sums, products, quotients and comparisons of doubles decide it.
public struct Simulation: Sendable, Equatable {
    /// Number of users, faulty ones included.
    public var users: Int
    /// Number of items.
    public var items: Int
    /// Number of rows, from 4 a user to a quarter of all pairs.
    public var interactions: Int
    /// Chance that a click of a user with a taste is a slip, 0 … 0.5.
    public var misclickRate: Double
    /// Share of users who click at random, 0 … 0.3.
    public var junkShare: Double
    /// Share of users who are copies of other users, 0 … 0.3.
    public var duplicateShare: Double
    /// The seed; another one gives other films and other users.
    public var seed: UInt64

    /// Creates a simulation; the default trains in seconds.
    public init(
        users: Int = 500, items: Int = 300, interactions: Int = 20_000, misclickRate: Double = 0.04,
        junkShare: Double = 0.03, duplicateShare: Double = 0.03, seed: UInt64 = 1
    ) {
        self.users = users
        self.items = items
        self.interactions = interactions
        self.misclickRate = misclickRate
        self.junkShare = junkShare
        self.duplicateShare = duplicateShare
        self.seed = seed
    }

    /// Generates the log.
    ///
    /// - Throws: ``SimulationError`` for an option out of range, `Interrupted` after Ctrl-C.
    public func generate() throws -> Interactions {
        try check()
        let (catalogue, histories, cast) = try simulate()
        var rows: [(user: Int, event: SimulatedEvent)] = []
        for (user, events) in histories.enumerated() {
            if user % 1024 == 0 { try Interruption.check() }
            rows += events.map { (user, $0) }
        }
        // Within a user times rise, so this order is complete.
        try rows.sortInterruptibly { ($0.event.time, $0.user) < ($1.event.time, $1.user) }
        return try Interactions(
            name: "simulated", users: rows.map { Int32($0.user + 1) },
            items: rows.map { Int32($0.event.film + 1) }, ratings: rows.map(\.event.rating),
            timestamps: rows.map(\.event.time),
            userTable: AttributeTable(ids: (0..<users).map { "\($0 + 1)" }),
            itemTable: catalogue.table(),
            planted: PlantedTruth(
                misclicks: rows.map(\.event.isMisclick),
                junk: rows.map { cast[$0.user] == .junk },
                duplicates: rows.map {
                    if case .duplicate = cast[$0.user] { true } else { false }
                }))
    }

    /// What every user did, and who they are.
    func simulate() throws(Interrupted) -> (
        catalogue: SimulatedCatalogue, histories: [[SimulatedEvent]], cast: [SimulatedRole]
    ) {
        let stream = RandomStream(seed: seed, "simulation")
        let catalogue = try SimulatedCatalogue(count: items, stream.split("films"))
        let cast = makeCast(stream.split("cast"))
        let counts = rowCounts(cast, stream.split("rows"))
        var histories = [[SimulatedEvent]](repeating: [], count: users)
        for (user, role) in cast.enumerated() {
            try Interruption.check()
            var viewer = SimulatedViewer(catalogue, stream.split("user \(user)"))
            switch role {
            case .viewer:
                histories[user] = viewer.watch(counts[user], misclickRate: misclickRate)
            case .junk: histories[user] = viewer.clickAtRandom(counts[user])
            case .duplicate: break
            }
        }
        for case (let user, .duplicate(let original)) in cast.enumerated() {
            histories[user] = histories[original]
        }
        return (catalogue, histories, cast)
    }

    private func check() throws(SimulationError) {
        try SimulationError.check("users", users, in: 1...1_000_000)
        try SimulationError.check("items", items, in: 20...1_000_000)
        let most = min(users * (items / 4), Int(Int32.max))
        try SimulationError.check("interactions", interactions, in: (4 * users)...most)
        try SimulationError.check("misclickRate", misclickRate, in: 0...0.5)
        try SimulationError.check("junkShare", junkShare, in: 0...0.3)
        try SimulationError.check("duplicateShare", duplicateShare, in: 0...0.3)
    }
}
