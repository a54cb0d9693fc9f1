import Testing

@testable import NightjarTensor

@Suite("Arithmetic of two values")
struct ArithmeticTests {
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let formula: @Sendable (Double, Double) -> Double
        let apply: @Sendable (Tape, Variable, Variable) throws -> Variable
    }

    static let operations = [
        Operation(testDescription: "add", formula: { $0 + $1 }) { try $0.add($1, $2) },
        Operation(testDescription: "subtract", formula: { $0 - $1 }) { try $0.subtract($1, $2) },
        Operation(testDescription: "multiply", formula: { $0 * $1 }) { try $0.multiply($1, $2) },
        Operation(testDescription: "divide", formula: { $0 / $1 }) { try $0.divide($1, $2) },
    ]

    /// Left operand, right operand, result.
    static let shapes: [[[Int]]] = [
        [[], [], []], [[1], [1], [1]], [[3], [3], [3]], [[17], [], [17]], [[], [33], [33]],
        [[3, 17], [17], [3, 17]], [[17], [3, 17], [3, 17]], [[3, 1], [1, 5], [3, 5]],
        [[3, 5], [3, 1], [3, 5]], [[2, 3, 4], [3, 1], [2, 3, 4]],
        [[2, 1, 4], [3, 1], [2, 3, 4]],
        [[2, 1, 3, 1], [4, 1, 5], [2, 4, 3, 5]], [[1, 3], [2, 1, 1], [2, 1, 3]],
        [[0], [1], [0]], [[2, 0], [1], [2, 0]], [[1, 1], [3], [1, 3]],
    ]

    @Test("equals the formula, with gradients, for shapes that fit", arguments: operations, shapes)
    func values(_ operation: Operation, _ shapes: [[Int]]) throws {
        try GradientCheck(
            shapes: Array(shapes.prefix(2)), low: 0.5, high: 2,
            reference: { inputs in
                let (x, y) = (NaiveArray(shapes[0], inputs[0]), NaiveArray(shapes[1], inputs[1]))
                return NaiveArray(shapes[2]) { operation.formula(x[$0], y[$0]) }.values
            },
            operation: { try operation.apply($0, $1[0], $1[1]) }
        ).run()
    }

    @Test("adds both contributions of a value that is used twice")
    func usedTwice() throws {
        try GradientCheck(shapes: [[5]], reference: { $0[0].map { $0 * $0 + $0 } }) { tape, x in
            try tape.add(tape.multiply(x[0], x[0]), x[0])
        }.run()
    }

    @Test("scales, shifts and negates")
    func scalars() throws {
        try GradientCheck(shapes: [[3, 5]], reference: { $0[0].map { -(3 * $0 + 2) } }) {
            tape, x in try tape.negate(tape.shift(tape.scale(x[0], by: 3), by: 2))
        }.run()
    }

    @Test(
        "refuses shapes that do not fit",
        arguments: [([2], [3]), ([2, 3], [2]), ([0], [2]), ([4, 1, 2], [3, 3])])
    func badShapes(_ left: [Int], _ right: [Int]) throws {
        let (x, y) = (try Tensor(shape: left), try Tensor(shape: right))
        #expect(throws: TensorError.shapeMismatch(operation: "divide", left, right)) {
            try x / y
        }
    }

    @Test("is the same in parallel as in one piece")
    func largeShapes() throws {
        let (rows, columns) = (700, 301)
        let x = try tensor(sample([rows, columns], "x"), [rows, columns])
        let row = try tensor(sample([columns], "row"), [columns])
        let column = try tensor(sample([rows, 1], "column"), [rows, 1])
        let found = [
            try x + row, try x * column, try x.reshaped([rows * columns]) + 2, try column - row,
        ].map(\.values)
        let (xs, rowValues, columnValues) = (x.values, row.values, column.values)
        for r in 0..<rows {
            for k in stride(from: r % 7, to: columns, by: 7) {
                let place = r * columns + k
                let expected = [
                    xs[place] + rowValues[k], xs[place] * columnValues[r], xs[place] + 2,
                    columnValues[r] - rowValues[k],
                ]
                #expect(found.map { $0[place] } == expected)
            }
        }
    }
}
