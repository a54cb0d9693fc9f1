import Testing

@testable import NightjarData

@Suite("Counts by user and item")
struct RowCountsTests {
    @Test("stand at the number minus one, zeros included")
    func counts() throws {
        let log = try smallLog([(1, 4), (3, 1), (3, 4), (1, 4)])
        #expect(log.rowsPerItem() == [1, 0, 0, 3])
        #expect(log.rowsPerUser() == [2, 0, 2])
        #expect(try log.whole().windows(length: 2, minHistory: 1).examplesPerUser() == [1, 0, 1])
    }

    @Test("add up to the number of rows")
    func sums() throws {
        let log = try mixedLog()
        #expect(log.rowsPerItem().reduce(0, +) == log.count)
        #expect(log.rowsPerUser().reduce(0, +) == log.count)
    }
}
