// nj.Interactions: dividing a log.

import LuaHost
import NightjarData
import NightjarRuntime

/// The ways to divide a log, each with the options that it reads.
private enum SplitKind: String, CaseIterable {
    case time, tail, last, user, hash, random

    var options: Set<String> {
        switch self {
        case .time: ["valid", "test", "valid_from", "test_from"]
        case .tail: ["valid", "test", "min_rows"]
        case .last: ["valid_row", "seed"]
        case .user, .random: ["valid", "test", "seed"]
        case .hash: ["share", "seed"]
        }
    }
}

/// Which row leave-one-out validates on.
private enum ValidRow: String, CaseIterable {
    case previous, random, none
}

extension InteractionsBinding {
    static let divisions = [split, splitRows, whole]

    /// Seeds that every kind of generator takes.
    private static let seeds = 0...Int(UInt32.max)

    static let split = Function(
        "split", on: "nj.Interactions",
        summary: "Divides the log into rows to learn from, to choose on, and to report on.",
        details: """
            time: one instant for all users; no training row is later than a test row (the default).
            tail: the last rows of every user, in the order of the log.
            last: the last row of every user (leave one out).
            user: random users with all their rows.
            hash: users by a hash of their ids, as Spotlight does.
            random: random rows; leaky, for comparison with studies that did so.
            Options that a way does not read are refused. What to know before believing a result
            stands in the warnings of the split.
            """,
        options: [
            .choice("by", SplitKind.self, default: .time, "how to divide"),
            .number("valid", default: 0.1, in: 0..<1, "share for validation; 0 for none"),
            .number("test", default: 0.1, in: .between(0, 1), "share for the test"),
            .integer(
                "valid_from", optional: true,
                "time: first instant of validation in seconds since 1970, with test_from"),
            .integer(
                "test_from", optional: true,
                "time: first instant of the test in seconds since 1970, in place of shares"),
            .integer("min_rows", default: 10, in: 0..., "tail: users with fewer rows are left out"),
            .choice(
                "valid_row", ValidRow.self, default: .previous,
                "last: which row before the test row is for validation"),
            .number("share", default: 0.2, in: .between(0, 1), "hash: share of users held out"),
            .integer("seed", default: 1, in: seeds, "user, hash, random: seed of the draws"),
        ],
        returns: .object(Split.self, "the split"),
        example: #"log:split{ by = "time", valid = 0.1, test = 0.1 }"#
    ) { call in
        let kind = try call.choice("by", as: SplitKind.self)
        for option in Set(SplitKind.allCases.flatMap(\.options)).subtracting(kind.options).sorted()
        where try call.has(option) {
            let readers = SplitKind.allCases.filter { $0.options.contains(option) }
            throw LuaError(
                "a split by \(kind.rawValue) does not read '\(option)'. Leave it out, or divide by "
                    + readers.map { "'\($0.rawValue)'" }.joined(separator: " or ") + ".")
        }
        let division = try division(kind, call)
        let log = try call.receiver(Interactions.self)
        // Passes over a log of many millions of rows do not look whether the user asked to stop.
        return try UnstoppableWork.run { try division(log) }
    }

    private typealias Division = @Sendable (Interactions) throws -> Split

    /// How the options divide a log.
    private static func division(_ kind: SplitKind, _ call: Call) throws -> Division {
        let (valid, test) = (try call.number("valid"), try call.number("test"))
        let seed = UInt32(clamping: try call.integer("seed"))
        switch kind {
        case .time: return try divisionByTime(call, valid: valid, test: test)
        case .tail:
            let minimum = try call.integer("min_rows")
            return { try $0.splitByUserTail(valid: valid, test: test, minimumRows: minimum) }
        case .last:
            let validation = try leaveOneOutValidation(call, seed)
            return { try $0.splitLeavingOneOut(valid: validation) }
        case .user: return { try $0.splitByUser(valid: valid, test: test, seed: UInt64(seed)) }
        case .hash:
            let share = try call.number("share")
            return { try $0.splitByUserHash(seed: seed, share: share) }
        case .random: return { try $0.splitAtRandom(valid: valid, test: test, seed: UInt64(seed)) }
        }
    }

    private static func divisionByTime(
        _ call: Call, valid: Double, test: Double
    ) throws -> Division {
        let validFrom = try call.integer(ifGiven: "valid_from").map { Int64($0) }
        guard let testFrom = try call.integer(ifGiven: "test_from") else {
            guard validFrom == nil else {
                throw LuaError("valid_from needs test_from. Give both, or shares of rows.")
            }
            return { try $0.splitByTime(valid: valid, test: test) }
        }
        for share in ["valid", "test"] where try call.has(share) {
            throw LuaError("\(share) and test_from both say where to cut. Give one of them.")
        }
        return { try $0.splitByTime(validFrom: validFrom, testFrom: Int64(testFrom)) }
    }

    private static func leaveOneOutValidation(
        _ call: Call, _ seed: UInt32
    ) throws -> LeaveOneOutValidation {
        let validRow = try call.choice("valid_row", as: ValidRow.self)
        if validRow != .random, try call.has("seed") {
            throw LuaError(
                "nothing is drawn with valid_row = '\(validRow.rawValue)'. Leave out seed, or choose"
                    + " valid_row = 'random'.")
        }
        switch validRow {
        case .none: return .none
        case .previous: return .previous
        case .random: return .random(seed: UInt64(seed))
        }
    }

    static let splitRows = Function(
        "split_rows", on: "nj.Interactions",
        summary: "Divides the log by rows that are given, such as a study's own files.",
        details: "Rows on no side belong to no example and to no history.",
        options: [
            .list("train", of: .integer, "rows to learn from"),
            .list("valid", of: .integer, optional: true, "rows to choose on"),
            .list("test", of: .integer, "rows to report on"),
            .string("rule", default: "given rows", "how they were chosen, for the protocol line"),
        ],
        returns: .object(Split.self, "the split"),
        example: #"log:split_rows{ train = { 1, 2, 3 }, test = { 4 }, rule = "by hand" }"#
    ) { call in
        func rows(_ side: String) throws -> [Int32] {
            try call.positions(side).map { Int32(clamping: $0) }
        }
        return try Split(
            of: call.receiver(Interactions.self), train: rows("train"), valid: rows("valid"),
            test: rows("test"), rule: call.string("rule"))
    }

    static let whole = Function(
        "whole", on: "nj.Interactions",
        summary:
            "Takes all rows as a training side, for work that reports nothing on held-out rows.",
        returns: .object(Part.self, "all rows"),
        example: "log:whole():windows{ length = 20 }"
    ) { call in try call.receiver(Interactions.self).whole() }
}
