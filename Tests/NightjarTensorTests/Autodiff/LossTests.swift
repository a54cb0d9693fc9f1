import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Losses")
struct LossTests {
    @Test("cross-entropy equals −log softmax at the target", arguments: [1, 3, 17, 33])
    func crossEntropy(_ classes: Int) throws {
        let targets = (0..<6).map { Int32($0 * 7 % classes) - ($0 == 2 ? 100 : 0) }
        try GradientCheck(
            shapes: [[2, 3, classes]],
            reference: { inputs in
                zip(SoftmaxTests.rows(inputs[0], classes), targets).map { row, target in
                    target < 0 ? 0 : -log(SoftmaxTests.softmax(row)[Int(target)])
                }
            },
            operation: { try $0.crossEntropy($1[0], targets) }
        ).run()
    }

    @Test("binary cross-entropy equals its formula", arguments: [[1], [5], [3, 17], [2, 3, 4]])
    func binaryCrossEntropy(_ shape: [Int]) throws {
        let targets = sample(shape, "targets", low: 0, high: 1)
        let examples = shape[0]
        try GradientCheck(
            shapes: [shape],
            reference: { inputs in
                let losses = zip(inputs[0], targets).map { log1p(exp($0)) - $1 * $0 }
                return NaiveArray([examples, losses.count / examples], losses)
                    .reduced(1) { $0.reduce(0, +) / Double($0.count) }.values
            },
            operation: { try $0.binaryCrossEntropy(logits: $1[0], tensor(targets, shape)) }
        ).run()
    }

    @Test("binary cross-entropy keeps its digits far from 0")
    func confidence() throws {
        let tape = Tape()
        let logits = tape.constant(try Tensor([30, -30, 200, -200, 200]))
        let losses = try tape.binaryCrossEntropy(logits: logits, Tensor([1, 0, 1, 0, 0]))
        let expected: [Double] = [9.357623e-14, 9.357623e-14, 0, 0, 200]  // e⁻³⁰
        for (loss, value) in zip(losses.value.doubles, expected) {
            #expect(abs(loss - value) <= 1e-6 * value)
        }
    }

    @Test("mean squared error and hinge equal their formulas", arguments: [[1], [5], [3, 17]])
    func pairs(_ shape: [Int]) throws {
        func means(_ losses: [Double]) -> [Double] {
            NaiveArray([shape[0], losses.count / shape[0]], losses)
                .reduced(1) { $0.reduce(0, +) / Double($0.count) }.values
        }
        try GradientCheck(
            shapes: [shape, shape],
            reference: { means(zip($0[0], $0[1]).map { ($0 - $1) * ($0 - $1) }) }
        ) { try $0.meanSquaredError($1[0], $1[1]) }.run()
        try GradientCheck(
            shapes: [shape, shape],
            reference: { means(zip($0[0], $0[1]).map { max(0, 0.5 - $0 + $1) }) }
        ) { try $0.hinge(positive: $1[0], negative: $1[1], margin: 0.5) }.run()
    }

    @Test("shapes and targets are checked")
    func refusals() throws {
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [2, 3]))
        let y = tape.constant(try Tensor(shape: [3]))
        #expect(throws: TensorError.countMismatch(shape: [2], values: 1)) {
            try tape.crossEntropy(x, [0])
        }
        #expect(throws: TensorError.indexOutOfRange(operation: "cross-entropy", index: 3, limit: 3))
        { try tape.crossEntropy(x, [0, 3]) }
        #expect(throws: TensorError.self) {
            try tape.crossEntropy(tape.constant(Tensor(scalar: 1)), [0])
        }
        #expect(throws: TensorError.self) { try tape.binaryCrossEntropy(logits: x, y.value) }
        #expect(throws: TensorError.self) { try tape.meanSquaredError(x, y) }
    }
}
