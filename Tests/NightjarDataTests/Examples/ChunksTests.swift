import NightjarData
import Testing

@Suite("Chunks")
struct ChunksTests {
    private func matrix(_ sequences: Sequences) throws -> [[Int32]] {
        var items = [Int32](repeating: -7, count: sequences.count * sequences.length)
        try items.withUnsafeMutableBufferPointer { buffer in
            try sequences.fill(0..<sequences.count, items: buffer)
        }
        return (0..<sequences.count).map {
            Array(items[($0 * sequences.length)..<(($0 + 1) * sequences.length)])
        }
    }

    /// Users 1 and 2 with items 1 … 7 and 1 … 3, rows interleaved; user 3 only in the test.
    private func train() throws -> Part {
        let log = try smallLog([
            (1, 1), (2, 1), (1, 2), (2, 2), (1, 3), (1, 4), (2, 3), (1, 5), (1, 6), (1, 7), (3, 1),
        ])
        return try Split(of: log, train: (0..<10).map { $0 }, test: [10]).train
    }

    @Test("are cut from the latest row backwards and padded on the left")
    func backwards() throws {
        let chunks = try train().chunks(length: 3)
        #expect(try matrix(chunks) == [[5, 6, 7], [2, 3, 4], [0, 0, 1], [1, 2, 3]])
        #expect(chunks.users == [1, 1, 1, 2])
        #expect(try chunks.rows(of: 1) == [2, 4, 5])
    }

    @Test("overlap when the step is shorter than the length")
    func overlap() throws {
        let chunks = try train().chunks(length: 4, step: 2, minimum: 3)
        #expect(try matrix(chunks) == [[4, 5, 6, 7], [2, 3, 4, 5], [0, 1, 2, 3], [0, 1, 2, 3]])
    }

    @Test("skip rows when the step is longer than the length")
    func gaps() throws {
        let chunks = try train().chunks(length: 2, step: 4)
        #expect(try matrix(chunks) == [[6, 7], [2, 3], [2, 3]])
    }

    @Test("can be the latest of each user alone")
    func latest() throws {
        let chunks = try train().chunks(length: 4, latest: true)
        #expect(try matrix(chunks) == [[4, 5, 6, 7], [0, 1, 2, 3]])
        #expect(try matrix(train().chunks(length: 4, minimum: 4, latest: true)) == [[4, 5, 6, 7]])
    }

    @Test("use only the rows of their own side")
    func ownSide() throws {
        let log = try smallLog((1...9).map { (1, $0) })
        let split = try Split(of: log, train: [0, 1, 2, 3], valid: [4], test: [5, 6, 7, 8])
        #expect(try matrix(split.test.chunks(length: 3)) == [[7, 8, 9], [0, 0, 6]])
    }

    @Test("give their last items as examples")
    func lastItems() throws {
        let chunks = try train().chunks(length: 3)
        let examples = chunks.lastItems()
        #expect(examples.historyLength == 2)
        #expect(examples.targets == [7, 4, 1, 3])
        #expect(try examples.history(of: 0) == [5, 6])
        #expect(try examples.history(of: 2) == [])
        #expect(examples.rows == [9, 5, 0, 6])
        #expect(examples.users == chunks.users)
    }

    @Test("can be chosen, dropped, weighted and joined")
    func choosing() throws {
        let chunks = try train().chunks(length: 3).withWeights([1, 2, 3, 4])
        #expect(try matrix(chunks.subset([3, 0])) == [[1, 2, 3], [5, 6, 7]])
        #expect(try chunks.without([0, 2]).weights == [2, 4])
        let joined = try chunks.without([0, 1, 2]).concatenated(with: chunks.subset([2]))
        #expect(try matrix(joined) == [[1, 2, 3], [0, 0, 1]])
        #expect(joined.weights == [4, 3])
        #expect(try chunks.subset([]).count == 0)
    }

    @Test("refuse lengths, steps and minima below what makes sense")
    func broken() throws {
        let part = try train()
        #expect(throws: ExamplesError.badLength(option: "length", value: 1, minimum: 2)) {
            try part.chunks(length: 1)
        }
        #expect(throws: ExamplesError.badLength(option: "step", value: 0, minimum: 1)) {
            try part.chunks(length: 3, step: 0)
        }
        #expect(throws: ExamplesError.badLength(option: "minimum", value: -1, minimum: 1)) {
            try part.chunks(length: 3, minimum: -1)
        }
        #expect(try part.chunks(length: 3, minimum: 4).count == 0)
        #expect(try part.chunks(length: .max, step: .max).count == 2)
    }
}
