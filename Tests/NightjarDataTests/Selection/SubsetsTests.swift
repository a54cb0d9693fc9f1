import Testing

@testable import NightjarData

@Suite("Subsets")
struct SubsetsTests {
    @Test("name what they keep or what they leave out, and know the other")
    func complement() throws {
        let only = try Subset.only([4, 0, 2], of: 6)
        #expect((only.kept, only.leftOut, only.count) == ([0, 2, 4], [1, 3, 5], 3))
        let without = try Subset.without([5, 0], of: 6)
        #expect((without.kept, without.leftOut, without.count) == ([1, 2, 3, 4], [0, 5], 4))
        let whole = try Subset.without([], of: 3)
        #expect((whole.kept, whole.leftOut) == ([0, 1, 2], []))
        #expect(try Subset.only([], of: 3).leftOut == [0, 1, 2])
    }

    @Test("refuse numbers that the set does not have, and doubles")
    func broken() {
        #expect(throws: SelectionError.negative(-1)) { try Subset.only([-1], of: 3) }
        #expect(throws: SelectionError.outside(3, count: 3, subject: .examples)) {
            try Subset.without([0, 3], of: 3)
        }
        #expect(throws: SelectionError.outside(.max, count: 3, subject: .examples)) {
            try Subset.without([.max], of: 3)
        }
        #expect(throws: SelectionError.repeated(1)) { try Subset.only([1, 0, 1], of: 3) }
        #expect(throws: SelectionError.otherSet(count: 3, expected: 4)) {
            try Subsets([.only([1], of: 3)], of: 4)
        }
    }

    @Test("drawn at random have the asked size, and each example the asked chance")
    func random() throws {
        let subsets = try Subsets.random(400, share: 0.3, of: 50, seed: 7)
        #expect(subsets.all.allSatisfy { $0.count == 15 })
        var times = [Int](repeating: 0, count: 50)
        for subset in subsets.all { for example in subset.kept { times[example] += 1 } }
        // Binomial with mean 120 and deviation 9.2.
        #expect(times.allSatisfy { (70...170).contains($0) })
        #expect(Set(subsets.all.map(\.named)).count == 400)
    }

    @Test("drawn at random do not depend on how many are drawn")
    func prefix() throws {
        let few = try Subsets.random(3, share: 0.5, of: 20, seed: 1)
        let many = try Subsets.random(9, share: 0.5, of: 20, seed: 1)
        #expect(few.all == Array(many.all.prefix(3)))
        #expect(try Subsets.random(3, share: 0.5, of: 20, seed: 2) != few)
    }

    @Test("drawn at random name those that are fewer, kept or left out")
    func named() throws {
        let few = try Subsets.random(5, share: 0.2, of: 10, seed: 3)
        #expect(few.all.allSatisfy { $0.keepsNamed && $0.named.count == 2 })
        let many = try Subsets.random(5, share: 0.8, of: 10, seed: 3)
        #expect(many.all.allSatisfy { !$0.keepsNamed && $0.named.count == 2 && $0.count == 8 })
        #expect(try Subsets.random(1, share: 1, of: 10, seed: 3).all[0].count == 10)
        #expect(throws: SelectionError.tooManySubsets(100_000)) {
            try Subsets.random(100_000, share: 0.5, of: 1_000_000, seed: 1)
        }
    }

    @Test("of groups keep or leave out whole groups")
    func groups() throws {
        let users: [Int32] = [7, 7, 3, 3, 3, 9, 1, 1]
        let subsets = try Subsets.random(20, share: 0.5, of: 8, groups: users, seed: 4)
        for subset in subsets.all {
            let kept = Set(subset.kept.map { users[$0] })
            #expect(kept.count == 2)
            #expect(kept.isDisjoint(with: subset.leftOut.map { users[$0] }))
        }
        #expect(throws: SelectionError.lengths("groups", expected: 3, found: 8)) {
            try Subsets.random(1, share: 0.5, of: 3, groups: users, seed: 1)
        }
    }

    @Test("cannot keep nothing, or more than there is", arguments: [0, 0.01, 1.2, -1, .nan])
    func share(_ share: Double) {
        #expect(throws: SelectionError.self) {
            try Subsets.random(1, share: share, of: 10, seed: 1)
        }
    }
}
