/// What can be wrong with lists and judgements to be written as TREC files.
///
/// Every description ends in the next step for the user.
public enum TRECError: Error, Equatable, Sendable {
    /// An identifier is empty or holds white space, which separates the columns of the file.
    case badIdentifier(String, kind: String)
    /// A list holds an item twice.
    case repeatedItem(String, query: String)
    /// Two lists or two sets of judgements belong to one query.
    case repeatedQuery(String)
}

extension TRECError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .badIdentifier(let text, let kind):
            "\(kind) '\(text)' cannot stand in a TREC file, whose columns are separated by white"
                + " space. Use an id that is not empty and has no spaces, such as a number."
        case .repeatedItem(let item, let query):
            "item '\(item)' is twice in the list of '\(query)'. Rank each item once."
        case .repeatedQuery(let query):
            "'\(query)' is there twice. Give each example its own id, such as user-position."
        }
    }
}
