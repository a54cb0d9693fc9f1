import NightjarData
import Testing

@Suite("Filters by counts")
struct CountFiltersTests {
    private func counts(_ column: [Int32]) -> [Int32: Int] {
        Dictionary(column.map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// The core by definition: filter once, and again, until nothing changes.
    private func naiveCore(_ log: Interactions, _ users: Int, _ items: Int) throws -> Interactions {
        let next = try log.withMinimumCounts(users: users, items: items)
        return next.count == log.count ? log : try naiveCore(next, users, items)
    }

    @Test(
        "the core is the fixed point of filtering by counts",
        arguments: [(2, 2), (5, 0), (0, 12), (9, 9), (10, 11), (14, 10)])
    func fixedPoint(_ users: Int, _ items: Int) throws {
        let log = try mixedLog()
        let core = try log.kCore(users: users, items: items)
        #expect(counts(core.users).values.allSatisfy { $0 >= users })
        #expect(counts(core.items).values.allSatisfy { $0 >= items })
        let naive = try naiveCore(log, users, items)
        #expect(core.users == naive.users)
        #expect(core.items == naive.items)
        #expect(core.timestamps == naive.timestamps)
        #expect(core.planted == naive.planted)
    }

    @Test("a core that needs several rounds loses more than counting once")
    func rounds() throws {
        // Item 1 has one row; without it user 1 has one row; without that, item 2 has one.
        let log = try smallLog([(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4), (4, 3), (4, 4)])
        #expect(try log.withMinimumCounts(users: 2, items: 2).users == [1, 2, 2, 3, 3, 4, 4])
        #expect(try log.kCore(users: 2, items: 2).users == [3, 3, 4, 4])
    }

    @Test("peels a chain that needs as many rounds as it has rows")
    func chain() throws {
        var rows = (1...3_000).flatMap {
            [(user: Int32($0), item: Int32($0)), (Int32($0), Int32($0) + 1)]
        }
        rows += [(3_001, 3_002), (3_001, 3_003), (3_002, 3_002), (3_002, 3_003)]
        let core = try smallLog(rows).kCore(users: 2, items: 2)
        #expect(core.users == [3_001, 3_001, 3_002, 3_002])
    }

    @Test("minima of 0 and 1 change nothing")
    func noLimit() throws {
        let log = try mixedLog()
        #expect(try log.kCore(users: 0, items: 1).users == log.users)
        #expect(try log.withMinimumCounts(users: 1, items: 0).users == log.users)
    }

    @Test("refuse negative minima and empty results")
    func broken() throws {
        let log = try mixedLog()
        #expect(throws: FilterError.negativeMinimum(-1)) { try log.kCore(users: -1, items: 2) }
        #expect(throws: FilterError.negativeMinimum(-5)) {
            try log.withMinimumCounts(users: 0, items: -5)
        }
        #expect(throws: FilterError.nothingLeft(filter: "the 9999/1-core")) {
            try log.kCore(users: 9999, items: 1)
        }
    }
}
