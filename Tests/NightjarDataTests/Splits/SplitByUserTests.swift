import NightjarData
import Testing

@Suite("Splits by user and at random")
struct SplitByUserTests {
    @Test("hold out whole users, as many as the shares say")
    func wholeUsers() throws {
        let log = try mixedLog()
        let split = try log.splitByUser(valid: 0.2, test: 0.3, seed: 1)
        func users(_ part: Part) -> Set<Int32> { Set(part.rows.map { log.users[Int($0)] }) }
        let all = Set(log.users).count
        #expect(users(split.test).count == Int(0.3 * Double(all)))
        #expect(users(split.valid).count == Int(0.2 * Double(all)))
        #expect(users(split.train).isDisjoint(with: users(split.test)))
        #expect(users(split.train).isDisjoint(with: users(split.valid)))
        #expect(users(split.valid).isDisjoint(with: users(split.test)))
        #expect(split.train.count + split.valid.count + split.test.count == log.count)
    }

    @Test("a user's side does not depend on the order of rows")
    func orderFree() throws {
        let log = try mixedLog()
        let reversed = try log.selecting((0..<Int32(log.count)).reversed())
        func testUsers(_ log: Interactions) throws -> Set<Int32> {
            Set(try log.splitByUser(seed: 9).test.rows.map { log.users[Int($0)] })
        }
        #expect(try testUsers(log) == testUsers(reversed))
    }

    @Test("random rows have exact counts, repeat by seed, and say that they are leaky")
    func randomRows() throws {
        let log = try mixedLog()
        let split = try log.splitAtRandom(valid: 0.1, test: 0.2, seed: 5)
        #expect(split.test.count == 120)
        #expect(split.valid.count == 60)
        #expect(try log.splitAtRandom(valid: 0.1, test: 0.2, seed: 5).test.rows == split.test.rows)
        #expect(try log.splitAtRandom(valid: 0.1, test: 0.2, seed: 6).test.rows != split.test.rows)
        #expect(split.protocolLine.contains("leaky"))
        let later = split.test.rows.count { row in
            split.train.rows.contains {
                $0 > row && log.users[Int($0)] == log.users[Int(row)]
            }
        }
        #expect(split.warnings[0].contains("for \(later) of 120 test rows"))
    }

    @Test("refuse shares too small for a single user or row")
    func broken() throws {
        let log = try mixedLog()
        #expect(throws: SplitError.emptySide(.test)) { try log.splitByUser(test: 0.01, seed: 1) }
        #expect(throws: SplitError.emptySide(.valid)) {
            try log.splitAtRandom(valid: 0.001, seed: 1)
        }
    }
}
