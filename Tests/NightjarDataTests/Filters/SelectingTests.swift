import NightjarData
import Testing

@Suite("Choosing rows")
struct SelectingTests {
    @Test("keeps all columns and the planted masks aligned")
    func aligned() throws {
        let log = try mixedLog()
        let rows: [Int32] = [5, 3, 3, 599, 0]
        let chosen = try log.selecting(rows)
        let truth = try #require(log.planted)
        let chosenTruth = try #require(chosen.planted)
        for (place, row) in rows.enumerated() {
            let row = Int(row)
            #expect(chosen.users[place] == log.users[row])
            #expect(chosen.items[place] == log.items[row])
            #expect(chosen.ratings?[place] == log.ratings?[row])
            #expect(chosen.timestamps?[place] == log.timestamps?[row])
            #expect(chosenTruth.misclicks[place] == truth.misclicks[row])
            #expect(chosenTruth.junk[place] == truth.junk[row])
            #expect(chosenTruth.duplicates[place] == truth.duplicates[row])
        }
        #expect(chosen.count == rows.count)
        #expect(chosen.userCount == log.userCount)
    }

    @Test("drops exactly the named rows, named once or twice")
    func without() throws {
        let log = try smallLog([(1, 1), (1, 2), (2, 3), (2, 4)])
        #expect(try log.without(rows: [2, 0, 2]).items == [2, 4])
        #expect(try log.without(rows: []).items == [1, 2, 3, 4])
    }

    @Test("refuses rows outside the log", arguments: [-1, 4, Int32.max, Int32.min])
    func outside(_ row: Int32) throws {
        let log = try smallLog([(1, 1), (1, 2), (2, 3), (2, 4)])
        let error = FilterError.rowOutOfRange(row: Int(row), count: 4)
        #expect(throws: error) { try log.selecting([0, row]) }
        #expect(throws: error) { try log.without(rows: [row]) }
    }

    @Test("refuses to leave nothing")
    func nothing() throws {
        let log = try smallLog([(1, 1), (1, 2)])
        #expect(throws: FilterError.nothingLeft(filter: "dropping rows")) {
            try log.without(rows: [0, 1])
        }
    }
}
