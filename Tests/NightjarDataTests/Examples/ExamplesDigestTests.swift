import Testing

@testable import NightjarData

@Suite("Digest of examples")
struct ExamplesDigestTests {
    private func examples(of items: [Int32], train: [Int32], length: Int = 3) throws -> Examples {
        let log = try smallLog(items.map { (user: 1, item: $0) })
        return try Split(of: log, train: train, test: [5]).train.windows(length: length)
    }

    @Test("is equal for equal examples, and depends on all that a model learns from")
    func dependence() throws {
        let items: [Int32] = [1, 2, 3, 4, 5, 6]
        let base = try examples(of: items, train: [0, 1, 2, 3])
        #expect(try base.digest == examples(of: items, train: [0, 1, 2, 3]).digest)
        #expect(base.digest.count == 64)
        let others = [
            try examples(of: [1, 3, 2, 4, 5, 6], train: [0, 1, 2, 3]),
            try examples(of: items, train: [0, 1, 2]),
            try examples(of: items, train: [0, 1, 2, 3], length: 4),
            try base.without([0]), try base.subset([1, 0, 2, 3]),
            try base.withWeights([1, 1, 1, 1]), try base.withWeights([1, 1, 1, 0]),
        ]
        #expect(Set(others.map(\.digest) + [base.digest]).count == others.count + 1)
    }

    @Test("stands beside all that the user met before, not only the history")
    func itemsBefore() throws {
        let log = try smallLog([(1, 4), (2, 9), (1, 5), (1, 6), (2, 8), (1, 7)])
        let split = try Split(of: log, train: [0, 1, 2, 3, 4], test: [5])
        let train = try split.train.windows(length: 2)
        #expect(
            try (0..<5).map { Array(try train.itemsBefore($0)) } == [[], [], [4], [4, 5], [9]])
        #expect(try train.history(of: 3) == [5])
        #expect(try Array(split.test.windows(length: 2).itemsBefore(0)) == [4, 5, 6])
        #expect(throws: ExamplesError.indexOutOfRange(index: 5, count: 5)) {
            try train.itemsBefore(5)
        }
    }
}
