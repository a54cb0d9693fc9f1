import Testing

@testable import NightjarData

@Suite("Finding examples")
struct ExamplesSearchTests {
    @Test("by target, by user, or by both is the same as looking at each")
    func search() throws {
        let examples = try mixedLog().whole().windows(length: 5)
        let (users, targets) = (examples.users, examples.targets)
        let (user, target) = (users[17], targets[17])
        let all = Array(0..<examples.count)
        #expect(examples.indices() == all)
        #expect(examples.indices(target: target) == all.filter { targets[$0] == target })
        #expect(examples.indices(user: user) == all.filter { users[$0] == user })
        #expect(
            examples.indices(target: target, user: user)
                == all.filter { targets[$0] == target && users[$0] == user })
        #expect(examples.indices(target: .max).isEmpty)
    }
}
