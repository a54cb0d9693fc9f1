// The rows of a log that one side may look at, user after user.

/// Items and rows of all users, one user after the other, in log order within a user.
///
/// Windows and chunks are slices of it, so overlapping ones share their memory.
struct UserStream: Sendable {
    /// Item at each position.
    private(set) var items: [Int32]
    /// Row of the log at each position.
    private(set) var rows: [Int32]

    var count: Int { items.count }

    /// Lays out the rows that `isSeen` accepts.
    ///
    /// `visit` is called for each of them in log order with the row, the first position of its user
    /// and its own position.
    init(
        of log: Interactions, where isSeen: (Int) -> Bool,
        visit: (_ row: Int, _ first: Int, _ position: Int) -> Void
    ) {
        var firsts = [Int](repeating: 0, count: log.userCount + 1)
        for row in 0..<log.count where isSeen(row) { firsts[Int(log.users[row])] += 1 }
        for user in 1..<firsts.count { firsts[user] += firsts[user - 1] }
        let total = firsts[log.userCount]
        items = [Int32](repeating: 0, count: total)
        rows = items
        var next = firsts
        for row in 0..<log.count where isSeen(row) {
            let user = Int(log.users[row]) - 1
            let position = next[user]
            next[user] += 1
            items[position] = log.items[row]
            rows[position] = Int32(row)
            visit(row, firsts[user], position)
        }
    }

    /// Appends the positions of another stream.
    mutating func append(_ other: UserStream) {
        items += other.items
        rows += other.rows
    }
}
