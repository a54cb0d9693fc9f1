import NightjarData
import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Batch")
struct BatchTests {
    @Test("lays histories out step by step", arguments: [1, 3, 16, 17, 50])
    func timeMajor(_ count: Int) throws {
        let steps = 5
        let histories = (0..<Int32(count * steps)).map { $0 }
        let batch = try Batch(histories: histories, targets: [Int32](repeating: 1, count: count))
        #expect(batch.examples == count)
        #expect(batch.steps == steps)
        for example in 0..<count {
            for step in 0..<steps {
                #expect(batch.ids[step * count + example] == histories[example * steps + step])
            }
        }
    }

    @Test("refuses histories that are not as many as targets")
    func badSizes() {
        #expect(throws: TensorError.self) { try Batch(histories: [1, 2, 3], targets: [1, 2]) }
        #expect(throws: TensorError.self) { try Batch(histories: [], targets: []) }
    }

    @Test("takes chosen examples in the given order, padded on the left")
    func chosenExamples() throws {
        let log = try Interactions(
            name: "small", users: [1, 1, 1, 2, 2], items: [3, 1, 2, 2, 3],
            userTable: AttributeTable(ids: ["a", "b"]),
            itemTable: AttributeTable(ids: ["x", "y", "z"]))
        let examples = try Split(of: log, train: [0, 1, 2, 3], test: [4]).train.windows(length: 3)
        let batch = try Batch(examples, [2, 0, 3])
        #expect(batch.targets == [2, 3, 2])
        #expect(batch.ids == [3, 0, 0, 1, 0, 0])
        #expect(throws: ExamplesError.indexOutOfRange(index: 4, count: 4)) {
            try Batch(examples, [4])
        }
        #expect(throws: TensorError.self) { try Batch(examples, [Int]()) }
    }

    @Test("refuses more items than fit in memory", arguments: [1 << 31, 1 << 61, Int.max])
    func tooLong(_ length: Int) throws {
        let log = try Interactions(
            name: "small", users: [1, 1, 1], items: [1, 2, 1],
            userTable: AttributeTable(ids: ["a"]), itemTable: AttributeTable(ids: ["x", "y"]))
        let examples = try Split(of: log, train: [0, 1], test: [2]).train.windows(length: length)
        #expect(throws: TensorError.self) { try Batch(examples, 0..<2) }
    }
}
