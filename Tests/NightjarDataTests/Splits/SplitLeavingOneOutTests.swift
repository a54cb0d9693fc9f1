import NightjarData
import Testing

@Suite("Leave one out")
struct SplitLeavingOneOutTests {
    private let rows: [(user: Int32, item: Int32)] = [
        (1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (2, 2), (1, 4), (3, 2), (3, 3), (4, 1),
    ]

    @Test("tests on each last row, validates on the one before, and keeps short users whole")
    func previous() throws {
        let split = try smallLog(rows).splitLeavingOneOut()
        #expect(split.test.rows == [6, 8])
        #expect(split.valid.rows == [4, 7])
        #expect(split.train.rows == [0, 1, 2, 3, 5, 9])
        #expect(split.protocolLine.contains("2 users too short to test"))
    }

    @Test("without validation, two rows are enough")
    func none() throws {
        let split = try smallLog(rows).splitLeavingOneOut(valid: .none)
        #expect(split.test.rows == [5, 6, 8])
        #expect(split.valid.rows == [])
    }

    @Test("random validation takes one earlier row of each user, the same for the same seed")
    func random() throws {
        let log = try mixedLog()
        let split = try log.splitLeavingOneOut(valid: .random(seed: 3))
        #expect(try split.test.rows == log.splitLeavingOneOut().test.rows)
        let tested = Set(split.test.rows.map { log.users[Int($0)] })
        #expect(split.valid.count == tested.count)
        #expect(Set(split.valid.rows.map { log.users[Int($0)] }) == tested)
        #expect(try log.splitLeavingOneOut(valid: .random(seed: 3)).valid.rows == split.valid.rows)
        #expect(try log.splitLeavingOneOut(valid: .random(seed: 4)).valid.rows != split.valid.rows)
    }

    @Test("always warns of other users' future when it is there")
    func warning() throws {
        let split = try mixedLog().sortedByTime().splitLeavingOneOut()
        #expect(split.warnings.contains { $0.contains("Ji et al., TOIS 2023") })
    }

    @Test("refuses a log in which nobody has enough rows")
    func short() throws {
        #expect(throws: SplitError.emptySide(.valid)) {
            try smallLog([(1, 1), (1, 2), (2, 1)]).splitLeavingOneOut()
        }
    }
}
