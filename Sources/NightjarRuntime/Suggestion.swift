// "Did you mean …?" for every name that a user can misspell.

/// Finds the name that a user probably meant.
public enum Suggestion {
    /// The candidate nearest to `name`, if it is near enough to be what was meant: one edit away for
    /// three or four characters, two for more; fewer characters are near everything.
    ///
    /// Distance is optimal string alignment: insert, delete, replace, or swap two neighbours. Ties
    /// go to the earlier candidate.
    public static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
        let most = name.count > 4 ? 2 : name.count > 2 ? 1 : 0
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(name.lowercased(), candidate.lowercased())
            guard distance <= most, distance < candidate.count else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The words `(did you mean 'x'?)` with a leading space, or nothing.
    public static func hint(for name: String, in candidates: some Sequence<String>) -> String {
        nearest(to: name, in: candidates).map { " (did you mean '\($0)'?)" } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        if abs(a.count - b.count) > 2 { return 3 }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (i, scalar) in a.enumerated() {
            var row = [i + 1]
            for (j, other) in b.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (scalar == other ? 0 : 1))
                if i > 0, j > 0, scalar == b[j - 1], a[i - 1] == other {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
