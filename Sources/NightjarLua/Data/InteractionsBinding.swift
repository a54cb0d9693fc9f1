// nj.Interactions: what a log is and what it holds.

import LuaHost
import NightjarData

extension Interactions: LuaObject {
    /// Bytes of the columns.
    public var nativeBytes: Int {
        count * (8 + (ratings == nil ? 0 : 4) + (timestamps == nil ? 0 : 8))
    }
}

/// The log of who did what with which item, and when.
enum InteractionsBinding {
    /// The most rows that a preview shows.
    private static let longestPreview = 1000

    static let declaration = Class(
        "nj.Interactions", of: Interactions.self,
        summary: "A log: who did what with which item, and when. Users and items are numbered from"
            + " 1 in the order of their original ids; 0 is padding.",
        properties: [
            Property("name", .string, "name of the data set") { (log: Interactions) in log.name },
            Property("n_rows", .integer, "number of rows") { (log: Interactions) in log.count },
            Property("n_users", .integer, "number of users") { (log: Interactions) in log.userCount
            },
            Property("n_items", .integer, "number of items") { (log: Interactions) in log.itemCount
            },
            Property("digest", .string, "SHA-256 of rows and ids, made anew at each read") {
                (log: Interactions) in log.digest
            },
            Property("density", .number, "share of the user-item table that rows would fill") {
                (log: Interactions) in log.density
            },
            Property("has_ratings", .boolean, "whether rows have ratings") {
                (log: Interactions) in log.ratings != nil
            },
            Property("has_times", .boolean, "whether rows have times") {
                (log: Interactions) in log.timestamps != nil
            },
            Property("in_time_order", .boolean, "whether no row is earlier than the one before") {
                (log: Interactions) in log.isInTimeOrder
            },
            Property("first_time", .integer, "earliest time in seconds since 1970, or nil") {
                (log: Interactions) in log.timeRange.map { Int($0.lowerBound) }
            },
            Property("last_time", .integer, "latest time in seconds since 1970, or nil") {
                (log: Interactions) in log.timeRange.map { Int($0.upperBound) }
            },
        ])

    static let functions =
        [length, rows, column, title, item, user, itemInfo, userInfo, popularity, planted]
        + changes + divisions

    static let length = Function(
        "__len", on: "nj.Interactions", summary: "The number of rows.",
        returns: .integer("the number of rows")
    ) { call in try call.receiver(Interactions.self).count }

    static let rows = Function(
        "rows", on: "nj.Interactions", summary: "Shows a few rows with names, to look at.",
        details: "At most \(longestPreview) rows at once; column gives whole columns.",
        positional: [
            .integer("from", default: 1, in: 1..., "first row, from 1"),
            .integer("to", optional: true, in: 1..., "last row; ten rows when left out"),
        ],
        returns: .list(
            of: .table([
                .init("row", .integer, "number of the row, from 1"),
                .init("user", .integer, "number of the user"),
                .init("item", .integer, "number of the item"),
                .init("title", .string, "title of the item, or its original id"),
                .init("rating", .number, "rating, or nil"),
                .init("time", .integer, "seconds since 1970, or nil"),
            ]), "the rows"),
        example: "for _, r in ipairs(log:rows(1, 5)) do print(r.user, r.title, r.rating) end"
    ) { call in
        let log = try call.receiver(Interactions.self)
        let first = try call.position("from")
        let asked = try call.integer(ifGiven: "to").map { $0 - 1 }
        for row in [first, asked ?? first] where row >= log.count {
            throw FilterError.rowOutOfRange(row: row, count: log.count)
        }
        let last = asked ?? min(first + 9, log.count - 1)
        guard first <= last else {
            throw LuaError("there are no rows from a later to an earlier one")
        }
        guard last - first < longestPreview else {
            throw LuaError(
                "\(last - first + 1) rows are too many to look at. Ask for \(longestPreview) or"
                    + " fewer, or take whole columns with log:column.")
        }
        return (first...last).map { row in
            LuaRecord([
                "row": row + 1, "user": log.users[row], "item": log.items[row],
                "title": log.itemTable.label(of: Int(log.items[row])), "rating": log.ratings?[row],
                "time": log.timestamps.map { Int($0[row]) },
            ])
        }
    }

    static let column = Function(
        "column", on: "nj.Interactions", summary: "Gives one column of all rows as a list.",
        positional: [
            .choice("name", ["users", "items", "ratings", "times"], "which column")
        ],
        returns: .list(of: .number, "one value for each row; nil when the log lacks the column"),
        example: #"local items = log:column "items""#
    ) { call in
        let log = try call.receiver(Interactions.self)
        switch try call.string("name") {
        case "users": return log.users
        case "items": return log.items
        case "ratings": return log.ratings
        default: return log.timestamps.map { $0.map { Int($0) } }
        }
    }

    static let title = Function(
        "title", on: "nj.Interactions", summary: "Gives the title of an item.",
        positional: [.integer("item", in: 1..., "number of the item")],
        returns: .string("its title, or its original id if it has none")
    ) { call in
        let log = try call.receiver(Interactions.self)
        return log.itemTable.label(of: try number("item", of: call, upTo: log.itemCount))
    }

    static let item = Function(
        "item", on: "nj.Interactions", summary: "Finds the number of an item by its name.",
        details: "An original id wins over a title. Upper and lower case may differ in a title.",
        positional: [
            .either("name", [.string, .integer], "title, or original id as the source has it")
        ],
        returns: .integer("number of the item"),
        example: #"log:item "Star Wars (1977)""#
    ) { call in
        try call.receiver(Interactions.self).item(named: name(of: call))
    }

    static let user = Function(
        "user", on: "nj.Interactions", summary: "Finds the number of a user by the original id.",
        positional: [.either("name", [.string, .integer], "original id as the source has it")],
        returns: .integer("number of the user"),
        example: #"log:user "196""#
    ) { call in
        try call.receiver(Interactions.self).user(named: name(of: call))
    }

    static let itemInfo = Function(
        "item_info", on: "nj.Interactions", summary: "Gives all that is known of an item.",
        positional: [.integer("item", in: 1..., "number of the item")],
        returns: .table([.init("id", .string, "original id")], "its id, title and other columns"),
        example: "log:item_info(50).genres"
    ) { call in
        let log = try call.receiver(Interactions.self)
        return info(log.itemTable, try number("item", of: call, upTo: log.itemCount))
    }

    static let userInfo = Function(
        "user_info", on: "nj.Interactions", summary: "Gives all that is known of a user.",
        positional: [.integer("user", in: 1..., "number of the user")],
        returns: .table([.init("id", .string, "original id")], "the id and other columns")
    ) { call in
        let log = try call.receiver(Interactions.self)
        return info(log.userTable, try number("user", of: call, upTo: log.userCount))
    }

    static let popularity = Function(
        "popularity", on: "nj.Interactions", summary: "Counts the rows of each item.",
        returns: .list(of: .integer, "number of rows of each item, by its number")
    ) { call in try call.receiver(Interactions.self).rowsPerItem() }

    static let planted = Function(
        "planted", on: "nj.Interactions",
        summary: "Gives what a simulation planted, one mark for each row; nil for real data.",
        returns: .table(
            [
                .init("misclicks", .list(.boolean), "rows clicked by mistake"),
                .init("junk", .list(.boolean), "rows of users who click at random"),
                .init("duplicates", .list(.boolean), "rows of users who are copies of others"),
            ], "the marks, or nil"),
        example: "nj.stats.detection(scores, log:planted().misclicks)"
    ) { call in
        guard let truth = try call.receiver(Interactions.self).planted else { return nil }
        return [
            "misclicks": truth.misclicks, "junk": truth.junk, "duplicates": truth.duplicates,
        ]
    }

    /// The number of a user or an item, which must exist.
    private static func number(_ kind: String, of call: Call, upTo count: Int) throws -> Int {
        let number = try call.integer(kind)
        guard number <= count else {
            throw LuaError("there is no \(kind) \(number). Their numbers run from 1 to \(count).")
        }
        return number
    }

    /// The name that a script looks up, which may be an id made of digits.
    private static func name(of call: Call) throws -> String {
        try call.integer(ifGiven: "name").map { "\($0)" } ?? call.string("name")
    }

    private static func info(_ table: AttributeTable, _ number: Int) -> [String: String] {
        var info = table.columns.compactMapValues { $0[number - 1].isEmpty ? nil : $0[number - 1] }
        info["id"] = table.ids[number - 1]
        return info
    }
}
