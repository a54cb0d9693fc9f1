import NightjarData
import Testing

@Suite("Order in time")
struct TimeOrderTests {
    @Test("sorting keeps simultaneous rows in file order")
    func stable() throws {
        let log = try smallLog(
            [(1, 1), (1, 2), (2, 3), (2, 4), (1, 5), (2, 6)], times: [7, 5, 7, 5, 5, 7])
        let sorted = try log.sortedByTime()
        #expect(sorted.items == [2, 4, 5, 1, 3, 6])
        #expect(sorted.timestamps == [5, 5, 5, 7, 7, 7])
        #expect(!log.isInTimeOrder)
        #expect(sorted.isInTimeOrder)
    }

    @Test("sorting takes the planted masks along")
    func masks() throws {
        let log = try mixedLog()
        let sorted = try log.sortedByTime()
        func marked(_ log: Interactions) throws -> [String] {
            let truth = try #require(log.planted)
            return truth.misclicks.indices.filter { truth.misclicks[$0] }
                .map { "\(log.users[$0]) \(log.items[$0]) \(log.timestamps?[$0] ?? 0)" }.sorted()
        }
        #expect(try marked(sorted) == marked(log))
        #expect(sorted.planted != log.planted)
    }

    @Test("a log without timestamps cannot be sorted")
    func missing() throws {
        let log = try smallLog([(1, 1)])
        #expect(!log.isInTimeOrder)
        #expect(throws: FilterError.missingColumn("timestamps", filter: "sorting by time")) {
            try log.sortedByTime()
        }
    }
}
