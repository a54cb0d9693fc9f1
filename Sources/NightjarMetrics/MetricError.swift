// What can be wrong with a metric's name, its ranks, or the scores they come from.

import NightjarRuntime

/// What can go wrong between scores and metrics.
///
/// Every description ends in the next step for the user.
public enum MetricError: Error, Equatable, Sendable {
    /// No metric has this name.
    case unknownMetric(String, nearest: String?)
    /// The metric has no such variant.
    case unknownVariant(String, metric: String, known: [String])
    /// The text after `@` is not a whole number.
    case unreadableCutoff(String, metric: String)
    /// A cut-off below 1.
    case badCutoff(Int)
    /// A metric that needs a cut-off has none.
    case missingCutoff(metric: String)
    /// A metric over the whole ranking got a cut-off.
    case needlessCutoff(metric: String)
    /// Fewer than one sampled item asked for.
    case badSampleSize(Int)
    /// A rank that no item can have; `example` counts from 0.
    case badRank(Double, example: Int)
    /// Two relevant items of one example share a rank; `example` counts from 0.
    case repeatedRank(Double, example: Int)
    /// A gain that is not a positive number; `example` counts from 0.
    case badGain(Double, example: Int)
    /// Two columns that belong together differ in length.
    case lengths(String, Int, String, Int)
    /// A score is not a number.
    case notANumber(item: Int)
    /// An item outside the row of scores.
    case itemOutOfRange(Int, classes: Int)
    /// An item is twice among the relevant and sampled ones.
    case repeatedItem(Int)
    /// Ranked in another way than the candidate set says.
    case wrongPool(declared: String, given: String)
    /// A number of users that an item cannot have been met by.
    case badCount(Int, item: Int, users: Int)
    /// Fewer unseen items than should be sampled.
    case tooFewUnseen(wanted: Int, available: Int)
    /// Examples of a report are not known to belong to users.
    case noUsers
    /// A report has no such metric.
    case notInReport(String, known: [String])
    /// A comparison has no arm of this name.
    case unknownArm(String, known: [String])
    /// Two reports that cannot be compared.
    case differentProtocols(String, String)
}

extension MetricError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .unknownMetric(let name, let nearest):
            "unknown metric '\(name)'" + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
                + ". Known are \(Metric.names.joined(separator: ", "));"
                + " write a cut-off as in nDCG@10."
        case .unknownVariant(let variant, let metric, let known):
            "\(metric) has no variant '\(variant)'. "
                + (known.isEmpty
                    ? "Leave out the brackets."
                    : "Known are \(known.map { "\(metric)(\($0))" }.joined(separator: ", ")).")
        case .unreadableCutoff(let text, let metric):
            "'\(text)' is not a cut-off. Write a whole number, as in \(metric)@10."
        case .badCutoff(let cutoff):
            "a cut-off of \(cutoff) leaves no list. Give a whole number from 1."
        case .missingCutoff(let metric):
            "\(metric) needs a cut-off. Write it as \(metric)@10."
        case .needlessCutoff(let metric):
            "\(metric) is taken over the whole ranking. Write it without '@'."
        case .badSampleSize(let count):
            "cannot rank against \(count) sampled items. Sample at least 1, or rank all items."
        case .badRank(let rank, let example):
            "example \(example + 1) has rank \(rank). Ranks run from 1 to the number of candidates,"
                + " or are infinite for items left out of a list."
        case .repeatedRank(let rank, let example):
            "example \(example + 1) has two relevant items within rank \(rank) places of the top."
                + " Give relevant items distinct ranks, or let RankCounter break the ties."
        case .badGain(let gain, let example):
            "example \(example + 1) has a relevant item of gain \(gain). Gains are finite and above 0;"
                + " leave out items that are not relevant."
        case .lengths(let one, let count, let other, let otherCount):
            "\(count) \(one) and \(otherCount) \(other) do not match. Give one for each."
        case .notANumber(let item):
            "the score of item \(item) is not a number. The model has probably diverged:"
                + " lower the learning rate or clip gradients, and train it again."
        case .itemOutOfRange(let item, let classes):
            "item \(item) is outside the model's \(classes) classes. Build the model with the"
                + " item count of this data set."
        case .repeatedItem(let item):
            "item \(item) is twice among the relevant and sampled items. Name each item once."
        case .wrongPool(let declared, let given):
            "the protocol declares \(declared) as candidates, but \(given) were given. Declare the"
                + " candidate set that is used."
        case .badCount(let count, let item, let users):
            "item \(item) cannot have been met by \(count) of \(users) users. Count each user once for"
                + " each item."
        case .tooFewUnseen(let wanted, let available):
            "cannot sample \(wanted) unseen items: this user has \(available). Sample fewer, or"
                + " rank against all items."
        case .noUsers:
            "it is not known whose examples these are. Give the users when the report is made."
        case .notInReport(let name, let known):
            "the report has no '\(name)'. It has \(known.joined(separator: ", "));"
                + " evaluate again with the metric that is missing."
        case .unknownArm(let name, let known):
            "there is no arm '\(name)'" + Suggestion.hint(for: name, in: known)
                + ". Name one of \(known.joined(separator: ", ")) as baseline."
        case .differentProtocols(let one, let other):
            "reports differ in protocol: (\(one)) and (\(other)). Evaluate both in the same way"
                + " on the same examples."
        }
    }
}
