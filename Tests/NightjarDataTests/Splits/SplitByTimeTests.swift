import NightjarData
import Testing

@Suite("Split by time")
struct SplitByTimeTests {
    @Test(
        "no row is later than a row of a later side, and ties stay together",
        arguments: [(0.1, 0.1), (0, 0.2), (0.3, 0.6), (0.05, 0.011)])
    func order(_ valid: Double, _ test: Double) throws {
        let split = try mixedLog().splitByTime(valid: valid, test: test)
        let times = try #require(split.log.timestamps)
        func range(_ part: Part) -> (first: Int64, last: Int64)? {
            let own = part.rows.map { times[Int($0)] }
            guard let first = own.min(), let last = own.max() else { return nil }
            return (first, last)
        }
        let train = try #require(range(split.train))
        let held = try #require(range(split.test))
        #expect(train.last < held.first)
        if valid > 0 {
            let middle = try #require(range(split.valid))
            #expect(train.last < middle.first)
            #expect(middle.last < held.first)
        } else {
            #expect(split.valid.rows.isEmpty)
        }
        #expect(split.train.count + split.valid.count + split.test.count == 600)
        #expect(split.test.count >= Int(test * 600))
        #expect(split.log.isInTimeOrder)
        #expect(split.warnings.isEmpty)
    }

    @Test("a cut takes all rows of its instant to the later side")
    func ties() throws {
        let log = try smallLog(
            (1...8).map { (1, $0) }, times: [1, 2, 3, 4, 5, 5, 5, 6])
        let split = try log.splitByTime(valid: 0, test: 0.25)  // exact share: from the third 5
        #expect(split.test.rows == [4, 5, 6, 7])
        #expect(split.train.rows == [0, 1, 2, 3])
    }

    @Test("instants divide as shares that fall on them")
    func instants() throws {
        let log = try smallLog((1...6).map { (1, $0) }, times: [60, 50, 40, 30, 20, 10])
        let split = try log.splitByTime(validFrom: 40, testFrom: 60)
        #expect(split.log.items == [6, 5, 4, 3, 2, 1])
        #expect(split.train.rows == [0, 1, 2])
        #expect(split.valid.rows == [3, 4])
        #expect(split.test.rows == [5])
    }

    @Test("the protocol stands in one line, with instants that can be used again")
    func line() throws {
        let times: [Int64] = [874_724_710, 874_724_711, 893_286_637, 893_286_638]
        let split = try smallLog((1...4).map { (1, $0) }, times: times)
            .splitByTime(valid: 0.25, test: 0.25)
        #expect(
            split.protocolLine
                == "by time, one instant for all users: valid from 1998-04-22 (893286637),"
                + " test from 1998-04-22 (893286638); train 2, valid 1, test 1 rows")
        #expect("\(split)" == split.protocolLine)
    }

    @Test("refuses empty sides, bad shares, bad instants and logs without timestamps")
    func broken() throws {
        let log = try smallLog((1...4).map { (1, $0) }, times: [1, 1, 1, 1])
        #expect(throws: SplitError.emptySide(.train)) {
            try log.splitByTime(valid: 0, test: 0.5)
        }
        #expect(throws: SplitError.emptySide(.valid)) {
            try log.splitByTime(valid: 0.25, test: 0.5)
        }
        #expect(throws: SplitError.emptySide(.test)) { try log.splitByTime(test: 0.1) }
        #expect(throws: SplitError.emptySide(.test)) { try log.splitByTime(testFrom: 2) }
        #expect(throws: SplitError.badInstants(valid: 3, test: 3)) {
            try log.splitByTime(validFrom: 3, testFrom: 3)
        }
        for (valid, test) in [(0.5, 0.5), (-0.1, 0.1), (0.1, 0), (0.1, 1.2)] {
            #expect(throws: SplitError.badShares(valid: valid, test: test)) {
                try log.splitByTime(valid: valid, test: test)
            }
        }
        #expect(throws: SplitError.self) { try log.splitByTime(valid: .nan, test: 0.1) }
        #expect(throws: SplitError.missingColumn("timestamps", split: "a split by time")) {
            try smallLog([(1, 1), (1, 2)]).splitByTime()
        }
    }
}
