import Testing

@testable import NightjarTensor

@Suite("Comparisons and choices")
struct ComparisonTests {
    @Test("masks are 1 where the comparison holds, and never for not-a-number")
    func masks() throws {
        let x = try Tensor([1, 2, 3, .nan])
        let y = try Tensor([2, 2, 2, 2])
        #expect(try x.greater(than: y).values == [0, 0, 1, 0])
        #expect(try x.greaterOrEqual(to: y).values == [0, 1, 1, 0])
        #expect(try x.less(than: y).values == [1, 0, 0, 0])
        #expect(try x.lessOrEqual(to: y).values == [1, 1, 0, 0])
        #expect(try x.equal(to: y).values == [0, 1, 0, 0])
        #expect(try x.notEqual(to: y).values == [1, 0, 1, 1])
        #expect(try x.greater(than: Tensor(scalar: 2)).values == [0, 0, 1, 0])
    }

    @Test("the larger and the smaller keep not-a-number from either side")
    func extremes() throws {
        let x = try Tensor([1, 3, .nan, 1])
        let y = try Tensor([2, 2, 2, .nan])
        let (larger, smaller) = (try x.maximum(y).values, try x.minimum(y).values)
        #expect(larger.prefix(2) == [2, 3] && larger.suffix(2).allSatisfy(\.isNaN))
        #expect(smaller.prefix(2) == [1, 2] && smaller.suffix(2).allSatisfy(\.isNaN))
    }

    @Test("a choice repeats smaller shapes, the mask's too")
    func choices() throws {
        let mask = try Tensor([1, 0], shape: [2, 1])
        let chosen = try Tensor.select(
            mask, Tensor([1, 2, 3]), otherwise: Tensor(scalar: 9))
        #expect(chosen.shape == [2, 3] && chosen.values == [1, 2, 3, 9, 9, 9])
        #expect(throws: TensorError.self) {
            try Tensor.select(mask, Tensor(shape: [3, 3]), otherwise: Tensor(scalar: 0))
        }
    }

    @Test("broadcasting repeats and refuses to shrink")
    func broadcasting() throws {
        let x = try Tensor([1, 2], shape: [2, 1])
        #expect(try x.broadcast(to: [2, 2, 3]).values == [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2])
        #expect(throws: TensorError.self) { try x.broadcast(to: [1, 1]) }
        #expect(throws: TensorError.self) { try x.broadcast(to: [2]) }
        #expect(throws: TensorError.self) { try x.broadcast(to: [-1, 2, 1]) }
    }
}
