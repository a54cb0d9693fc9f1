// nj.recommend and nj.Recommendations.

import LuaHost
import NightjarData
import NightjarMetrics
import NightjarTensor
import NightjarTraining

/// The lists that a model would show, with the log that items belong to.
final class Recommendations: LuaObject, CustomStringConvertible {
    let lists: RecommendedLists
    let log: Interactions

    init(_ lists: RecommendedLists, of log: Interactions) {
        self.lists = lists
        self.log = log
    }

    /// Bytes of the lists.
    var nativeBytes: Int { lists.lists.reduce(lists.counts.count * 8) { $0 + 16 + $1.count * 4 } }

    var description: String { "\(lists)" }
}

/// Declares measures beyond accuracy.
enum RecommendationBinding {
    static let declaration = Class(
        "nj.Recommendations", of: Recommendations.self,
        summary: "The items that a model would show, and measures of them beyond accuracy.",
        properties: [
            Property("k", .integer, "the most items of a list") { (object: Recommendations) in
                object.lists.cutoff
            },
            Property("counts", .list(.integer), "how often each item is shown, by its number") {
                (object: Recommendations) in object.lists.counts
            },
            Property("coverage", .number, "share of the items that are shown at least once") {
                (object: Recommendations) in object.lists.coverage
            },
            Property(
                "gini", .number,
                "inequality of how often items are shown: 0 for all alike, near 1 for one alone"
            ) { (object: Recommendations) in object.lists.gini },
            Property(
                "entropy", .number, "bits of which item is shown: at most log2 of the items"
            ) { (object: Recommendations) in object.lists.entropy },
            Property("protocol", .string, "what the numbers mean, in one line") {
                (object: Recommendations) in object.lists.evaluation.description
            },
        ])

    static let functions = [recommend, length, items, report, text]

    static let recommend = Function(
        "recommend", on: "nj", summary: "Lists the items that a model would show.",
        details: """
            One list for each example, after its history; what the example asks for does not matter. \
            coverage, gini and entropy are of all lists together; report measures each list.
            """,
        positional: [
            .object("model", ModelObject.self, "the model"),
            .examples("examples", "the histories, or a part such as parts.test"),
        ],
        options: [
            .integer("k", default: 10, in: 1...100_000, "items in a list"),
            .choice(
                "mask", CandidateSet.Masking.self, default: .seen,
                "what is not shown again: items of the history, or all that were seen before"),
            .string("split", optional: true, "the split in words, for the protocol line"),
        ],
        returns: .object(Recommendations.self, "the lists"),
        example: "print(nj.recommend(net, parts.test, { k = 10 }).coverage)"
    ) { call in
        let model = try call.object("model", as: ModelObject.self)
        let examples = try call.examples("examples", historyLength: model.historyLength)
        let cutoff = min(try call.integer("k"), max(1, examples.log.itemCount))
        try call.reserve(examples.count * (cutoff * 4 + 16))
        return Recommendations(
            try NightjarTraining.recommend(
                model.scorer(), for: examples, cutoff: cutoff,
                masking: call.choice("mask", as: CandidateSet.Masking.self),
                split: call.string(ifGiven: "split"), progress: call.progress),
            of: examples.log)
    }

    static let length = Function(
        "__len", on: "nj.Recommendations", summary: "The number of lists.",
        returns: .integer("number of lists")
    ) { call in try call.receiver(Recommendations.self).lists.lists.count }

    static let items = Function(
        "items", on: "nj.Recommendations", summary: "Gives one list.",
        positional: [.integer("position", in: 1..., "whose list: the number of the example")],
        returns: .list(of: .integer, "items, the best first"),
        example: "nj.recommend(net, test):items(1)"
    ) { call in
        let lists = try call.receiver(Recommendations.self).lists.lists
        let position = try call.position("position")
        guard lists.indices.contains(position) else {
            throw LuaError("there is no list \(position + 1). Their numbers run to \(lists.count).")
        }
        return lists[position]
    }

    static let report = Function(
        "report", on: "nj.Recommendations", summary: "Measures each list beyond accuracy.",
        details: """
            With train: popularity@k, the mean percentage of users who have met an item of the list; \
            tail@k, the share of items outside of the most popular ones that have 80 % of the \
            interactions; novelty@k, the mean self-information of an item in bits. With features: \
            diversity@k, the mean distance of two items of the list, which is 1 - cosine for vectors \
            and 1 - Jaccard's index for words. Reports of models on the same examples are compared as \
            those of nj.evaluate.
            """,
        options: [
            .object("train", Part.self, optional: true, "what popularity is counted in"),
            .either(
                "features", [.object(Tensor.self), .string], optional: true,
                "what items are like: a row for each item (or one more, for padding, in front), or"
                    + " a column of words such as genres"),
        ] + Parameter.bootstrap,
        returns: .object(MetricReport.self, "the report"),
        example: "nj.recommend(net, test):report{ train = parts.train, features = \"genres\" }"
    ) { call in
        let object = try call.receiver(Recommendations.self)
        let train = try call.object(ifGiven: "train", as: Part.self)
        let distance = try distance(call, object.log)
        guard train != nil || distance != nil else {
            throw LuaError(
                "there is nothing to measure by. Give train = parts.train, or features = \"genres\"."
            )
        }
        return try object.lists.report(
            popularity: train.map { try popularity(of: $0) }, distance: distance,
            bootstrap: call.bootstrap())
    }

    /// How many users of a part have met each item.
    private static func popularity(of part: Part) throws -> ItemPopularity {
        var counts = [Int](repeating: 0, count: part.log.itemCount)
        let pairs = part.rows.map { row in
            Int64(part.log.users[Int(row)]) << 32 | Int64(part.log.items[Int(row)])
        }
        for pair in Set(pairs) { counts[Int(pair & 0xFFFF_FFFF) - 1] += 1 }
        return try ItemPopularity(counts: counts, users: Set(pairs.map { $0 >> 32 }).count)
    }

    private static func distance(_ call: Call, _ log: Interactions) throws -> ItemDistance? {
        if let tensor = try call.object(ifGiven: "features", as: Tensor.self) {
            let count = tensor.shape.first ?? 0
            guard tensor.shape.count == 2, count == log.itemCount || count == log.itemCount + 1
            else {
                throw LuaError(
                    "features have shape \(tensor.shape). Give \(log.itemCount) rows, one for each"
                        + " item, or one more with padding in front.")
            }
            let (values, width) = (tensor.values, tensor.shape[1])
            return .cosine(
                (count - log.itemCount..<count).map { row in
                    Array(values[row * width..<(row + 1) * width])
                })
        }
        guard let column = try call.string(ifGiven: "features") else { return nil }
        guard let texts = log.itemTable.columns[column] else {
            let known = log.itemTable.columns.keys.sorted()
            throw LuaError(
                "items of \(log.name) have no column '\(column)'. "
                    + (known.isEmpty
                        ? "They have none; give a tensor."
                        : "They have \(known.joined(separator: ", ")); or give a tensor."))
        }
        return .jaccard(texts.map { Set($0.split(separator: "|").map(String.init)) })
    }

    static let text = Function(
        "__tostring", on: "nj.Recommendations", summary: "Names the number of lists and protocol.",
        returns: .string("one line")
    ) { call in try call.receiver(Recommendations.self).description }
}
