import NightjarData
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Predictions of subsets")
struct SubsetPredictionsTests {
    @Test("add up the scores of what is kept, however a subset is named")
    func sums() throws {
        let scores = try Tensor([1, 10, 2, 20, 4, 40, 8, 80], shape: [4, 2])
        let subsets = try Subsets(
            [
                .only([0, 2], of: 4), .without([0, 2], of: 4), .without([], of: 4),
                .only([], of: 4), .only([3], of: 4),
            ], of: 4)
        let predictions = try SubsetPredictions(scores, on: subsets)
        #expect(predictions.perTarget == [[5, 10, 15, 0, 8], [50, 100, 150, 0, 80]])
    }

    @Test("refuse scores of another set")
    func otherSet() throws {
        let subsets = try Subsets([.only([0], of: 4)], of: 4)
        #expect(throws: SelectionError.otherSet(count: 4, expected: 3)) {
            try SubsetPredictions(Tensor([1, 2, 3], shape: [3, 1]), on: subsets)
        }
        #expect(throws: SelectionError.self) {
            try SubsetPredictions(Tensor([1, 2, 3, 4]), on: subsets)
        }
    }
}
