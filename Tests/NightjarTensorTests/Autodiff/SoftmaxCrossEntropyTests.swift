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
