import Testing

@testable import NightjarTensor

@Suite("Rows and elements by choice")
struct SelectionTests {
    @Test("rows are taken in the order asked for, of any rank")
    func rows() throws {
        let cube = try Tensor((0..<12).map(Float.init), shape: [3, 2, 2])
        #expect(try cube.rows(at: [2, 0, 2]).values == [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11])
        #expect(try cube.rows(at: [2, 0]).shape == [2, 2, 2])
        #expect(try Tensor([5, 6, 7]).rows(at: [1, 1]).values == [6, 6])
        #expect(try cube.rows(at: []).shape == [0, 2, 2])
    }

    @Test("rows are added where they belong, twice where a position occurs twice")
    func adding() throws {
        let table = try Tensor(repeating: 1, shape: [3, 2])
        let sums = try table.adding(Tensor([1, 2, 3, 4], shape: [2, 2]), toRows: [2, 2])
        #expect(sums.values == [1, 1, 1, 1, 5, 7])
        #expect(table.values == [1, 1, 1, 1, 1, 1])
        #expect(try table.adding(Tensor(scalar: 5), toRows: [0]).values == [6, 6, 1, 1, 1, 1])
    }

    @Test("a mask picks elements, repeated over rows if need be")
    func mask() throws {
        let matrix = try Tensor([1, 2, 3, 4], shape: [2, 2])
        #expect(
            try matrix.elements(where: matrix.greater(than: Tensor(scalar: 2))).values == [3, 4])
        #expect(try matrix.elements(where: Tensor([0, 1])).values == [2, 4])
        #expect(matrix.nonZeroPlaces() == [0, 1, 2, 3])
    }

    @Test("the variance is divided by n - 1")
    func variance() throws {
        let matrix = try Tensor([1, 2, 4, 3, 5, 9], shape: [2, 3])
        #expect(abs(try Tensor([1, 2, 4]).variance() - 7.0 / 3) < 1e-12)
        #expect(try matrix.variance(axis: 0).values == [2, 4.5, 12.5])
        #expect(try matrix.variance(axis: 1, keepingAxis: true).shape == [2, 1])
        #expect(
            try Tensor([3]).variance().isNaN && matrix.rows(0..<1).variance(axis: 0).values[0].isNaN
        )
    }

    @Test("positions outside are refused")
    func refusals() throws {
        let matrix = try Tensor(repeating: 1, shape: [3, 2])
        for bad in [-1, 3, Int.max, Int.min] {
            #expect(throws: TensorError.self) { try matrix.rows(at: [bad]) }
            #expect(throws: TensorError.self) { try matrix.adding(matrix, toRows: [0, bad, 1]) }
        }
        #expect(throws: TensorError.self) { try Tensor(scalar: 1).rows(at: [0]) }
        #expect(throws: TensorError.self) { try matrix.adding(matrix, toRows: [0]) }
        #expect(throws: TensorError.self) { try matrix.elements(where: Tensor([1, 2, 3])) }
    }
}
