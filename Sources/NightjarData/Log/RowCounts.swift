// How many rows or examples belong to each user or item.

extension Interactions {
    /// Number of rows of each item, the popularity of papers; item `i` stands at `i - 1`.
    public func rowsPerItem() -> [Int] { counts(of: items, upTo: itemCount) }

    /// Number of rows of each user; user `u` stands at `u - 1`.
    public func rowsPerUser() -> [Int] { counts(of: users, upTo: userCount) }
}

extension Examples {
    /// Number of examples of each user of ``log``; user `u` stands at `u - 1`.
    public func examplesPerUser() -> [Int] { counts(of: users, upTo: log.userCount) }
}

/// How often each of 1 … `highest` occurs in `numbers`, which hold no others.
private func counts(of numbers: [Int32], upTo highest: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: highest)
    for number in numbers { counts[Int(number) - 1] += 1 }
    return counts
}
