import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Softmax cross-entropy of a linear map")
struct SoftmaxCrossEntropyTests {
    struct Layer {
        let weight: Parameter
        let bias: Parameter

        init(classes: Int, width: Int) throws {
            weight = try parameter("weight", [classes, width])
            bias = try parameter("bias", [classes])
        }
    }

    /// Rows and classes.
    static let sizes = [(1, 1), (1, 17), (3, 5), (130, 33), (300, 200)]
    /// So many that the logits exist in more than one chunk.
    static let manyLogits = [(300, 17_000)]

    static func targets(_ rows: Int, _ classes: Int) -> [Int32] {
        var stream = RandomStream(seed: 9, "targets")
        // Every fifth row is left out.
        return (0..<rows).map { $0 % 5 == 3 ? -1 : Int32(stream.below(classes)) }
    }

    @Test("equals its formula in double precision, with gradients", arguments: sizes)
    func reference(_ rows: Int, _ classes: Int) throws {
        let width = 4
        let layer = try Layer(classes: classes, width: width)
        let (xs, scales) = (sample([rows, width], "x"), sample([rows], "scales", low: 0))
        let targets = Self.targets(rows, classes)
        let sink = GradientSum()
        let tape = Tape(sink)
        let x = tape.input(try tensor(xs, [rows, width]))
        let loss = try tape.softmaxCrossEntropy(
            x, weight: layer.weight, bias: layer.bias, targets: targets,
            scales: scales.map(Float.init))
        try tape.backward(from: tape.scale(loss.total, by: 2))

        let (w, bias) = (layer.weight.value.doubles, layer.bias.value.doubles)
        var losses = [Double](repeating: 0, count: rows)
        var (dx, dw) = (xs.map { _ in 0.0 }, w.map { _ in 0.0 })
        var db = bias.map { _ in 0.0 }
        for r in 0..<rows where targets[r] >= 0 {
            var logits = bias
            for v in 0..<classes {
                for k in 0..<width { logits[v] += xs[r * width + k] * w[v * width + k] }
            }
            let p = SoftmaxTests.softmax(logits)
            let target = Int(targets[r])
            losses[r] = -log(p[target])
            for v in 0..<classes {
                let delta = 2 * scales[r] * (p[v] - (v == target ? 1 : 0))
                db[v] += delta
                for k in 0..<width {
                    dx[r * width + k] += delta * w[v * width + k]
                    dw[v * width + k] += delta * xs[r * width + k]
                }
            }
        }
        let total = zip(losses, scales).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(difference(loss.perExample.doubles, losses) < 1e-5)
        #expect(difference(loss.total.value.doubles, [total]) < 1e-5)
        #expect(difference(x.gradient?.doubles ?? [], dx) < 1e-4)
        #expect(difference(sink.dense(layer.weight), dw) < 1e-4)
        #expect(difference(sink.dense(layer.bias), db) < 1e-4)
    }

    @Test("equals the loss of separate operations", arguments: [(7, 33), (130, 300)] + manyLogits)
    func separateOperations(_ rows: Int, _ classes: Int) throws {
        let layer = try Layer(classes: classes, width: 8)
        let x = try tensor(sample([rows, 8], "x"), [rows, 8])
        let targets = Self.targets(rows, classes)
        func run(_ body: (Tape, Variable) throws -> Variable) throws -> [[Double]] {
            let sink = GradientSum()
            let tape = Tape(sink)
            let input = tape.input(x)
            let total = try body(tape, input)
            try tape.backward(from: total)
            return [
                total.value.doubles, input.gradient?.doubles ?? [], sink.dense(layer.weight),
                sink.dense(layer.bias),
            ]
        }
        let fused = try run { tape, x in
            try tape.softmaxCrossEntropy(
                x, weight: layer.weight, bias: layer.bias, targets: targets,
                scales: [Float](repeating: 1, count: rows)
            ).total
        }
        let separate = try run { tape, x in
            try tape.sum(
                tape.crossEntropy(tape.linear(x, layer.weight, bias: layer.bias), targets))
        }
        for (own, other) in zip(fused, separate) { #expect(difference(own, other) < 1e-5) }
    }

    @Test(
        "without a sink, and with factors, the losses are the same bytes",
        arguments: sizes + manyLogits)
    func inference(_ rows: Int, _ classes: Int) throws {
        let layer = try Layer(classes: classes, width: 4)
        let x = try tensor(sample([rows, 4], "x"), [rows, 4])
        func run(_ sink: (any GradientSink)?) throws -> [UInt32] {
            let tape = Tape(sink)
            return try tape.softmaxCrossEntropy(
                tape.constant(x), weight: layer.weight, bias: layer.bias,
                targets: Self.targets(rows, classes),
                scales: [Float](repeating: 1, count: rows)
            ).perExample.bits
        }
        let plain = try run(nil)
        #expect(try plain == run(GradientSum()))
        #expect(try plain == run(FactorRecorder()))
    }

    @Test("each example has the gradient that it has alone")
    func factors() throws {
        let (examples, classes) = (6, 11)
        let layer = try Layer(classes: classes, width: 4)
        let first = try parameter("first", [4, 4])
        let xs = sample([examples, 4], "x")
        let targets = Self.targets(examples, classes)
        try FactorCheck(
            examples: examples, parameters: [first, layer.weight, layer.bias]
        ) { tape, range in
            let own = Array(xs[range.lowerBound * 4..<range.upperBound * 4])
            let x = tape.constant(try tensor(own, [range.count, 4]))
            return try tape.softmaxCrossEntropy(
                tape.tanh(tape.linear(x, first)), weight: layer.weight, bias: layer.bias,
                targets: Array(targets[range]),
                scales: range.map { Float($0 + 1) }
            ).total
        }.run()
    }

    @Test("an LSTM's loss at all steps has the gradients of each example in double precision")
    func allSteps() throws {
        let (examples, steps, classes, hidden) = (4, 5, 7, 5)
        let layer = try Layer(classes: classes, width: hidden)
        let lstm = try LSTMTests.Layer(rows: classes, hidden: hidden)
        let (ids, _) = LSTMTests.ids(
            .init(examples: examples, steps: steps, wantsAllSteps: true, repeatsIds: true))
        let targets = Self.targets(examples * steps, classes)
        let scales = sample([examples * steps], "scales", low: 0)
        let recorder = FactorRecorder()
        let tape = Tape(recorder)
        let loss = try tape.softmaxCrossEntropy(
            tape.embeddedLSTM(
                lstm.table, ids: ids, examples: examples, steps: steps, weights: lstm.weights,
                wantsAllSteps: true),
            weight: layer.weight, bias: layer.bias, targets: targets,
            scales: scales.map(Float.init),
            layout: RowLayout(examples: examples, steps: steps, isTimeMajor: true))
        try tape.backward(from: loss.total)

        let reference = LSTMReference(lstm.table, lstm.weights)
        let (w, bias) = (layer.weight.value.doubles, layer.bias.value.doubles)
        let parameters = lstm.parameters + [layer.weight, layer.bias]
        let found = try parameters.map {
            try recorder.gradients(of: $0, examples: examples)
        }
        for b in 0..<examples {
            let rows = (0..<steps).map { $0 * examples + b }
            let states = reference.states(rows.map { ids[$0] })
            var (dw, db) = (w.map { _ in 0.0 }, bias.map { _ in 0.0 })
            var (ownLoss, upstream) = (0.0, states.map { $0.map { _ in 0.0 } })
            for (t, row) in rows.enumerated() where targets[row] >= 0 {
                var logits = bias
                for v in 0..<classes {
                    for k in 0..<hidden { logits[v] += states[t][k] * w[v * hidden + k] }
                }
                let p = SoftmaxTests.softmax(logits)
                ownLoss -= log(p[Int(targets[row])])
                for v in 0..<classes {
                    let delta = scales[row] * (p[v] - (v == Int(targets[row]) ? 1 : 0))
                    db[v] += delta
                    for k in 0..<hidden {
                        dw[v * hidden + k] += delta * states[t][k]
                        upstream[t][k] += delta * w[v * hidden + k]
                    }
                }
            }
            var own = reference.zero
            reference.addGradients(rows.map { ids[$0] }, upstream, padding: 0, to: &own)
            #expect(difference([loss.perExample.doubles[b]], [ownLoss]) < 1e-5)
            let expected = [
                own.table, own.inputWeight, own.hiddenWeight, own.bias, own.bias, dw, db,
            ]
            for (place, parameter) in parameters.enumerated() {
                #expect(
                    difference(found[place][b], expected[place]) < 1e-4,
                    "example \(b), \(parameter.name)")
            }
        }
    }

    @Test("rows taken for examples are refused where gradients must be told apart")
    func forgottenLayout() throws {
        let layer = try Layer(classes: 7, width: 5)
        let lstm = try LSTMTests.Layer(rows: 7)
        let tape = Tape(FactorRecorder())
        let states = try tape.embeddedLSTM(
            lstm.table, ids: [1, 2, 3, 4, 5, 6], examples: 2, steps: 3, weights: lstm.weights,
            wantsAllSteps: true)
        let loss = try tape.softmaxCrossEntropy(
            states, weight: layer.weight, bias: layer.bias, targets: [2, 3, 4, 5, 6, 1],
            scales: [Float](repeating: 1, count: 6))
        #expect {
            try tape.backward(from: loss.total)
        } throws: {
            guard case TensorError.exampleCount(_, 6, 2) = $0 else { return false }
            return true
        }
        #expect(throws: TensorError.countMismatch(shape: [2, 4], values: 6)) {
            try tape.softmaxCrossEntropy(
                states, weight: layer.weight, bias: layer.bias, targets: [2, 3, 4, 5, 6, 1],
                scales: [Float](repeating: 1, count: 6),
                layout: RowLayout(examples: 2, steps: 4, isTimeMajor: true))
        }
    }

    @Test("an empty batch, as of a worker without examples, has loss and gradients 0")
    func emptyBatch() throws {
        let layer = try Layer(classes: 40, width: 30)
        try Tensor(repeating: 7, shape: [40, 30]).fill(9)  // what the pool would hand out again
        let sink = GradientSum()
        let tape = Tape(sink)
        let loss = try tape.softmaxCrossEntropy(
            tape.input(Tensor(shape: [0, 30])), weight: layer.weight, bias: layer.bias,
            targets: [], scales: [])
        try tape.backward(from: loss.total)
        #expect(loss.total.value.values == [0] && loss.perExample.count == 0)
        #expect(sink.dense(layer.weight).allSatisfy { $0 == 0 })
        #expect(sink.dense(layer.bias).allSatisfy { $0 == 0 })
    }

    @Test("shapes and targets are checked")
    func refusals() throws {
        let layer = try Layer(classes: 3, width: 4)
        let tape = Tape()
        func run(_ shape: [Int], _ bias: Parameter, _ targets: [Int32], _ scales: [Float]) throws {
            _ = try tape.softmaxCrossEntropy(
                tape.constant(Tensor(shape: shape)), weight: layer.weight, bias: bias,
                targets: targets, scales: scales)
        }
        try run([2, 4], layer.bias, [0, 2], [1, 1])
        #expect(throws: TensorError.self) { try run([2, 5], layer.bias, [0, 2], [1, 1]) }
        #expect(throws: TensorError.self) { try run([2, 4], layer.weight, [0, 2], [1, 1]) }
        #expect(throws: TensorError.self) { try run([2, 4], layer.bias, [0, 3], [1, 1]) }
        #expect(throws: TensorError.self) { try run([2, 4], layer.bias, [0], [1, 1]) }
        #expect(throws: TensorError.self) { try run([2, 4], layer.bias, [0, 1], [1]) }
    }
}
