import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Uses of parameters")
struct ParameterUseTests {
    static let leadingShapes = [[1], [3], [17], [2, 3], [3, 1, 2], [130, 9]]

    @Test("a linear map equals its formula, with gradients", arguments: leadingShapes)
    func linearValues(_ leading: [Int]) throws {
        let (width, out, rows) = (5, 3, leading.reduce(1, *))
        let shapes = [leading + [width], [out, width], [out]]
        let inputs = shapes.enumerated().map { sample($1, "linear \($0)") }
        let weight = Parameter("weight", try tensor(inputs[1], shapes[1]))
        let bias = Parameter("bias", try tensor(inputs[2], shapes[2]))
        let sink = GradientSum()
        let tape = Tape(sink)
        let x = tape.input(try tensor(inputs[0], shapes[0]))
        let y = try tape.linear(x, weight, bias: bias)
        #expect(y.value.shape == leading + [out])
        try tape.backward(from: tape.sum(y))

        let (xs, ws) = (NaiveArray([rows, width], inputs[0]), NaiveArray(shapes[1], inputs[1]))
        let expected = NaiveArray([rows, out]) { index in
            var sum = inputs[2][index[1]]
            for k in 0..<width { sum += xs[[index[0], k]] * ws[[index[1], k]] }
            return sum
        }
        #expect(difference(y.value.doubles, expected.values) < 1e-5)
        let columnSums = xs.reduced(0) { $0.reduce(0, +) }
        let weightGradient = NaiveArray(shapes[1]) { columnSums[[$0[1]]] }
        #expect(difference(sink.dense(weight), weightGradient.values) < 2e-5)
        #expect(difference(sink.dense(bias), [Double](repeating: Double(rows), count: out)) < 1e-6)
        let rowSums = ws.reduced(0) { $0.reduce(0, +) }
        let inputGradient = NaiveArray([rows, width]) { rowSums[[$0[1]]] }
        #expect(difference(x.gradient?.doubles ?? [], inputGradient.values) < 1e-5)
    }

    @Test("each example of a network has the gradient that it has alone", arguments: [1, 3, 17])
    func network(_ examples: Int) throws {
        let steps = 4
        let table = try parameter("table", [9, 6])
        let (weight, bias) = (try parameter("weight", [5, 6]), try parameter("bias", [5]))
        let (gain, shift) = (try parameter("gain", [5]), try parameter("shift", [5]))
        let place = try parameter("place", [steps, 5])
        let square = try parameter("square", [5, 5])
        var stream = RandomStream(seed: 3, "ids")
        let ids = (0..<examples * steps).map { _ in Int32(stream.below(9)) }
        let targets = (0..<examples * steps).map { _ in Int32(stream.below(6)) - 1 }
        try FactorCheck(
            examples: examples,
            parameters: [table, weight, bias, gain, shift, place, square], tolerance: 1e-4
        ) { tape, range in
            let positions = range.lowerBound * steps..<range.upperBound * steps
            let x = try tape.gather(
                table, Array(ids[positions]), shape: [range.count, steps], padding: 0)
            var y = try tape.add(tape.linear(x, weight, bias: bias), place)
            y = try tape.layerNorm(tape.gelu(y), gain: gain, bias: shift)
            let attention = try tape.softmax(tape.matmul(y, y, transposingRight: true))
            y = try tape.matmul(attention, y)
            y = try tape.matmul(y, tape.parameter(square, examples: range.count))
            y = try tape.multiply(y, gain)
            return try tape.sum(tape.crossEntropy(y, Array(targets[positions])))
        }.run()
    }

    @Test("a row layout of the caller's own says which row is whose")
    func timeMajor() throws {
        let (examples, steps) = (3, 4)
        let weight = try parameter("weight", [2, 5])
        let values = sample([examples, steps, 5], "rows")
        try FactorCheck(examples: examples, parameters: [weight]) { tape, range in
            let own = Array(values[range.lowerBound * steps * 5..<range.upperBound * steps * 5])
            let x = try tape.constant(tensor(own, [range.count, steps, 5]).transposed(0, 1))
            let layout = RowLayout(examples: range.count, steps: steps, isTimeMajor: true)
            return try tape.sum(tape.tanh(tape.linear(x, weight, layout: layout)))
        }.run()
    }

    @Test("padding is looked up but has no gradient")
    func padding() throws {
        let table = try parameter("table", [4, 3])
        let sink = GradientSum()
        let tape = Tape(sink)
        let rows = try tape.gather(table, [0, 2, 0, 2], shape: [2, 2], padding: 0)
        #expect(rows.value.shape == [2, 2, 3])
        #expect(Array(rows.value.values.prefix(3)) == Array(table.value.values.prefix(3)))
        try tape.backward(from: tape.sum(rows))
        #expect(sink.dense(table) == [0, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0, 0])
    }

    @Test("a whole parameter has the gradient of any value")
    func wholeParameter() throws {
        let weight = try parameter("weight", [3, 3])
        let sink = GradientSum()
        let tape = Tape(sink)
        let w = try tape.parameter(weight)
        try tape.backward(from: tape.sum(tape.multiply(w, w)))
        #expect(difference(sink.dense(weight), weight.value.doubles.map { 2 * $0 }) < 1e-6)
    }

    @Test("two uses of a parameter add up")
    func usedTwice() throws {
        let bias = try parameter("bias", [3])
        let sink = GradientSum()
        let tape = Tape(sink)
        let x = tape.constant(try Tensor(repeating: 2, shape: [4, 3]))
        let y = try tape.add(tape.multiply(x, bias), bias)
        try tape.backward(from: tape.sum(y))
        #expect(sink.dense(bias) == [12, 12, 12])
    }

    @Test("a fixed parameter gets no gradient")
    func fixed() throws {
        let fixed = Parameter("fixed", try Tensor(shape: [2, 3]), isTrainable: false)
        for sink in [GradientSum(), FactorRecorder()] as [any GradientSink] {
            let tape = Tape(sink)
            let x = tape.input(try Tensor(repeating: 1, shape: [4, 3]))
            let y = try tape.linear(x, fixed)
            _ = try tape.parameter(fixed)
            try tape.backward(from: tape.sum(y))
            #expect((sink as? FactorRecorder)?.uses.isEmpty ?? true)
            #expect((sink as? GradientSum).map { $0[fixed] == nil } ?? true)
            #expect(x.gradient != nil)
        }
    }

    @Test("attribution refuses what mixes examples")
    func mixing() throws {
        let weight = try parameter("weight", [3, 3])
        let bias = try parameter("bias", [3])
        let tape = Tape(FactorRecorder())
        let x = try tape.linear(tape.constant(Tensor(repeating: 1, shape: [4, 3])), weight)
        #expect(throws: TensorError.self) { try tape.parameter(bias) }
        #expect(throws: TensorError.self) { try tape.matmul(x, x, transposingRight: true) }
        #expect(throws: TensorError.self) { try tape.matmul(x, x, transposingLeft: true) }
        let mean = try tape.mean(x, axis: 0)
        #expect(throws: TensorError.self) { try tape.subtract(x, mean) }
        let scores = try tape.sum(x, axis: 1)
        #expect(throws: TensorError.self) { try tape.softmax(scores) }
        #expect(throws: TensorError.self) { try tape.logSumExp(scores) }
        #expect(throws: TensorError.self) { try tape.l2Normalize(scores) }
        #expect(throws: TensorError.self) { try tape.rowDot(scores, scores) }
        let batch = try tape.reshape(x, [4, 1, 3])
        let shared = try tape.reshape(x, [1, 4, 3])
        #expect(throws: TensorError.self) { try tape.matmul(batch, shared, transposingRight: true) }

        let training = Tape(GradientSum())
        let y = try training.linear(training.constant(Tensor(shape: [4, 3])), weight)
        _ = try training.matmul(y, y, transposingRight: true)
        _ = try training.subtract(y, training.mean(y, axis: 0))
    }

    @Test("shapes and ids are checked")
    func refusals() throws {
        let weight = try parameter("weight", [3, 5])
        let tape = Tape(GradientSum())
        let x = tape.constant(try Tensor(shape: [4, 5]))
        #expect(throws: TensorError.shapeMismatch(operation: "linear", [4, 3], [3, 5])) {
            try tape.linear(tape.constant(Tensor(shape: [4, 3])), weight)
        }
        #expect(throws: TensorError.self) { try tape.linear(x, weight, bias: weight) }
        #expect(throws: TensorError.self) { try tape.linear(x, parameter("vector", [5])) }
        #expect(throws: TensorError.self) {
            try tape.linear(
                x, weight, layout: RowLayout(examples: 3, steps: 1, isTimeMajor: true))
        }
        #expect(throws: TensorError.self) { try tape.add(x, weight) }
        #expect(throws: TensorError.indexOutOfRange(operation: "gather", index: 3, limit: 3)) {
            try tape.gather(weight, [0, 3])
        }
        #expect(throws: TensorError.indexOutOfRange(operation: "gather", index: -1, limit: 3)) {
            try tape.gather(weight, [0, -1])
        }
        #expect(throws: TensorError.countMismatch(shape: [3], values: 2)) {
            try tape.gather(weight, [0, 1], shape: [3])
        }
    }
}
