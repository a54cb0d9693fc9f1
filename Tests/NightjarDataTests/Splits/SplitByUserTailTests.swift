import NightjarData
import Testing

@Suite("Split by user tail")
struct SplitByUserTailTests {
    @Test("takes the last share of each user's rows, rounded down, and as many before it")
    func tail() throws {
        let log = try mixedLog()
        let split = try log.splitByUserTail(valid: 0.1, test: 0.1, minimumRows: 10)
        for user in Set(log.users) {
            func own(_ part: Part) -> [Int32] { part.rows.filter { log.users[Int($0)] == user } }
            let all = log.users.indices.filter { log.users[$0] == user }.map { Int32($0) }
            let (train, valid, test) = (own(split.train), own(split.valid), own(split.test))
            if all.count < 10 {
                #expect(train + valid + test == [])
            } else {
                #expect(train + valid + test == all)
                #expect(test.count == all.count / 10)
                #expect(valid.count == all.count / 10)
            }
        }
        #expect(split.protocolLine.contains("in file order: 10% test, 10% valid"))
        #expect(split.protocolLine.hasSuffix("unused"))
    }

    @Test("counts the training rows that are later than the first test row")
    func leakage() throws {
        let log = try smallLog(
            [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4)], times: [1, 2, 3, 4, 5, 6])
        let split = try log.splitByUserTail(valid: 0, test: 0.5, minimumRows: 1)
        #expect(split.warnings.count == 1)
        #expect(split.warnings[0].contains("2 of 3 training rows are later"))
        #expect(split.protocolLine.contains("in time order"))
    }

    @Test("warns when last does not mean latest, and when nothing is known of time")
    func unordered() throws {
        let backwards = try smallLog((1...10).map { (1, $0) }, times: (1...10).map { -$0 })
            .splitByUserTail(valid: 0)
        #expect(backwards.warnings.contains { $0.contains("not in time order") })
        let timeless = try smallLog((1...10).map { (1, $0) }).splitByUserTail(valid: 0)
        #expect(timeless.warnings.count == 1)
        #expect(timeless.warnings[0].contains("without timestamps"))
    }

    @Test("refuses a share that no user is long enough for")
    func empty() throws {
        let log = try smallLog((1...10).map { (1, $0) })
        #expect(throws: SplitError.emptySide(.test)) { try log.splitByUserTail(test: 0.05) }
        #expect(throws: SplitError.emptySide(.valid)) {
            try log.splitByUserTail(valid: 0.05, test: 0.1)
        }
        #expect(throws: SplitError.emptySide(.train)) {
            try log.splitByUserTail(minimumRows: 11)
        }
    }
}
