// What identifies a log in the record of a run.

import NightjarRuntime

extension Interactions {
    /// SHA-256 of the rows and of the original ids, as 64 hexadecimal digits.
    ///
    /// Two logs with one digest train the same model. The name and attributes such as titles do not
    /// count. The hash covers, in this order: the text `nightjar log 1`, the four counts and flags,
    /// users, items, ratings and timestamps as little-endian columns, and each original id after
    /// its length.
    ///
    /// - Complexity: O(rows + users + items).
    public var digest: String {
        var hash = SHA256()
        hash.update("nightjar log 1")
        hash.update(
            column: [
                Int64(count), Int64(userCount), Int64(itemCount),
                (ratings == nil ? 0 : 1) + (timestamps == nil ? 0 : 2),
            ])
        hash.update(column: users)
        hash.update(column: items)
        if let ratings { hash.update(column: ratings.map(\.bitPattern)) }
        if let timestamps { hash.update(column: timestamps) }
        for table in [userTable, itemTable] {
            for id in table.ids {
                hash.update(column: [Int64(id.utf8.count)])
                hash.update(id)
            }
        }
        return hash.hexadecimal
    }
}
