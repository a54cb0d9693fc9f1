import Testing

@testable import NightjarTensor

@Suite("Normalisation of rows")
struct NormalizationTests {
    static let shapes = [[3], [17], [5, 3], [2, 3, 33], [3, 1], [0, 4]]

    @Test("layer normalisation equals its formula, with gradients", arguments: shapes)
    func layerNorm(_ shape: [Int]) throws {
        let width = shape[shape.count - 1]
        let (gains, biases) = (sample([width], "gain"), sample([width], "bias"))
        let gain = Parameter("gain", try tensor(gains, [width]))
        let bias = Parameter("bias", try tensor(biases, [width]))
        try GradientCheck(
            shapes: [shape], tolerance: 1e-4,
            reference: { inputs in
                SoftmaxTests.rows(inputs[0], width).flatMap { row in
                    let mean = row.reduce(0, +) / Double(width)
                    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
                    let scale = 1 / (variance + 1e-5).squareRoot()
                    return row.indices.map { gains[$0] * (row[$0] - mean) * scale + biases[$0] }
                }
            },
            operation: { try $0.layerNorm($1[0], gain: gain, bias: bias) }
        ).run()
    }

    @Test("gain and bias have the gradients of the formula")
    func gainAndBias() throws {
        let gain = try parameter("gain", [4])
        let bias = try parameter("bias", [4])
        let values = sample([3, 4], "x")
        try FactorCheck(examples: 3, parameters: [gain, bias]) { tape, range in
            let rows = Array(values[range.lowerBound * 4..<range.upperBound * 4])
            let x = tape.constant(try tensor(rows, [range.count, 4]))
            return try tape.sum(tape.power(tape.layerNorm(x, gain: gain, bias: bias), 2))
        }.run()
        let sink = GradientSum()
        let tape = Tape(sink)
        let x = tape.constant(try tensor(values, [3, 4]))
        try tape.backward(from: tape.sum(tape.layerNorm(x, gain: gain, bias: bias)))
        let normal = NaiveArray([3, 4], try tape.standardize(x).value.doubles)
        #expect(difference(sink.dense(gain), normal.reduced(0) { $0.reduce(0, +) }.values) < 1e-5)
        #expect(sink.dense(bias) == [3, 3, 3, 3])
    }

    /// From layer_norm of PyTorch 2.13 in double precision.
    @Test("layer normalisation equals PyTorch's, with gradients")
    func outsideJudge() throws {
        let gain = Parameter("gain", try sines(2, [5]))
        let bias = Parameter("bias", try sines(3, [5]))
        let sink = GradientSum()
        let tape = Tape(sink)
        let x = tape.input(try sines(1, [3, 5], scale: 2))
        let y = try tape.layerNorm(x, gain: gain, bias: bias)
        let expected = [-0.7035713, -0.3817451, -0.7798318, -0.8119096, 0.1478707]
        #expect(difference(try y.value.row(1).doubles, expected) < 1e-5)
        try tape.backward(from: tape.weightedSum(y, sines(4, [3, 5])))
        #expect(abs(probe(x.gradient) - -0.3174762840) < 1e-5)
        #expect(abs(probe(try sink[gain]?.dense(like: gain.value)) - 0.1456816078) < 1e-5)
        #expect(abs(probe(try sink[bias]?.dense(like: bias.value)) - 0.6925373888) < 1e-5)
    }

    @Test("checks the shapes of gain and bias")
    func parameterShapes() throws {
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [3, 5]))
        let (fit, odd) = (try parameter("fit", [5]), try parameter("odd", [3]))
        #expect(throws: TensorError.self) { try tape.layerNorm(x, gain: odd, bias: fit) }
        #expect(throws: TensorError.self) { try tape.layerNorm(x, gain: fit, bias: odd) }
    }

    @Test("unit length equals its formula, with gradients", arguments: shapes)
    func unitLength(_ shape: [Int]) throws {
        let width = shape[shape.count - 1]
        try GradientCheck(
            shapes: [shape], low: 0.2,
            reference: { inputs in
                SoftmaxTests.rows(inputs[0], width).flatMap { row in
                    let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    return row.map { $0 / norm }
                }
            },
            operation: { try $0.l2Normalize($1[0]) }
        ).run()
    }

    @Test("a row shorter than epsilon is divided by epsilon")
    func shortRows() throws {
        let tape = Tape(GradientSum())
        let x = tape.input(try Tensor([0, 0, 0.25, 0], shape: [2, 2]))
        let y = try tape.l2Normalize(x, epsilon: 0.5)
        #expect(y.value.values == [0, 0, 0.5, 0])
        try tape.backward(from: tape.sum(y))
        #expect(x.gradient?.values == [2, 2, 2, 2])
    }

    @Test(
        "refuses scalars and an epsilon that is not positive", arguments: [0, -1, .nan] as [Float])
    func refusals(_ epsilon: Float) throws {
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [2, 2]))
        #expect(throws: TensorError.self) { try tape.l2Normalize(x, epsilon: epsilon) }
        #expect(throws: TensorError.self) { try tape.standardize(x, epsilon: epsilon) }
        #expect(throws: TensorError.self) {
            try tape.standardize(tape.constant(Tensor(scalar: 1)))
        }
    }
}
