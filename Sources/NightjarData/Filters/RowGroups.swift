// Rows grouped by user or by item.

/// The rows of a log grouped by a key from 1, each group in log order.
struct RowGroups {
    private let rows: [Int32]
    private let starts: [Int]

    /// Number of groups, also of empty ones.
    var count: Int { starts.count - 1 }

    /// Groups rows 0 ..< `keys.count` by their keys 1 … `count` (a counting sort).
    init(_ keys: [Int32], count: Int) {
        var starts = [Int](repeating: 0, count: count + 1)
        for key in keys { starts[Int(key)] += 1 }
        for group in 1..<starts.count { starts[group] += starts[group - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: keys.count)
        for (row, key) in keys.enumerated() {
            rows[next[Int(key) - 1]] = Int32(row)
            next[Int(key) - 1] += 1
        }
        self.rows = rows
        self.starts = starts
    }

    /// The rows of `key`, ascending.
    subscript(key: Int) -> ArraySlice<Int32> { rows[starts[key - 1]..<starts[key]] }
}

extension Interactions {
    /// The rows of each user, in log order.
    func rowsByUser() -> RowGroups { RowGroups(users, count: userCount) }

    /// The rows of each item, in log order.
    func rowsByItem() -> RowGroups { RowGroups(items, count: itemCount) }
}
