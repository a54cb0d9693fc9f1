import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("LSTM over values")
struct LSTMRowsTests {
    @Test(
        "equals the LSTM over ids of a table that holds the values, with gradients",
        arguments: [1, 3, 130], [true, false])
    func table(_ examples: Int, wantsAllSteps: Bool) throws {
        let (steps, width, hidden) = (4, 3, 5)
        let shape = [examples, steps, width]
        let values = try tensor(sample(shape, "rows"), shape)
        let weights = try LSTMWeights(
            inputWeight: parameter("input", [4 * hidden, width]),
            hiddenWeight: parameter("hidden", [4 * hidden, hidden]),
            inputBias: parameter("input bias", [4 * hidden]),
            hiddenBias: parameter("hidden bias", [4 * hidden]))

        let sums = GradientSum()
        let tape = Tape(sums)
        let x = tape.input(values)
        let states = try tape.lstm(x, weights: weights, wantsAllSteps: wantsAllSteps)
        try tape.backward(from: tape.sum(tape.multiply(states, states)))

        // Row b·T + t of the table is the input of example b at step t; ids are time-major.
        let rows = Parameter("rows", try values.reshaped([examples * steps, width]).copy())
        let ids = (0..<steps).flatMap { step in
            (0..<examples).map { Int32($0 * steps + step) }
        }
        let expected = GradientSum()
        let reference = Tape(expected)
        let others = try reference.embeddedLSTM(
            rows, ids: ids, examples: examples, steps: steps, weights: weights, padding: -1,
            wantsAllSteps: wantsAllSteps)
        try reference.backward(from: reference.sum(reference.multiply(others, others)))

        let ordered = try wantsAllSteps ? others.value.transposed(0, 1) : others.value
        #expect(
            states.value.shape == (wantsAllSteps ? [examples, steps, hidden] : [examples, hidden]))
        #expect(difference(states.value.doubles, ordered.doubles) < 1e-6)
        #expect(difference(x.gradient?.doubles ?? [], expected.dense(rows)) < 1e-5)
        for parameter in weights.parameters {
            #expect(difference(sums.dense(parameter), expected.dense(parameter)) < 1e-5)
        }
    }

    @Test("gives each example the gradient that it has alone")
    func factors() throws {
        let (examples, steps) = (5, 3)
        let table = try parameter("table", [examples * steps, 2])
        let weights = try LSTMWeights(
            inputWeight: parameter("input", [12, 2]), hiddenWeight: parameter("hidden", [12, 3]),
            inputBias: parameter("input bias", [12]), hiddenBias: parameter("hidden bias", [12]))
        try FactorCheck(
            examples: examples, parameters: [table] + weights.parameters, tolerance: 1e-4
        ) { tape, range in
            let ids = (range.lowerBound * steps..<range.upperBound * steps).map(Int32.init)
            let x = try tape.gather(table, ids, shape: [range.count, steps])
            let states = try tape.lstm(x, weights: weights, wantsAllSteps: true)
            return try tape.sum(tape.multiply(states, states))
        }.run()
    }

    @Test("refuses shapes that are no sequences")
    func refusals() throws {
        let weights = try LSTMWeights(
            inputWeight: parameter("input", [12, 2]), hiddenWeight: parameter("hidden", [12, 3]),
            inputBias: parameter("input bias", [12]), hiddenBias: parameter("hidden bias", [12]))
        let tape = Tape()
        for shape in [[4, 2], [4, 0, 2], [0, 4, 2], [4, 3, 3]] {
            #expect(throws: TensorError.self) {
                try tape.lstm(tape.constant(Tensor(shape: shape)), weights: weights)
            }
        }
    }
}
