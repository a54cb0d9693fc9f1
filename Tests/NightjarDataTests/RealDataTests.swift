import Foundation
import NightjarData
import Testing

/// Where a file of `$NIGHTJAR_DATA` lies, or `nil` when it is not there.
private func dataFile(_ path: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["NIGHTJAR_DATA"] ?? ""
    return folders.split(separator: ":").map { "\($0)/\(path)" }
        .first(where: FileManager.default.fileExists(atPath:))
}

@Suite("Published counts on real data")
struct RealDataTests {
    private static let hundredThousand = dataFile("ml-100k/u.data")
    private static let million = dataFile("ml-1m/user_sequences.txt")

    /// A log whose dense numbers follow the sorted integer ids of the source.
    private func log(_ name: String, users: [Int], items: [Int], times: [Int64]?) throws
        -> Interactions
    {
        func table(_ column: [Int]) throws -> (ids: [Int: Int32], table: AttributeTable) {
            let sorted = Set(column).sorted()
            let pairs = sorted.enumerated().map { ($0.element, Int32($0.offset + 1)) }
            return (
                Dictionary(uniqueKeysWithValues: pairs),
                try AttributeTable(ids: sorted.map { "\($0)" })
            )
        }
        let (user, item) = (try table(users), try table(items))
        return try Interactions(
            name: name, users: users.compactMap { user.ids[$0] },
            items: items.compactMap { item.ids[$0] }, timestamps: times, userTable: user.table,
            itemTable: item.table)
    }

    private func ml100k() throws -> Interactions {
        let path = try #require(Self.hundredThousand)
        let fields = try String(contentsOfFile: path, encoding: .isoLatin1)
            .split(whereSeparator: \.isNewline)
            .map { $0.split(separator: "\t").map { Int($0) ?? -1 } }
        return try log(
            "ml-100k", users: fields.map { $0[0] }, items: fields.map { $0[1] },
            times: fields.map { Int64($0[3]) })
    }

    private func ml1m() throws -> Interactions {
        let path = try #require(Self.million)
        var users: [Int] = []
        var items: [Int] = []
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let numbers = line.split(separator: " ").map { Int($0) ?? -1 }
            items += numbers.dropFirst()
            users += Array(repeating: numbers[0], count: numbers.count - 1)
        }
        return try log("ml-1m", users: users, items: items, times: nil)
    }

    @Test(
        "ML-100K in file order gives the TracIn write-up's 90,404 and 9,596 examples",
        .enabled(if: hundredThousand != nil, "set NIGHTJAR_DATA to a folder with ml-100k"))
    func tracin() throws {
        let split = try ml100k().splitByUserTail(valid: 0, test: 0.1)
        let train = try split.train.windows(length: 50)
        let test = try split.test.windows(length: 50)
        #expect(train.count == 90_404)
        #expect(test.count == 9_596)
        #expect(train.historyLength == 49)
        #expect(split.warnings.count == 2)
        // The write-up's popularity floor: rank counts strictly larger ones, never-seen items too.
        var counts = [Int](repeating: 0, count: split.log.itemCount + 1)
        for target in train.targets { counts[Int(target)] += 1 }
        let ranks = test.targets.map { target in 1 + counts.count { $0 > counts[Int(target)] } }
        let meanReciprocalRank = ranks.reduce(0) { $0 + 1 / Double($1) } / Double(ranks.count)
        let recall = Double(ranks.count { $0 <= 10 }) / Double(ranks.count)
        #expect(abs(meanReciprocalRank - 0.0242) < 0.00005)
        #expect(abs(recall - 0.0486) < 0.00005)
    }

    @Test(
        "ML-100K in time order gives the chronological popularity floor",
        .enabled(if: hundredThousand != nil, "set NIGHTJAR_DATA to a folder with ml-100k"))
    func chronological() throws {
        let split = try ml100k().sortedByTime().splitByUserTail(valid: 0, test: 0.1)
        var counts = [Int](repeating: 0, count: split.log.itemCount + 1)
        for row in split.train.rows { counts[Int(split.log.items[Int(row)])] += 1 }
        let ranks = split.test.rows.map { row in
            1 + counts.count { $0 > counts[Int(split.log.items[Int(row)])] }
        }
        let meanReciprocalRank = ranks.reduce(0) { $0 + 1 / Double($1) } / Double(ranks.count)
        let recall = Double(ranks.count { $0 <= 10 }) / Double(ranks.count)
        #expect(abs(meanReciprocalRank - 0.0143) < 0.00005)
        #expect(abs(recall - 0.0239) < 0.00005)
        #expect(split.warnings.count == 1)
    }

    @Test(
        "ML-100K gives Spotlight's sequences",
        .enabled(if: hundredThousand != nil, "set NIGHTJAR_DATA to a folder with ml-100k"))
    func spotlightSmall() throws {
        let split = try ml100k().sortedByTime().splitByUserHash(seed: 72)
        let parts = [split.train, split.test, split.valid]
        #expect(
            try parts.map { try $0.chunks(length: 100, minimum: 20).count } == [1169, 146, 119])
    }

    @Test(
        "ML-1M gives Spotlight's users and sequences",
        .enabled(if: million != nil, "set NIGHTJAR_DATA to a folder with ml-1m"))
    func spotlight() throws {
        let log = try ml1m()
        #expect(log.count == 999_611)
        let cases: [(seed: UInt32, length: Int, sequences: [Int])] = [
            (72, 100, [9860, 1266, 1300]), (100, 200, [6719, 834, 852]),
        ]
        for example in cases {
            let split = try log.splitByUserHash(seed: example.seed)
            let counts = try [split.train, split.test, split.valid].map {
                try $0.chunks(length: example.length, minimum: 20).count
            }
            #expect(counts == example.sequences)
        }
    }
}
