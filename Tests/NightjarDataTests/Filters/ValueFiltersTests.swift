import NightjarData
import Testing

@Suite("Filters by rating and time")
struct ValueFiltersTests {
    private func log() throws -> Interactions {
        try smallLog(
            [(1, 1), (1, 2), (2, 3), (2, 4)], times: [10, 20, 20, 30], ratings: [5, 3.5, 4, 1])
    }

    @Test("a rating threshold includes its own value")
    func threshold() throws {
        #expect(try log().rated(atLeast: 4).items == [1, 3])
        #expect(try log().rated(atLeast: 3.5).items == [1, 2, 3])
    }

    @Test("a time range includes its start and excludes its end")
    func range() throws {
        #expect(try log().during(from: 20, until: 30).items == [2, 3])
        #expect(try log().during(until: 20).items == [1])
        #expect(try log().during(from: 30).items == [4])
        #expect(try log().during().items == [1, 2, 3, 4])
    }

    @Test("refuse thresholds and ranges that leave nothing")
    func nothing() throws {
        let log = try log()
        #expect(throws: FilterError.self) { try log.rated(atLeast: 5.5) }
        #expect(throws: FilterError.self) { try log.rated(atLeast: .nan) }
        #expect(throws: FilterError.self) { try log.during(from: 25, until: 20) }
    }

    @Test("name the column that is missing")
    func missing() throws {
        let bare = try smallLog([(1, 1), (1, 2)])
        #expect(throws: FilterError.missingColumn("timestamps", filter: "a time range")) {
            try bare.during(from: 3)
        }
        #expect(throws: FilterError.missingColumn("ratings", filter: "a rating threshold of 4.0")) {
            try bare.rated(atLeast: 4)
        }
    }
}
