import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("LSTM over embedded ids")
struct LSTMTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let examples: Int
        let steps: Int
        let wantsAllSteps: Bool
        /// Ids that repeat are summed before the products, distinct ones after: both paths count.
        let repeatsIds: Bool
        var testDescription: String {
            "\(examples) examples of \(steps) steps, \(wantsAllSteps ? "all states" : "last state"),"
                + " \(repeatsIds ? "repeated" : "distinct") ids"
        }
    }

    static let cases = [1, 3, 130, 300].flatMap { examples in
        [1, 2, 7].flatMap { steps in
            [true, false].flatMap { wantsAll in
                [true, false].map { repeats in
                    Case(
                        examples: examples, steps: steps, wantsAllSteps: wantsAll,
                        repeatsIds: repeats)
                }
            }
        }
    }

    struct Layer {
        let table: Parameter
        let weights: LSTMWeights
        var parameters: [Parameter] { [table] + weights.parameters }

        init(rows: Int, width: Int = 3, hidden: Int = 5) throws {
            table = try parameter("table", [rows, width], scale: 1)
            weights = try LSTMWeights(
                inputWeight: parameter("input", [4 * hidden, width]),
                hiddenWeight: parameter("hidden", [4 * hidden, hidden]),
                inputBias: parameter("input bias", [4 * hidden]),
                hiddenBias: parameter("hidden bias", [4 * hidden]))
        }
    }

    /// Time-major ids, padding 0 among them.
    static func ids(_ example: Case) -> (values: [Int32], rows: Int) {
        let count = example.examples * example.steps
        var stream = RandomStream(seed: 5, "ids")
        let rows = example.repeatsIds ? 7 : count + 1
        let values =
            example.repeatsIds
            ? (0..<count).map { _ in Int32(stream.below(rows)) }
            : stream.permutation(rows).prefix(count).map(Int32.init)
        return (Array(values), rows)
    }

    @Test("equals a sequence at a time in double precision, with gradients", arguments: cases)
    func reference(_ example: Case) throws {
        let (ids, rows) = Self.ids(example)
        let layer = try Layer(rows: rows)
        let (batch, hidden) = (example.examples, layer.weights.hiddenSize)
        let sink = GradientSum()
        let tape = Tape(sink)
        let output = try tape.embeddedLSTM(
            layer.table, ids: ids, examples: batch, steps: example.steps, weights: layer.weights,
            wantsAllSteps: example.wantsAllSteps)
        let outputSteps = example.wantsAllSteps ? example.steps : 1
        let shape = example.wantsAllSteps ? [outputSteps, batch, hidden] : [batch, hidden]
        #expect(output.value.shape == shape)
        let upstream = sample(shape, "upstream")
        try tape.backward(from: tape.weightedSum(output, tensor(upstream, shape)))

        let reference = LSTMReference(layer.table, layer.weights)
        var expected = [Double](repeating: 0, count: output.value.count)
        var gradients = reference.zero
        for b in 0..<batch {
            let own = (0..<example.steps).map { ids[$0 * batch + b] }
            let states = reference.states(own)
            var upstreams = states.map { $0.map { _ in 0.0 } }
            for t in 0..<outputSteps {
                let step = example.steps - outputSteps + t
                let place = (t * batch + b) * hidden
                expected.replaceSubrange(place..<place + hidden, with: states[step])
                upstreams[step] = Array(upstream[place..<place + hidden])
            }
            reference.addGradients(own, upstreams, padding: 0, to: &gradients)
        }
        #expect(difference(output.value.doubles, expected) < 1e-5)
        let weights = layer.weights
        for (parameter, gradient) in [
            (layer.table, gradients.table), (weights.inputWeight, gradients.inputWeight),
            (weights.hiddenWeight, gradients.hiddenWeight), (weights.inputBias, gradients.bias),
            (weights.hiddenBias, gradients.bias),
        ] {
            #expect(difference(sink.dense(parameter), gradient) < 1e-4, "\(parameter.name)")
        }
        #expect(sink.dense(layer.table).prefix(3) == [0, 0, 0], "padding")
    }

    @Test("without a sink the states are the same bytes", arguments: cases)
    func inference(_ example: Case) throws {
        guard !example.wantsAllSteps else { return }
        let (ids, rows) = Self.ids(example)
        let layer = try Layer(rows: rows)
        func run(_ sink: (any GradientSink)?) throws -> [UInt32] {
            try Tape(sink).embeddedLSTM(
                layer.table, ids: ids, examples: example.examples, steps: example.steps,
                weights: layer.weights
            ).value.bits
        }
        #expect(try run(nil) == run(GradientSum()))
        #expect(try run(nil) == run(FactorRecorder()))
    }

    @Test("all states are at hand without a sink too")
    func allStatesWithoutSink() throws {
        let layer = try Layer(rows: 4)
        func run(_ sink: (any GradientSink)?) throws -> [UInt32] {
            try Tape(sink).embeddedLSTM(
                layer.table, ids: [1, 2, 3, 0, 1, 2], examples: 2, steps: 3,
                weights: layer.weights, wantsAllSteps: true
            ).value.bits
        }
        #expect(try run(nil) == run(GradientSum()))
    }

    @Test("each example has the gradient that it has alone", arguments: [true, false], [1, 4])
    func factors(_ wantsAllSteps: Bool, _ steps: Int) throws {
        let examples = 5
        let example = Case(
            examples: examples, steps: steps, wantsAllSteps: wantsAllSteps, repeatsIds: true)
        let (ids, rows) = Self.ids(example)
        let layer = try Layer(rows: rows)
        try FactorCheck(
            examples: examples, parameters: layer.parameters, tolerance: 1e-4
        ) { tape, range in
            let own = (0..<steps).flatMap { t in range.map { ids[t * examples + $0] } }
            let states = try tape.embeddedLSTM(
                layer.table, ids: own, examples: range.count, steps: steps,
                weights: layer.weights, wantsAllSteps: wantsAllSteps)
            return try tape.sum(tape.power(states, 2))
        }.run()
    }

    @Test("shapes and ids are checked")
    func refusals() throws {
        let layer = try Layer(rows: 4)
        let tape = Tape()
        func run(_ table: Parameter, _ ids: [Int32], _ examples: Int, _ steps: Int) throws {
            _ = try tape.embeddedLSTM(
                table, ids: ids, examples: examples, steps: steps, weights: layer.weights)
        }
        #expect(throws: TensorError.self) { try run(layer.table, [1], 2, 1) }
        #expect(throws: TensorError.self) { try run(layer.table, [], 0, 1) }
        #expect(throws: TensorError.self) { try run(layer.table, [4], 1, 1) }
        #expect(throws: TensorError.self) { try run(layer.table, [-1], 1, 1) }
        #expect(throws: TensorError.self) { try run(parameter("narrow", [4, 2]), [1], 1, 1) }
        #expect(throws: TensorError.self) {
            try LSTMWeights(
                inputWeight: layer.weights.inputWeight, hiddenWeight: layer.weights.inputWeight,
                inputBias: layer.weights.inputBias, hiddenBias: layer.weights.hiddenBias)
        }
    }
}
