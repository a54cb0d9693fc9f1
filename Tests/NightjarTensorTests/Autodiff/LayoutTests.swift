import Testing

@testable import NightjarTensor

@Suite("Changes of shape and order")
struct LayoutTests {
    @Test(
        "a transposition moves every element to its place, and its gradient back",
        arguments: [
            ([3, 5], [1, 0]), ([2, 3, 4], [1, 0, 2]), ([2, 3, 4], [2, 0, 1]),
            ([2, 3, 4], [0, 1, 2]), ([1, 3, 17], [2, 1, 0]), ([2, 3, 4, 5], [3, 1, 0, 2]),
            ([2, 0, 3], [2, 1, 0]), ([], []), ([7], [0]),
        ])
    func transpositions(_ shape: [Int], _ order: [Int]) throws {
        let permuted = order.map { shape[$0] }
        try GradientCheck(
            shapes: [shape],
            reference: { inputs in
                let x = NaiveArray(shape, inputs[0])
                return NaiveArray(permuted) { index in
                    var source = index
                    for (new, old) in order.enumerated() { source[old] = index[new] }
                    return x[source]
                }.values
            },
            operation: { try $0.transpose($1[0], order) }
        ).run()
    }

    @Test("a large transposition is right in every piece")
    func large() throws {
        let (rows, columns) = (530, 301)
        let x = try Tensor((0..<rows * columns).map(Float.init), shape: [rows, columns])
        let expected = (0..<rows * columns).map { Float($0 % rows * columns + $0 / rows) }
        #expect(try x.transposed().values == expected)
        #expect(try x.transposed().transposed().values == x.values)
    }

    @Test("exchanging two dimensions is a transposition")
    func exchange() throws {
        let x = try tensor(sample([2, 3, 4], "x"), [2, 3, 4])
        #expect(try x.transposed(0, 1).values == x.transposed([1, 0, 2]).values)
        #expect(try x.transposed(-1, 0).values == x.transposed([2, 1, 0]).values)
        try GradientCheck(
            shapes: [[3, 2]],
            reference: { inputs in [0, 2, 4, 1, 3, 5].map { inputs[0][$0] } },
            operation: { try $0.transpose($1[0]) }
        ).run()
    }

    @Test(
        "a slice has its range's elements, and gradient zero outside",
        arguments: [
            ([5], 0, 1..<3), ([3, 4], 1, 0..<4), ([3, 4], 0, 2..<3), ([2, 3, 4], 1, 1..<3),
            ([2, 3, 4], -1, 3..<4), ([3, 4], 1, 2..<2),
        ])
    func slices(_ shape: [Int], _ axis: Int, _ range: Range<Int>) throws {
        let dimension = axis < 0 ? axis + shape.count : axis
        var result = shape
        result[dimension] = range.count
        try GradientCheck(
            shapes: [shape],
            reference: { inputs in
                let x = NaiveArray(shape, inputs[0])
                return NaiveArray(result) { index in
                    var source = index
                    source[dimension] += range.lowerBound
                    return x[source]
                }.values
            },
            operation: { try $0.slice($1[0], axis: axis, range) }
        ).run()
    }

    @Test("concatenation puts values one after the other", arguments: [0, 1, -1])
    func concatenation(_ axis: Int) throws {
        let dimension = axis < 0 ? axis + 3 : axis
        var shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]]
        shapes[1][dimension] = 1
        shapes[2][dimension] = 0
        var result = shapes[0]
        result[dimension] += 1
        let first = shapes[0][dimension]
        try GradientCheck(
            shapes: shapes,
            reference: { inputs in
                let (x, y) = (NaiveArray(shapes[0], inputs[0]), NaiveArray(shapes[1], inputs[1]))
                return NaiveArray(result) { index in
                    var other = index
                    other[dimension] -= first
                    return index[dimension] < first ? x[index] : y[other]
                }.values
            },
            operation: { try $0.concatenate($1, axis: axis) }
        ).run()
    }

    @Test("a stack puts values side by side", arguments: [0, 1, 2, -1])
    func stacks(_ axis: Int) throws {
        let dimension = axis < 0 ? axis + 3 : axis
        var result = [2, 3]
        result.insert(2, at: dimension)
        try GradientCheck(
            shapes: [[2, 3], [2, 3]],
            reference: { inputs in
                NaiveArray(result) { index in
                    var own = index
                    let which = own.remove(at: dimension)
                    return NaiveArray([2, 3], inputs[which])[own]
                }.values
            },
            operation: { try $0.stack($1, axis: axis) }
        ).run()
    }

    @Test("a new shape keeps the order")
    func reshape() throws {
        try GradientCheck(shapes: [[2, 3]], reference: { $0[0] }) {
            try $0.reshape($1[0], [3, 2, 1])
        }.run()
    }

    @Test("parts, orders and shapes are checked")
    func refusals() throws {
        let x = try Tensor(shape: [2, 3])
        #expect(throws: TensorError.self) { try x.transposed([0, 0]) }
        #expect(throws: TensorError.self) { try x.transposed([0]) }
        #expect(throws: TensorError.self) { try x.transposed(0, 2) }
        #expect(throws: TensorError.indexOutOfRange(operation: "slice", index: 3, limit: 3)) {
            try x.slice(axis: 1, 2..<4)
        }
        #expect(throws: TensorError.self) { try x.slice(axis: 1, -1..<1) }
        #expect(throws: TensorError.self) { try x.slice(axis: 2, 0..<1) }
        #expect(throws: TensorError.self) { try Tensor.concatenate([]) }
        #expect(throws: TensorError.self) { try Tensor.stack([]) }
        #expect(throws: TensorError.self) {
            try Tensor.concatenate([x, Tensor(shape: [2, 4])], axis: 0)
        }
        #expect(throws: TensorError.self) { try Tensor.concatenate([x, Tensor(shape: [3])]) }
        #expect(throws: TensorError.self) { try Tensor.stack([x, Tensor(shape: [3, 2])]) }
        #expect(throws: TensorError.self) { try Tensor.stack([x], axis: 3) }
        #expect(throws: TensorError.self) { try Tape().reshape(Tape().constant(x), [7]) }
    }
}
