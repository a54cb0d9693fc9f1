// Lists and truth in the format of trec_eval, so that outside programs can audit our figures.

import NightjarRuntime

/// One ranked list, best item first.
public struct RankedList: Sendable, Equatable {
    /// Whose list it is: a user, or one example of a user.
    public let query: String
    /// The items, best first.
    public let items: [String]

    /// Creates a list.
    public init(query: String, items: [String]) {
        self.query = query
        self.items = items
    }
}

/// What is relevant for one query.
public struct Judgements: Sendable, Equatable {
    /// Whose relevant items these are.
    public let query: String
    /// Relevant items, with how relevant they are; 1 when relevance is binary.
    public let items: [(item: String, grade: Int)]

    /// Creates judgements with a grade for each item.
    public init(query: String, items: [(item: String, grade: Int)]) {
        self.query = query
        self.items = items
    }

    /// Creates binary judgements.
    public init(query: String, relevant: [String]) {
        self.init(query: query, items: relevant.map { ($0, 1) })
    }

    /// Whether two judgements are the same, grades included.
    public static func == (left: Judgements, right: Judgements) -> Bool {
        left.query == right.query && left.items.elementsEqual(right.items, by: ==)
    }
}

/// Writes the two files that trec_eval and ir_measures read.
public enum TRECFile {
    /// Writes a run: lines of `query Q0 item rank score tag`.
    ///
    /// trec_eval ignores the rank column, sorts by score, and puts equal scores in descending order
    /// of item ids. The score written is therefore the number of items from here to the end of the
    /// list: it falls strictly, so the order is the list's own, ties already broken.
    ///
    /// - Throws: ``TRECError`` for identifiers that cannot be written and for repetitions,
    ///   `FileError` from the system, `Interrupted` when the user asks to stop; no file is left then.
    public static func writeRun(
        _ lists: some Sequence<RankedList>, tag: String = "nightjar", to path: String
    ) throws {
        try check(tag, "tag")
        try DurableFile.write(to: path) { file in
            var queries: Set<String> = []
            for list in lists {
                try start(list.query, &queries)
                try checkItems(list.items, of: list.query)
                for (place, item) in list.items.enumerated() {
                    let score = list.items.count - place
                    try file.append("\(list.query) Q0 \(item) \(place + 1) \(score) \(tag)\n")
                }
            }
        }
    }

    /// Writes judgements (qrels): lines of `query 0 item grade`.
    ///
    /// - Throws: ``TRECError`` for identifiers that cannot be written and for repetitions,
    ///   `FileError` from the system, `Interrupted` when the user asks to stop; no file is left then.
    public static func writeJudgements(
        _ judgements: some Sequence<Judgements>, to path: String
    ) throws {
        try DurableFile.write(to: path) { file in
            var queries: Set<String> = []
            for judged in judgements {
                try start(judged.query, &queries)
                try checkItems(judged.items.map(\.item), of: judged.query)
                for (item, grade) in judged.items {
                    try file.append("\(judged.query) 0 \(item) \(grade)\n")
                }
            }
        }
    }

    private static func start(_ query: String, _ queries: inout Set<String>) throws {
        try Interruption.check()
        try check(query, "query")
        guard queries.insert(query).inserted else { throw TRECError.repeatedQuery(query) }
    }

    private static func checkItems(_ items: [String], of query: String) throws {
        var met: Set<String> = []
        for item in items {
            try check(item, "item")
            guard met.insert(item).inserted else {
                throw TRECError.repeatedItem(item, query: query)
            }
        }
    }

    private static func check(_ text: String, _ kind: String) throws {
        guard !text.isEmpty, !text.contains(where: \.isWhitespace) else {
            throw TRECError.badIdentifier(text, kind: kind)
        }
    }
}
