// Which column of a table is what.

import NightjarRuntime

/// Column names that need no explanation.
enum UsualNames {
    private static let names: [(FieldRole, Set<String>)] = [
        (.user, ["user", "userid", "uid", "reviewerid", "customerid", "sessionid"]),
        (
            .item,
            ["item", "itemid", "iid", "movieid", "productid", "asin", "parentasin", "trackid"]
        ),
        (.rating, ["rating", "ratings", "score", "stars", "overall"]),
        (.timestamp, ["timestamp", "time", "unixreviewtime", "unixtime"]),
    ]

    /// The role of a column called `name`; case, `_`, `-` and spaces do not count.
    static func role(of name: String) -> FieldRole? {
        let plain = String(name.lowercased().filter { !"_- ".contains($0) })
        return names.first { $0.1.contains(plain) }?.0
    }
}

/// The columns of a table while roles are given to them.
struct ColumnRoles {
    let file: String
    let names: [String]?
    private(set) var roles: [FieldRole]

    /// Gives every role its column, as `options` say.
    ///
    /// - Throws: ``DataError/missingColumn(file:role:columns:hint:)`` when the user or the item, or
    ///   a column that was asked for, is not there.
    init(
        file: String, names: [String]?, fieldCount: Int, _ options: ReadingOptions
    ) throws(DataError) {
        self.file = file
        self.names = names
        roles = Array(repeating: .ignored, count: fieldCount)
        try place(.user, options.user)
        try place(.item, options.item)
        try place(.rating, options.rating)
        try place(.timestamp, options.timestamp)
    }

    /// Gives `role` to a column; a column that has one already is refused.
    private mutating func place(
        _ role: FieldRole, _ choice: ColumnChoice
    ) throws(DataError) {
        let isNeeded = role == .user || role == .item
        let position: Int?
        var hint = ""
        switch choice {
        case .automatic:
            if let names {
                position = names.firstIndex { UsualNames.role(of: $0) == role }
            } else {
                // Without a header, columns come in the order user, item, rating, time.
                let usual = [FieldRole.user, .item, .rating, .timestamp].firstIndex(of: role)
                position = usual.flatMap { roles.indices ~= $0 ? $0 : nil }
            }
        case .named(let name):
            position = names?.firstIndex(of: name)
            hint = " called '\(name)'" + Suggestion.hint(for: name, in: names ?? [])
        case .position(let number):
            position = 1...max(1, roles.count) ~= number ? number - 1 : nil
            hint = " at position \(number)"
        case .absent:
            position = nil
        }
        if let position, roles[position] == .ignored {
            roles[position] = role
            return
        }
        if let position {
            // Without a header, what is left for a role may be taken by another by choice.
            if choice == .automatic, names == nil, !isNeeded { return }
            hint = ": column \(position + 1) is the \(roles[position].rawValue) already"
        }
        let isAsked = choice != .automatic && choice != .absent
        guard !isNeeded, !isAsked else {
            throw .missingColumn(
                file: file, role: role.rawValue,
                columns: names ?? (1...max(1, roles.count)).map { String($0) }, hint: hint)
        }
    }
}
