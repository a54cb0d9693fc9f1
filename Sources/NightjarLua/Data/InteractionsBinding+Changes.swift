// nj.Interactions: steps that give another log.

import LuaHost
import NightjarData

extension InteractionsBinding {
    static let changes = [filter, sorted, relabelled, without]

    static let filter = Function(
        "filter", on: "nj.Interactions", summary: "Keeps the rows that pass every condition given.",
        details: """
            Ratings and times are looked at first, then rows are counted. Dropping a user takes rows
            from items and the other way round; with iterated = true this goes on until nothing
            changes (the k-core of papers), with false rows are counted once.
            Users and items keep their numbers; log:relabelled() closes the gaps.
            """,
        options: [
            .number("min_rating", optional: true, "the lowest rating to keep"),
            .integer("from", optional: true, "first instant to keep, in seconds since 1970"),
            .integer("to", optional: true, "first instant not to keep, in seconds since 1970"),
            .integer("min_user", default: 0, in: 0..., "rows that a user needs"),
            .integer("min_item", default: 0, in: 0..., "rows that an item needs"),
            .boolean("iterated", default: true, "whether to count again after dropping"),
        ],
        returns: .object(Interactions.self, "the rows that pass"),
        example: "log:filter{ min_rating = 4, min_user = 5, min_item = 5 }"
    ) { call in
        var log = try call.receiver(Interactions.self)
        if let rating = try call.number(ifGiven: "min_rating") {
            log = try log.rated(atLeast: Float(rating))
        }
        let (start, end) = (try call.integer(ifGiven: "from"), try call.integer(ifGiven: "to"))
        if start != nil || end != nil {
            log = try log.during(
                from: start.map { Int64($0) } ?? .min, until: end.map { Int64($0) } ?? .max)
        }
        let (users, items) = (try call.integer("min_user"), try call.integer("min_item"))
        if users == 0 && items == 0 { return log }
        return try call.boolean("iterated")
            ? log.kCore(users: users, items: items)
            : log.withMinimumCounts(users: users, items: items)
    }

    static let sorted = Function(
        "sorted", on: "nj.Interactions",
        summary: "Puts rows in order of time; rows of one instant keep their order.",
        returns: .object(Interactions.self, "the log in order of time")
    ) { call in try call.receiver(Interactions.self).sortedByTime() }

    static let relabelled = Function(
        "relabelled", on: "nj.Interactions",
        summary: "Drops users and items without rows and numbers the others anew from 1.",
        returns: .object(Interactions.self, "the log with numbers without gaps")
    ) { call in try call.receiver(Interactions.self).relabelled() }

    static let without = Function(
        "without", on: "nj.Interactions", summary: "Drops rows; those after them move up.",
        details: "To keep the numbers of rows, drop them from the split: split:without(rows).",
        positional: [.dropped("a selection of rows, or row numbers from 1")],
        returns: .object(Interactions.self, "the log without them"),
        example: "log:without{ 17, 4 }"
    ) { call in
        try call.receiver(Interactions.self).without(rows: call.droppedRows("dropped"))
    }
}
