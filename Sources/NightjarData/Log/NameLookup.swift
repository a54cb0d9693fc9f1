// From the names that people know to dense numbers.

import NightjarRuntime

extension Interactions {
    /// The dense number of the item with this original id or title.
    ///
    /// An original id wins over a title, and a title in the given letters over one that differs in
    /// upper and lower case only.
    ///
    /// - Throws: ``LookupError``.
    /// - Complexity: O(items).
    public func item(named name: String) throws(LookupError) -> Int {
        try itemTable.row(named: name, kind: "item") + 1
    }

    /// The dense number of the user with this original id.
    ///
    /// - Throws: ``LookupError``.
    /// - Complexity: O(users).
    public func user(named name: String) throws(LookupError) -> Int {
        try userTable.row(named: name, kind: "user") + 1
    }
}

/// What can be wrong with a name that is looked up.
///
/// Every description ends in the next step for the user.
public enum LookupError: Error, Equatable, Sendable {
    /// Nothing has this id or title; `near` holds names like it.
    case notFound(kind: String, name: String, near: [String])
    /// Several have this title.
    case ambiguous(kind: String, name: String, ids: [String])
}

extension LookupError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .notFound(let kind, let name, let near) where near.isEmpty:
            "no \(kind) is called '\(name)'. Give its title or its id as the source spells it."
        case .notFound(let kind, let name, let near):
            "no \(kind) is called '\(name)'. Did you mean "
                + near.map { "'\($0)'" }.joined(separator: " or ") + "?"
        case .ambiguous(let kind, let name, let ids):
            "\(ids.count) \(kind)s are called '\(name)'. Give the id of one: "
                + ids.map { "'\($0)'" }.joined(separator: ", ") + "."
        }
    }
}

extension AttributeTable {
    /// The row (from 0) with this original id or title.
    fileprivate func row(named name: String, kind: String) throws(LookupError) -> Int {
        if let row = ids.firstIndex(of: name) { return row }
        let titles = columns["title"] ?? []
        let wanted = name.lowercased()
        var same: [Int] = []
        var alike: [Int] = []
        var longer: [String] = []
        for (row, title) in titles.enumerated() {
            let lower = title.lowercased()
            if title == name {
                same.append(row)
            } else if lower == wanted {
                alike.append(row)
            } else if !wanted.isEmpty, lower.contains(wanted) {
                longer.append(title)
            }
        }
        let found = same.isEmpty ? alike : same
        if found.count > 1 {
            throw .ambiguous(kind: kind, name: name, ids: found.map { ids[$0] })
        }
        if let row = found.first { return row }
        var near = longer
        if let misspelt = Suggestion.nearest(to: name, in: titles) {
            near = [misspelt] + longer.filter { $0 != misspelt }
        }
        throw .notFound(kind: kind, name: name, near: Array(near.prefix(3)))
    }
}
