import NightjarData

/// A log written row by row in a test.
func smallLog(
    _ rows: [(user: Int32, item: Int32)], times: [Int64]? = nil, ratings: [Float]? = nil,
    planted: PlantedTruth? = nil, userIDs: [String]? = nil
) throws -> Interactions {
    let userCount = Int(rows.map(\.user).max() ?? 0)
    let itemCount = Int(rows.map(\.item).max() ?? 0)
    return try Interactions(
        name: "small", users: rows.map(\.user), items: rows.map(\.item), ratings: ratings,
        timestamps: times,
        userTable: AttributeTable(ids: userIDs ?? (0..<userCount).map { "u\($0 + 1)" }),
        itemTable: AttributeTable(
            ids: (0..<itemCount).map { "i\($0 + 1)" },
            columns: ["title": (0..<itemCount).map { "Film \($0 + 1)" }]),
        planted: planted)
}

/// A log with ties, gaps and users of very different lengths, from a fixed recipe.
///
/// Rows are in no order of time; about one row in three shares its instant with another one.
func mixedLog(rows: Int = 600, users: Int32 = 23, items: Int32 = 41) throws -> Interactions {
    var state: UInt32 = 12345
    func draw(_ bound: UInt32) -> UInt32 {
        state = state &* 1_664_525 &+ 1_013_904_223
        return (state >> 8) % bound
    }
    let pairs = (0..<rows).map { _ in
        let low = min(draw(UInt32(users)), draw(UInt32(users)))
        return (user: Int32(low) + 1, item: Int32(draw(UInt32(items))) + 1)
    }
    let times = (0..<rows).map { _ in 1_000 + Int64(draw(UInt32(rows))) }
    let marks = (0..<rows).map { _ in draw(10) == 0 }
    return try smallLog(
        pairs, times: times, ratings: pairs.indices.map { Float($0 % 5 + 1) },
        planted: PlantedTruth(
            misclicks: marks, junk: marks.map { !$0 }, duplicates: marks.indices.map { $0 % 7 == 0 }
        ))
}
