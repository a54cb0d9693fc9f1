import NightjarData
import Testing

@Suite("Splits")
struct SplitTests {
    @Test("take given rows, in the order of the log, and leave the others out")
    func given() throws {
        let log = try smallLog((1...6).map { (1, $0) })
        let split = try Split(of: log, train: [2, 0, 0], test: [4], rule: "published files")
        #expect(split.train.rows == [0, 2])
        #expect(split.valid.rows == [])
        #expect(split.test.rows == [4])
        #expect(
            split.protocolLine == "published files; train 2, valid 0, test 1 rows, 3 unused")
        #expect(split.test.interactions().items == [5])
    }

    @Test("refuse rows that are outside the log or on two sides, and empty sides")
    func broken() throws {
        let log = try smallLog((1...6).map { (1, $0) })
        #expect(throws: SplitError.rowOutOfRange(row: 6, count: 6)) {
            try Split(of: log, train: [0, 6], test: [1])
        }
        #expect(throws: SplitError.rowOutOfRange(row: -1, count: 6)) {
            try Split(of: log, train: [0], test: [-1])
        }
        #expect(throws: SplitError.rowOnTwoSides(row: 1)) {
            try Split(of: log, train: [0, 1], valid: [1], test: [2])
        }
        #expect(throws: SplitError.emptySide(.test)) { try Split(of: log, train: [0], test: []) }
        #expect(throws: SplitError.emptySide(.train)) { try Split(of: log, train: [], test: [0]) }
    }

    @Test("drop interactions on every side and keep row numbers")
    func without() throws {
        let split = try mixedLog().splitByTime()
        let dropped: [Int32] = [0, 17, split.test.rows[3], split.test.rows[3]]
        let left = try split.without(rows: dropped)
        #expect(left.train.rows == split.train.rows.filter { !dropped.contains($0) })
        #expect(left.test.rows == split.test.rows.filter { !dropped.contains($0) })
        #expect(left.log.items == split.log.items)
        #expect(left.protocolLine.contains("3 rows dropped"))
        #expect(throws: SplitError.rowOutOfRange(row: 600, count: 600)) {
            try split.without(rows: [600])
        }
        #expect(throws: SplitError.emptySide(.valid)) {
            try split.without(rows: split.valid.rows)
        }
    }

    @Test("end every error in what to do next")
    func errors() {
        let errors: [SplitError] = [
            .emptySide(.valid), .badShares(valid: 1, test: 0), .badInstants(valid: 2, test: 1),
            .missingColumn("timestamps", split: "a split by time"),
            .rowOutOfRange(row: 3, count: 2), .rowOnTwoSides(row: 3),
        ]
        for error in errors {
            let last = error.description.split(separator: ". ").last ?? ""
            #expect(["Give", "Split", "Row"].contains { last.hasPrefix($0) }, "\(error)")
        }
    }
}
