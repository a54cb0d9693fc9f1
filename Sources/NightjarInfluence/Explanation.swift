// Proponents and opponents of one prediction, with names.

import NightjarData
import NightjarRuntime
import NightjarTraining

/// The training examples that helped and hurt one prediction most.
public struct Explanation: Sendable {
    /// One training example with its score, described by names.
    public struct Line: Sendable, Equatable {
        /// Its number among the training examples, from 0.
        public let example: Int
        /// Its influence score.
        public let score: Float
        /// Number of items that it asks for: 1, or all of a sequence.
        public let items: Int
        /// Title of the item that it asks for, or of the last one.
        public let title: String
        /// The user's original id.
        public let user: String
        /// Day of that interaction; empty when the data has no times.
        public let day: String
        /// Title of the last item of its history, or of the first item of a sequence; empty when
        /// there is none.
        public let after: String
    }

    /// What was explained.
    public let target: Line
    /// Examples with the largest scores above 0, largest first.
    public let proponents: [Line]
    /// Examples with the smallest scores below 0, smallest first.
    public let opponents: [Line]
    /// What the sign of a score means.
    public let sign: SignConvention

    /// Picks the `count` most helpful and most harmful examples.
    ///
    /// - Throws: ``ExamplesError``.
    init(
        _ scores: [ScoredExample], train: some ExplainableSet, target: Examples, count: Int,
        sign: SignConvention = .loss
    ) throws(ExamplesError) {
        /// The lines of the first ones; ties go to the earlier example.
        func lines(
            _ precedes: (Float, Float) -> Bool
        ) throws(ExamplesError) -> [Line] {
            var lines: [Line] = []
            let ordered = scores.filter { precedes($0.score, 0) }.sorted {
                $0.score == $1.score ? $0.example < $1.example : precedes($0.score, $1.score)
            }
            for scored in ordered.prefix(count) {
                lines.append(try train.line(of: scored.example, score: scored.score))
            }
            return lines
        }
        self.sign = sign
        self.target = try target.line(of: 0, score: 0)
        proponents = try lines(>)
        opponents = try lines(<)
    }
}

/// What a model learned from, of which each example can be described by names.
public protocol ExplainableSet: TrainingSet {
    /// One example with a score.
    ///
    /// - Throws: `ExamplesError`.
    func line(of index: Int, score: Float) throws(ExamplesError) -> Explanation.Line
}

extension Examples: ExplainableSet {
    /// One example with a score: its target, and the last item of its history.
    ///
    /// - Throws: `ExamplesError`.
    public func line(of index: Int, score: Float) throws(ExamplesError) -> Explanation.Line {
        let before = try history(of: index).last { $0 > 0 }
        return Explanation.Line(
            try subset([index]).rows.last, of: log, example: index, score: score, items: 1,
            after: before)
    }
}

extension Sequences: ExplainableSet {
    /// One sequence with a score: its last and its first item.
    ///
    /// - Throws: `ExamplesError`.
    public func line(of index: Int, score: Float) throws(ExamplesError) -> Explanation.Line {
        let items = try items(of: index)
        return Explanation.Line(
            try rows(of: index).last, of: log, example: index, score: score, items: items.count,
            after: items.count > 1 ? items.first : nil)
    }
}

extension Explanation.Line {
    fileprivate init(
        _ row: Int32?, of log: Interactions, example: Int, score: Float, items: Int, after: Int32?
    ) {
        let row = Int(row ?? 0)
        let user = Int(log.users[row])
        self.init(
            example: example, score: score, items: items,
            title: log.itemTable.label(of: Int(log.items[row])), user: log.userTable.ids[user - 1],
            day: log.timestamps.map { "\(CalendarDay(secondsSince1970: $0[row]))" } ?? "",
            after: after.map { log.itemTable.label(of: Int($0)) } ?? "")
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
        let lists = [(sign.headings.above, proponents), (sign.headings.below, opponents)]
        for (heading, entries) in lists {
            lines.append("  \(heading):" + (entries.isEmpty ? " none" : ""))
            lines += entries.map(Self.text)
        }
        return (lines + sign.lines.map { "  " + $0 }).joined(separator: "\n")
    }

    private static func text(_ entry: Line) -> String {
        let score = "    \(signed(entry.score))  "
        let day = entry.day.isEmpty ? "" : ", \(entry.day)"
        let user = "  (user \(entry.user.shortened(to: 20))\(day))"
        let room = width - score.count - user.count
        if entry.after.isEmpty { return score + entry.title.shortened(to: room) + user }
        let link = entry.items == 1 ? " after " : " and \(entry.items - 1) before, from "
        let titles = room - link.count
        // A long title gets what a short one leaves, two long ones half each.
        let title = entry.title.shortened(to: max(titles - titles / 2, titles - entry.after.count))
        return score + title + link + entry.after.shortened(to: titles - title.count) + user
    }

    /// Six significant digits with a sign, so that columns of scores can be compared.
    private static func signed(_ score: Float) -> String {
        let text = "\(abs(score))".prefix(9)
        let isPlain = text.contains(".") && !text.contains("e")
        let zeros = isPlain ? String(repeating: "0", count: 9 - text.count) : ""
        return (score < 0 ? "-" : "+") + text + zeros
    }
}
