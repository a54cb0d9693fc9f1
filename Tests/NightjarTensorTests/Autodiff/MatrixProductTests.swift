import Testing

@testable import NightjarTensor

@Suite("Matrix products")
struct MatrixProductTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let left: [Int]
        let right: [Int]
        let result: [Int]
        var testDescription: String { "\(left) by \(right)" }
    }

    static let cases = [
        Case(left: [1, 1], right: [1, 1], result: [1, 1]),
        Case(left: [3, 5], right: [5, 2], result: [3, 2]),
        Case(left: [17, 3], right: [3, 5], result: [17, 5]),
        Case(left: [2, 33], right: [33, 3], result: [2, 3]),
        Case(left: [2, 3, 4], right: [2, 4, 5], result: [2, 3, 5]),
        Case(left: [2, 3, 4], right: [4, 5], result: [2, 3, 5]),
        Case(left: [3, 4], right: [2, 4, 5], result: [2, 3, 5]),
        Case(left: [2, 1, 3, 4], right: [3, 4, 2], result: [2, 3, 3, 2]),
        Case(left: [1, 3, 4], right: [5, 4, 2], result: [5, 3, 2]),
        Case(left: [0, 3, 4], right: [0, 4, 2], result: [0, 3, 2]),
        Case(left: [3, 0], right: [0, 2], result: [3, 2]),
        Case(left: [2, 0, 3], right: [3, 2], result: [2, 0, 2]),
    ]

    @Test(
        "equals the sums of products, with gradients, however operands are stored",
        arguments: cases, [(false, false), (true, false), (false, true), (true, true)])
    func values(_ example: Case, _ flags: (left: Bool, right: Bool)) throws {
        func stored(_ shape: [Int], _ isTransposed: Bool) -> [Int] {
            isTransposed ? shape.dropLast(2) + shape.suffix(2).reversed() : shape
        }
        func read(_ array: NaiveArray, _ index: [Int], _ isTransposed: Bool) -> Double {
            array[stored(index, isTransposed)]
        }
        let shapes = [stored(example.left, flags.left), stored(example.right, flags.right)]
        try GradientCheck(
            shapes: shapes, tolerance: 5e-5,
            reference: { inputs in
                let (a, b) = (NaiveArray(shapes[0], inputs[0]), NaiveArray(shapes[1], inputs[1]))
                return NaiveArray(example.result) { index in
                    var sum = 0.0
                    for k in 0..<(example.left.last ?? 0) {
                        let row: [Int] = index.dropLast() + [k]
                        let column: [Int] = index.dropLast(2) + [k, index[index.count - 1]]
                        sum += read(a, row, flags.left) * read(b, column, flags.right)
                    }
                    return sum
                }.values
            },
            operation: {
                try $0.matmul(
                    $1[0], $1[1], transposingLeft: flags.left, transposingRight: flags.right)
            }
        ).run()
    }

    @Test("is right for products large enough to run in parallel")
    func large() throws {
        let a = try tensor(sample([130, 70], "a"), [130, 70])
        let b = try tensor(sample([70, 150], "b"), [70, 150])
        let (x, y, found) = (a.doubles, b.doubles, try a.matmul(b).doubles)
        var expected = [Double](repeating: 0, count: 130 * 150)
        for place in expected.indices {
            let (row, column) = (place / 150, place % 150)
            for k in 0..<70 { expected[place] += x[row * 70 + k] * y[k * 150 + column] }
        }
        #expect(difference(found, expected) < 1e-5)
        let many = try tensor(sample([100, 9, 70], "many"), [100, 9, 70])
        let wide = try many.matmul(b.broadcast(to: [100, 70, 150]))
        #expect(difference(wide.doubles, try many.matmul(b).doubles) < 1e-5)
    }

    @Test("multiplies rows and vectors")
    func rows() throws {
        try GradientCheck(
            shapes: [[3, 2, 17], [3, 2, 17]],
            reference: { inputs in
                let (x, y) = (NaiveArray([6, 17], inputs[0]), NaiveArray([6, 17], inputs[1]))
                return NaiveArray([6, 17]) { x[$0] * y[$0] }.reduced(1) { $0.reduce(0, +) }.values
            },
            operation: { try $0.rowDot($1[0], $1[1]) }
        ).run()
        #expect(try Tensor([1, 2, 3]).dot(Tensor([4, 5, 6])) == 32)
        let outer = try Tensor([1, 2]).outer(Tensor([3, 4, 5]))
        #expect(outer.shape == [2, 3] && outer.values == [3, 4, 5, 6, 8, 10])
    }

    @Test("refuses operands that do not fit")
    func refusals() throws {
        let a = try Tensor(shape: [2, 3])
        #expect(throws: TensorError.shapeMismatch(operation: "matmul", [2, 3], [2, 3])) {
            try a.matmul(a)
        }
        #expect(throws: TensorError.self) { try a.matmul(Tensor(shape: [3])) }
        #expect(throws: TensorError.self) {
            try Tensor(shape: [2, 2, 3]).matmul(Tensor(shape: [3, 3, 2]))
        }
        #expect(throws: TensorError.self) { try a.rowDot(Tensor(shape: [3, 2])) }
        #expect(throws: TensorError.self) { try a.outer(Tensor([1])) }
        #expect(throws: TensorError.self) { try a.dot(Tensor([1])) }
    }
}
