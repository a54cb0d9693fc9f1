// What identifies a log in the record of a run.

import Crypto

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
        hash.update(data: Array("nightjar log 1".utf8))
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
                hash.update(data: Array(id.utf8))
            }
        }
        return hash.finalize().hexadecimal
    }
}

extension Digest {
    /// The digest as lower-case hexadecimal digits.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension SHA256 {
    /// Adds the bytes of a column, little-endian.
    mutating func update(column: [some FixedWidthInteger]) {
        #if _endian(little)
            column.withUnsafeBytes { update(bufferPointer: $0) }
        #else
            column.map(\.littleEndian).withUnsafeBytes { update(bufferPointer: $0) }
        #endif
    }
}
