import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Rows of tokens")
struct TokenRowsTests {
    /// Three sequences, 7 8 9, nothing, and 5, of four steps: time-major.
    private let tokens: [Int32] = [0, 0, 0, 7, 0, 0, 8, 0, 0, 9, 0, 5]

    @Test("go example by example, oldest first, without padding")
    func packed() {
        let rows = TokenRows(tokens, examples: 3, limit: 10, keepsPadding: false)
        #expect(rows.tokens == [7, 8, 9, 5])
        #expect(rows.positions == [2, 1, 0, 0])
        #expect(rows.sequences == [0..<3, 3..<3, 3..<4])
        #expect(rows.shape == [4])
        #expect(rows.rowOfPlace == [-1, -1, -1, 0, -1, -1, 1, -1, -1, 2, -1, 3])
        #expect(rows.lastRows == [2, -1, 3])
    }

    @Test("stand at regular distances with their padding")
    func regular() {
        let rows = TokenRows(tokens, examples: 3, limit: 10, keepsPadding: true)
        #expect(rows.tokens == [-1, 7, 8, 9, -1, -1, -1, -1, -1, -1, -1, 5])
        #expect(rows.positions == [-1, 2, 1, 0, -1, -1, -1, -1, -1, -1, -1, 0])
        #expect(rows.sequences == [1..<4, 8..<8, 11..<12])
        #expect(rows.shape == [3, 4])
        #expect(rows.lastRows == [3, -1, 11])
    }

    @Test("are the latest ones alone where there is a limit")
    func limit() {
        let packed = TokenRows(tokens, examples: 3, limit: 2, keepsPadding: false)
        #expect(packed.tokens == [8, 9, 5])
        #expect(packed.rowOfPlace == [-1, -1, -1, -1, -1, -1, 0, -1, -1, 1, -1, 2])
        let regular = TokenRows(tokens, examples: 3, limit: 2, keepsPadding: true)
        #expect(regular.tokens == [8, 9, -1, -1, -1, 5])
        #expect(regular.shape == [3, 2])
    }

    @Test("draw what dropout leaves out from the items of their own sequence, from its end on")
    func dropout() throws {
        func keys(_ sequences: [[Int32]], steps: Int) throws -> [[UInt64]] {
            let items = sequences.flatMap { [Int32](repeating: 0, count: steps - $0.count) + $0 }
            let batch = try Batch(sequences: items, examples: sequences.count)
            let rows = TokenRows(
                batch.ids, examples: sequences.count, limit: 10, keepsPadding: false)
            let noise = RandomStream(seed: 3, "noise")
            #expect(try rows.dropout(rate: 0, batch, noise: noise) == nil)
            #expect(try rows.dropout(rate: 0.5, batch, noise: nil) == nil)
            let all = try #require(try rows.dropout(rate: 0.5, batch, noise: noise)).keys
            return rows.sequences.map { Array(all[$0]) }
        }
        let alone = try keys([[1, 2, 3]], steps: 3)[0]
        #expect(Set(alone).count == 3)
        let together = try keys([[4, 5], [1, 2, 3], [3, 2, 1]], steps: 6)
        #expect(together[1] == alone)
        #expect(Set(together.flatMap(\.self)).count == 8)
    }
}
