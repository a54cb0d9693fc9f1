// Proponents and opponents of one prediction, with names.

import NightjarData
import NightjarRuntime

/// The training examples that helped and hurt one prediction most.
public struct Explanation: Sendable {
    /// One training example with its score, described by names.
    public struct Line: Sendable, Equatable {
        /// Its number among the training examples, from 0.
        public let example: Int
        /// Its influence score.
        public let score: Float
        /// Title of the item that it asks for.
        public let title: String
        /// The user's original id.
        public let user: String
        /// Day of the interaction; empty when the data has no times.
        public let day: String
        /// Title of the last item of its history; empty when there is none.
        public let after: String
    }

    /// What was explained.
    public let target: Line
    /// Examples with the largest scores above 0, largest first.
    public let proponents: [Line]
    /// Examples with the smallest scores below 0, smallest first.
    public let opponents: [Line]

    /// Picks the `count` most helpful and most harmful examples.
    ///
    /// - Throws: ``ExamplesError``.
    init(
        _ scores: InfluenceScores, train: Examples, target: Examples, count: Int
    ) throws(ExamplesError) {
        let (rows, targetRows) = (train.rows, target.rows)
        func line(
            _ examples: Examples, _ rows: [Int32], _ index: Int, _ score: Float
        ) throws(ExamplesError) -> Line {
            let log = examples.log
            let row = Int(rows[index])
            let user = Int(log.users[row])
            let before = try examples.history(of: index).last { $0 > 0 }
            return Line(
                example: index, score: score, title: log.itemTable.label(of: Int(log.items[row])),
                user: log.userTable.ids[user - 1],
                day: log.timestamps.map { "\(CalendarDay(secondsSince1970: $0[row]))" } ?? "",
                after: before.map { log.itemTable.label(of: Int($0)) } ?? "")
        }
        self.target = try line(target, targetRows, 0, 0)
        var proponents: [Line] = []
        for index in scores.highest(count) where scores.values[index] > 0 {
            proponents.append(try line(train, rows, index, scores.values[index]))
        }
        var opponents: [Line] = []
        for index in scores.lowest(count) where scores.values[index] < 0 {
            opponents.append(try line(train, rows, index, scores.values[index]))
        }
        self.proponents = proponents
        self.opponents = opponents
    }
}

extension Explanation: CustomStringConvertible {
    /// Columns that a line may have; titles are cut to fit.
    private static let width = 100

    /// The target, then both lists, then what the signs mean.
    public var description: String {
        let question = "for user \(target.user.shortened(to: 20)) \(target.day)"
        let title = target.title.shortened(to: Self.width - "Why  ".count - question.count)
        var lines = ["Why \(title) \(question)"]
        for (heading, entries) in [("helped", proponents), ("harmed", opponents)] {
            lines.append("  \(heading):" + (entries.isEmpty ? " none" : ""))
            lines += entries.map(Self.text)
        }
        return (lines + SignConvention.lines.map { "  " + $0 }).joined(separator: "\n")
    }

    private static func text(_ entry: Line) -> String {
        let score = "    \(signed(entry.score))  "
        let day = entry.day.isEmpty ? "" : ", \(entry.day)"
        let user = "  (user \(entry.user.shortened(to: 20))\(day))"
        let room = width - score.count - user.count
        if entry.after.isEmpty { return score + entry.title.shortened(to: room) + user }
        let link = " after "
        let titles = room - link.count
        // A long title gets what a short one leaves, two long ones half each.
        let title = entry.title.shortened(to: max(titles - titles / 2, titles - entry.after.count))
        return score + title + link + entry.after.shortened(to: titles - title.count) + user
    }

    /// Six significant digits with a sign, so that columns of scores can be compared.
    private static func signed(_ score: Float) -> String {
        let text = "\(abs(score))".prefix(9)
        return (score < 0 ? "-" : "+") + text
    }
}
