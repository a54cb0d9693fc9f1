import NightjarData
import Testing

@Suite("Split by user hash")
struct SplitByUserHashTests {
    /// One row for each user, whose ids are 1 … `count`.
    private func log(users count: Int32) throws -> Interactions {
        try smallLog(
            (1...count).map { (user: $0, item: 1) }, userIDs: (1...count).map { "\($0)" })
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let seed: UInt32
        let counts: [Int]
        let train: [Int32]
        let test: [Int32]
        let valid: [Int32]
        var testDescription: String { "RandomState(\(seed))" }
    }

    /// Users of ML-1M (ids 1 … 6040) on each side, and the first ones.
    static let cases = [
        Case(
            seed: 72, counts: [4794, 636, 610], train: [1, 2, 3, 5, 6, 7, 9, 10],
            test: [13, 18, 47, 53, 54], valid: [4, 8, 44, 58, 61]),
        Case(
            seed: 100, counts: [4818, 601, 621], train: [1, 3, 5, 7, 8, 9, 10, 11],
            test: [6, 16, 17, 19, 23], valid: [2, 4, 14, 34, 60]),
    ]

    @Test("holds out the users that Spotlight holds out", arguments: cases)
    func published(_ example: Case) throws {
        let split = try log(users: 6040).splitByUserHash(seed: example.seed)
        #expect([split.train.count, split.test.count, split.valid.count] == example.counts)
        #expect(split.train.rows.prefix(8).map { $0 + 1 } == example.train)
        #expect(split.test.rows.prefix(5).map { $0 + 1 } == example.test)
        #expect(split.valid.rows.prefix(5).map { $0 + 1 } == example.valid)
    }

    @Test("gives 776, 91 and 76 users of ML-100K's ids 1 to 943")
    func hundredThousand() throws {
        let split = try log(users: 943).splitByUserHash(seed: 72)
        #expect([split.train.count, split.test.count, split.valid.count] == [776, 91, 76])
    }

    @Test("hashes original ids, so a filter moves nobody to another side")
    func stable() throws {
        let all = try log(users: 200)
        let kept = try all.without(rows: (0..<100).map { $0 * 2 }).relabelled()
        func testIDs(_ log: Interactions) throws -> Set<String> {
            let split = try log.splitByUserHash(seed: 72, share: 0.5)
            return Set(split.test.rows.map { log.userTable.ids[Int(log.users[Int($0)]) - 1] })
        }
        #expect(try testIDs(kept) == testIDs(all).intersection(kept.userTable.ids))
    }

    @Test("says when ids are not integers and dense numbers are hashed")
    func names() throws {
        let named = try smallLog((1...200).map { (user: $0, item: 1) })
        let numbered = try log(users: 200)
        let split = try named.splitByUserHash(seed: 72)
        #expect(split.protocolLine.contains("murmur3 of their dense numbers"))
        #expect(try split.test.rows == numbered.splitByUserHash(seed: 72).test.rows)
    }

    @Test("refuses bad shares", arguments: [0, 1, -0.2, .nan])
    func broken(_ share: Double) throws {
        let log = try log(users: 100)
        #expect(throws: SplitError.self) { try log.splitByUserHash(seed: 1, share: share) }
    }
}
