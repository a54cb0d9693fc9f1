// nj.data: logs that are made, not read.

import LuaHost
import NightjarData

extension DataModule {
    static let makers = [interactions, simulate, markov]

    /// Numbers of users or items in a list; each costs memory, whether or not a row has it.
    private static let numbers = LuaType.integer(Limits(low: 1, high: 10_000_000))

    static let interactions = Function(
        "interactions", on: "nj.data", summary: "Makes a log from lists, one value for each row.",
        options: [
            .list("users", of: numbers, "number of the user of each row, from 1"),
            .list("items", of: numbers, "number of the item of each row, from 1"),
            .list("ratings", of: .number, optional: true, "rating of each row"),
            .list("times", of: .integer, optional: true, "time of each row in seconds since 1970"),
            .list("titles", of: .string, optional: true, "title of each item, by its number"),
            .string("name", default: "made", "name of the log"),
        ],
        returns: .object(Interactions.self, "the log"),
        example: "nj.data.interactions{ users = { 1, 1, 2 }, items = { 1, 2, 1 } }"
    ) { call in
        let users = try call.integers("users").map { Int32(clamping: $0) }
        let items = try call.integers("items").map { Int32(clamping: $0) }
        let titles = try call.strings("titles")
        let itemCount = titles.isEmpty ? Int(items.max() ?? 0) : titles.count
        // One user of a high number is enough for a long table of names.
        try call.reserve((Int(users.max() ?? 0) + itemCount) * bytesPerName)
        return try Interactions(
            name: call.string("name"), users: users, items: items,
            ratings: call.has("ratings") ? call.floats("ratings") : nil,
            timestamps: call.has("times") ? call.integers("times").map { Int64($0) } : nil,
            userTable: AttributeTable(ids: (0..<(users.max() ?? 0)).map { "\($0 + 1)" }),
            itemTable: AttributeTable(
                ids: (0..<itemCount).map { "\($0 + 1)" },
                columns: titles.isEmpty ? [:] : ["title": titles]))
    }

    /// What the name of a user or item takes in a table.
    private static let bytesPerName = 32

    /// What an item takes that a simulation makes up, with title, genres and successors.
    private static let bytesPerFilm = 512

    /// What a row takes while a log is generated: its values, and room to put rows in order.
    private static let bytesPerRow = 32

    static let simulate = Function(
        "simulate", on: "nj.data",
        summary: "Generates a film log whose wrong rows are known: see log:planted().",
        details: "The order of a history tells more than popularity does. The same options give the"
            + " same log on any machine.",
        options: [
            .integer("users", default: 500, in: 1...1_000_000, "number of users, faulty ones too"),
            .integer("items", default: 300, in: 20...1_000_000, "number of items"),
            .integer(
                "interactions", optional: true, in: 4...20_000_000,
                "number of rows, from 4 a user to a quarter of all pairs; 40 a user when left out"),
            .number("misclick_rate", default: 0.04, in: 0...0.5, "chance that a click is a slip"),
            .number("junk_share", default: 0.03, in: 0...0.3, "share of users who click at random"),
            .number(
                "duplicate_share", default: 0.03, in: 0...0.3, "share of users who copy others"),
            .integer("seed", default: 1, in: 0..., "another seed gives other films and users"),
        ],
        returns: .object(Interactions.self, "the log, in order of time"),
        example: "nj.data.simulate{ users = 200, items = 150, seed = 7 }"
    ) { call in
        let (users, items) = (try call.integer("users"), try call.integer("items"))
        let usual = min(40 * users, users * (items / 4), 20_000_000)
        let interactions = try call.integer(ifGiven: "interactions") ?? usual
        try call.reserve(interactions * bytesPerRow + items * bytesPerFilm)
        return try Simulation(
            users: users, items: items, interactions: interactions,
            misclickRate: call.number("misclick_rate"), junkShare: call.number("junk_share"),
            duplicateShare: call.number("duplicate_share"), seed: UInt64(call.integer("seed"))
        ).generate()
    }

    static let markov = Function(
        "markov", on: "nj.data",
        summary: "Generates a log in which the next item depends on the last few items only.",
        details: "The recipe is that of Spotlight's synthetic sequences.",
        options: [
            .integer("users", default: 100, in: 1...1_000_000, "number of users"),
            .integer("items", default: 99, in: 2...5_000, "number of items"),
            .integer("interactions", default: 10_000, in: 1...100_000_000, "number of rows"),
            .integer("order", default: 2, in: 1...1_000, "how many items back the next depends on"),
            .number(
                "concentration", default: 0.001, in: 1e-6...1e6,
                "small for order, large for chance"),
            .integer("seed", default: 1, in: 0..., "seed of the draws"),
        ],
        returns: .object(Interactions.self, "the log"),
        example: "nj.data.markov{ order = 3, concentration = 0.01 }"
    ) { call in
        let (items, interactions) = (try call.integer("items"), try call.integer("interactions"))
        // The matrix, and what draws from its rows.
        try call.reserve(interactions * bytesPerRow + items * items * 32)
        return try MarkovChain(
            users: call.integer("users"), items: items, interactions: interactions,
            order: call.integer("order"),
            concentration: call.number("concentration"), seed: UInt64(call.integer("seed"))
        ).generate()
    }
}
