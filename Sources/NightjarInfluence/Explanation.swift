// Proponents and opponents of one prediction, with names.

import NightjarData

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
    /// The target, then both lists, then what the signs mean.
    public var description: String {
        var lines = ["Why \(target.title) for user \(target.user) \(target.day)"]
        for (heading, entries) in [("helped", proponents), ("harmed", opponents)] {
            lines.append("  \(heading):" + (entries.isEmpty ? " none" : ""))
            for entry in entries {
                let after = entry.after.isEmpty ? "" : " after \(entry.after)"
                lines.append(
                    "    \(Self.signed(entry.score))  \(entry.title)\(after)"
                        + "  (user \(entry.user)\(entry.day.isEmpty ? "" : ", \(entry.day)"))")
            }
        }
        return (lines + ["  " + SignConvention.words]).joined(separator: "\n")
    }

    /// Six significant digits with a sign, so that columns of scores can be compared.
    private static func signed(_ score: Float) -> String {
        let text = "\(abs(score))".prefix(9)
        return (score < 0 ? "-" : "+") + text
    }
}
