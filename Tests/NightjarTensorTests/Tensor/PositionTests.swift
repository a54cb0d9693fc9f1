import Testing

@testable import NightjarTensor

@Suite("Positions from 1")
struct PositionTests {
    let matrix: Tensor

    init() throws { matrix = try Tensor.range(from: 1, to: 7).reshaped([2, 3]) }

    @Test("reach each element once, in row-major order")
    func elements() throws {
        var seen: [Float] = []
        for row in 1...2 {
            for column in 1...3 { seen.append(try matrix.element(at: [row, column])) }
        }
        #expect(seen == [1, 2, 3, 4, 5, 6])
        try matrix.setElement(at: [2, 1], to: 9)
        #expect(matrix.values == [1, 2, 3, 9, 5, 6])
    }

    @Test(
        "outside of a dimension are errors that name its range", arguments: [0, 4, -1, .max, .min])
    func outside(_ position: Int) throws {
        let error = #expect(throws: TensorError.self) { try matrix.element(at: [1, position]) }
        #expect(error?.description == "at: index \(position) is outside 1 to 3")
        #expect(throws: TensorError.self) { try matrix.row(at: position) }
        #expect(throws: TensorError.self) { try matrix.rows(from: 1, through: position &+ 100) }
        #expect(throws: TensorError.self) { try matrix.axis(at: position == -1 ? -3 : position) }
    }

    @Test("reach the elements of a vector directly")
    func vector() throws {
        let vector = try Tensor([4, 5])
        try vector.setElement(at: 2, to: 6)
        #expect(try vector.element(at: 2) == 6)
        #expect(throws: TensorError.self) { try vector.element(at: 3) }
        #expect(throws: TensorError.self) { try vector.setElement(at: 0, to: 1) }
        #expect(throws: TensorError.self) { try matrix.element(at: 1) }
        #expect(throws: TensorError.self) { try Tensor(scalar: 1).row(at: 1) }
    }

    @Test("of an empty dimension say that it is empty")
    func empty() throws {
        let error = #expect(throws: TensorError.self) { try Tensor([]).row(at: 1) }
        #expect(error?.description == "row: there is no index 1, as that dimension is empty")
    }

    @Test("must be as many as the dimensions", arguments: [[], [1], [1, 1, 1]])
    func count(_ positions: [Int]) {
        #expect(throws: TensorError.self) { try matrix.element(at: positions) }
    }

    @Test("of rows include both ends")
    func rows() throws {
        #expect(try matrix.rows(from: 2, through: 2).values == [4, 5, 6])
        #expect(try matrix.rows(from: 1, through: 2).shape == [2, 3])
        #expect(try matrix.rows(from: 1, through: 0).shape == [0, 3])
        #expect(try matrix.rows(from: 3, through: 2).shape == [0, 3])
        #expect(throws: TensorError.self) { try matrix.rows(from: 2, through: 0) }
        #expect(throws: TensorError.self) { try matrix.rows(from: 1, through: 3) }
    }

    @Test("of dimensions count from either end")
    func axes() throws {
        #expect(try [1, 2, -1, -2].map { try matrix.axis(at: $0) } == [0, 1, 1, 0])
    }

    @Test("of the extremes are those of the first of equal elements")
    func extremes() throws {
        let tensor = try Tensor([3, 8, -1, 8, -1, 2], shape: [3, 2])
        #expect(try tensor.positionsOfMaximum() == [1, 2])
        #expect(try tensor.positionsOfMinimum() == [2, 1])
        #expect(throws: TensorError.self) { try Tensor([]).positionsOfMaximum() }
    }
}

@Suite("Tensors by a rule")
struct CreationTests {
    @Test("count in steps, without the end")
    func ranges() throws {
        #expect(try Tensor.range(to: 4).values == [0, 1, 2, 3])
        #expect(try Tensor.range(from: 5, to: 0, by: -2).values == [5, 3, 1])
        #expect(try Tensor.range(to: 1, by: 0.25).values == [0, 0.25, 0.5, 0.75])
        #expect(try Tensor.range(from: 1, to: 1).count == 0)
        #expect(try Tensor.range(from: 2, to: 1).count == 0)
    }

    @Test("refuse what never ends")
    func endless() {
        #expect(throws: TensorError.self) { try Tensor.range(to: 1, by: 0) }
        #expect(throws: TensorError.self) { try Tensor.range(to: .infinity) }
        #expect(throws: TensorError.self) { try Tensor.range(from: .nan, to: 1) }
        #expect(throws: TensorError.self) { try Tensor.range(to: 1e300) }
        #expect(throws: TensorError.self) { try Tensor.range(to: 1e17) }
    }

    @Test("have 1 on the diagonal")
    func identity() throws {
        #expect(try Tensor.identity(2).values == [1, 0, 0, 1])
        #expect(try Tensor.identity(2, columns: 3).values == [1, 0, 0, 0, 1, 0])
        #expect(try Tensor.identity(0).shape == [0, 0])
        #expect(throws: TensorError.self) { try Tensor.identity(-1) }
        #expect(throws: TensorError.self) { try Tensor.identity(.max) }
    }

    @Test("complete a size of -1, if there is one way")
    func completion() throws {
        let tensor = try Tensor.range(to: 12)
        #expect(try tensor.completing([3, -1]) == [3, 4])
        #expect(try tensor.completing([-1]) == [12])
        #expect(try tensor.completing([5, 7]) == [5, 7])
        for shape in [[5, -1], [-1, -1], [0, -1]] {
            #expect(throws: TensorError.self) { try tensor.completing(shape) }
        }
    }

    @Test("have norms along a dimension")
    func norms() throws {
        let tensor = try Tensor([3, 0, 4, 2], shape: [2, 2])
        #expect(try tensor.norm(axis: 0).values == [5, 2])
        #expect(try tensor.norm(axis: 0, keepingAxis: true).shape == [1, 2])
    }
}
