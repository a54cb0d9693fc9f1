import Testing

@testable import NightjarTensor

@Suite("Differentiable reductions")
struct ReductionTests {
    struct Case: Sendable {
        let shape: [Int]
        let axis: Int
    }

    static let cases = [
        Case(shape: [5], axis: 0), Case(shape: [3, 17], axis: 0), Case(shape: [3, 17], axis: 1),
        Case(shape: [2, 3, 4], axis: 1), Case(shape: [2, 3, 4], axis: -1),
        Case(shape: [1, 1, 1], axis: -2), Case(shape: [4, 1], axis: 1),
    ]

    @Test(
        "sums along a dimension", arguments: cases + [Case(shape: [3, 0], axis: 1)], [true, false])
    func sums(_ example: Case, _ keepsAxis: Bool) throws {
        try check(example, keepsAxis, { $0.reduce(0, +) }) {
            try $0.sum($1, axis: example.axis, keepingAxis: keepsAxis)
        }
    }

    @Test("averages along a dimension", arguments: cases, [true, false])
    func means(_ example: Case, _ keepsAxis: Bool) throws {
        try check(example, keepsAxis, { $0.reduce(0, +) / Double($0.count) }) {
            try $0.mean($1, axis: example.axis, keepingAxis: keepsAxis)
        }
    }

    @Test("finds maxima along a dimension", arguments: cases, [true, false])
    func maxima(_ example: Case, _ keepsAxis: Bool) throws {
        try check(example, keepsAxis, { $0.max() ?? .nan }) {
            try $0.maximum($1, axis: example.axis, keepingAxis: keepsAxis)
        }
    }

    @Test("sums and averages everything", arguments: [[], [1], [33], [3, 17]])
    func everything(_ shape: [Int]) throws {
        let weights = sample(shape, "weights")
        try GradientCheck(shapes: [shape], reference: { [$0[0].reduce(0, +)] }) {
            try $0.sum($1[0])
        }.run()
        try GradientCheck(
            shapes: [shape], reference: { [$0[0].reduce(0, +) / Double($0[0].count)] }
        ) { try $0.mean($1[0]) }.run()
        try GradientCheck(
            shapes: [shape],
            reference: { [zip($0[0], weights).reduce(0) { $0 + $1.0 * $1.1 }] }
        ) { try $0.weightedSum($1[0], tensor(weights, shape)) }.run()
    }

    @Test("the gradient of equal maxima goes to the first")
    func ties() throws {
        let tape = Tape(GradientSum())
        let x = tape.input(try Tensor([2, 7, 7, 1]))
        try tape.backward(from: tape.maximum(x, axis: 0))
        #expect(x.gradient?.values == [0, 1, 0, 0])
    }

    @Test("dimensions and weights are checked")
    func refusals() throws {
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [2, 0]))
        #expect(throws: TensorError.self) { try tape.sum(x, axis: 2) }
        #expect(throws: TensorError.self) { try tape.mean(x, axis: -3) }
        #expect(throws: TensorError.self) { try tape.maximum(x, axis: 1) }
        #expect(throws: TensorError.self) { try tape.weightedSum(x, Tensor(shape: [0])) }
    }

    private func check(
        _ example: Case, _ keepsAxis: Bool, _ formula: @escaping ([Double]) -> Double,
        _ operation: @escaping (Tape, Variable) throws -> Variable
    ) throws {
        let axis = example.axis < 0 ? example.axis + example.shape.count : example.axis
        var shape = example.shape
        if keepsAxis { shape[axis] = 1 } else { shape.remove(at: axis) }
        try GradientCheck(
            shapes: [example.shape],
            reference: { NaiveArray(example.shape, $0[0]).reduced(axis, formula).values },
            operation: { tape, inputs in
                let result = try operation(tape, inputs[0])
                #expect(result.value.shape == shape)
                return result
            }
        ).run()
    }
}
