import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Recurrent layers")
struct RecurrentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: RecurrentLayer.Kind
        var hasInitial = false
        var emits = EmittedState.hidden
        var examples = 3
        var steps = 4
        var wantsAllSteps = false
        /// Ids that repeat are summed before the products, distinct ones after: both paths count.
        var repeatsIds = true

        var testDescription: String {
            "\(kind.rawValue), \(examples) examples of \(steps) steps,"
                + " \(wantsAllSteps ? "all" : "last") \(emits) state,"
                + " \(hasInitial ? "learned" : "zero") first state,"
                + " \(repeatsIds ? "repeated" : "distinct") ids"
        }

        func layer(rows: Int) throws -> RecurrentLayer {
            try RecurrentLayer(kind, rows: rows, hasInitial: hasInitial, emits: emits)
        }

        /// Time-major ids, padding 0 among them.
        var ids: (values: [Int32], rows: Int) {
            let count = examples * steps
            var stream = RandomStream(seed: 5, "ids")
            let rows = repeatsIds ? 7 : count + 1
            let values =
                repeatsIds
                ? (0..<count).map { _ in Int32(stream.below(rows)) }
                : stream.permutation(rows).prefix(count).map(Int32.init)
            return (Array(values), rows)
        }
    }

    /// Every layer with each of its switches.
    static let switches = RecurrentLayer.Kind.allCases.flatMap { kind in
        [false, true].flatMap { hasInitial in
            (kind == .gru ? [EmittedState.hidden] : [.hidden, .cell]).flatMap { emits in
                [false, true].map { wantsAll in
                    Case(
                        kind: kind, hasInitial: hasInitial, emits: emits, wantsAllSteps: wantsAll)
                }
            }
        }
    }

    /// The same in batches of several sizes: one block, several, single examples, single steps.
    static let cases = switches.flatMap { some in
        [(1, 1), (1, 3), (3, 1), (3, 5), (200, 3)].flatMap { size in
            [true, false].map { repeats in
                var sized = some
                (sized.examples, sized.steps) = size
                sized.repeatsIds = repeats
                return sized
            }
        }
    }

    @Test("equal their formulas in double precision, with exact gradients", arguments: cases)
    func reference(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        let (batch, hidden) = (some.examples, layer.hidden)
        let sink = GradientSum()
        let tape = Tape(sink)
        let output = try layer.run(
            tape, ids, examples: batch, steps: some.steps, wantsAllSteps: some.wantsAllSteps)
        let shape = (some.wantsAllSteps ? [some.steps] : []) + [batch, hidden]
        #expect(output.value.shape == shape)
        let upstream = sample(shape, "upstream")
        try tape.backward(from: tape.weightedSum(output, tensor(upstream, shape)))

        let scalars = ScalarTape()
        let values = layer.parameters.map { scalars.inputs($0.value.doubles) }
        let sequences = (0..<batch).map { b in
            layer.states((0..<some.steps).map { ids[$0 * batch + b] }, values, scalars)
        }
        let given = (some.wantsAllSteps ? 0 : some.steps - 1)..<some.steps
        let expected = given.flatMap { t in sequences.flatMap { $0[t] } }
        #expect(difference(output.value.doubles, expected.map(\.value)) < 1e-5)
        let slopes = scalars.slopes(of: expected, weights: upstream)
        for (parameter, values) in zip(layer.parameters, values) {
            var gradient = values.map { $0.slope(in: slopes) }
            if parameter === layer.table { gradient.replaceSubrange(0..<3, with: [0, 0, 0]) }
            #expect(difference(sink.dense(parameter), gradient) < 1e-4, "\(parameter.name)")
        }
    }

    @Test("have the slopes of their loss as gradients", arguments: switches)
    func centralDifferences(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        let sink = GradientSum()
        let tape = Tape(sink)
        let output = try layer.run(
            tape, ids, examples: some.examples, steps: some.steps, padding: -1,
            wantsAllSteps: some.wantsAllSteps)
        try tape.backward(from: tape.sum(tape.power(output, 2)))

        func loss(_ values: [[Double]]) -> Double {
            let scalars = ScalarTape()
            let inputs = values.map(scalars.inputs)
            return (0..<some.examples).reduce(0) { sum, b in
                let own = (0..<some.steps).map { ids[$0 * some.examples + b] }
                let states = layer.states(own, inputs, scalars)
                let given = some.wantsAllSteps ? states[...] : states.suffix(1)
                return sum + given.joined().reduce(0) { $0 + $1.value * $1.value }
            }
        }
        let values = layer.parameters.map(\.value.doubles)
        for (index, parameter) in layer.parameters.enumerated() {
            // A few elements of each parameter, spread over it: every gate is among them.
            let step = max(1, values[index].count / 8)
            for element in stride(from: 0, to: values[index].count, by: step) {
                let sides = [1e-5, -1e-5].map { change in
                    var moved = values
                    moved[index][element] += change
                    return loss(moved)
                }
                let slope = (sides[0] - sides[1]) / 2e-5
                let found = sink.dense(parameter)[element]
                #expect(abs(found - slope) < 1e-4 * max(1, abs(slope)), "\(parameter.name)")
            }
        }
    }

    @Test("give each example the gradient that it has alone", arguments: switches, [1, 4])
    func factors(_ some: Case, _ steps: Int) throws {
        var some = some
        (some.examples, some.steps) = (5, steps)
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        try FactorCheck(
            examples: some.examples, parameters: layer.parameters, tolerance: 1e-4
        ) { tape, range in
            let own = (0..<steps).flatMap { t in range.map { ids[t * some.examples + $0] } }
            let states = try layer.run(
                tape, own, examples: range.count, steps: steps, wantsAllSteps: some.wantsAllSteps)
            return try tape.sum(tape.power(states, 2))
        }.run()
    }

    @Test("give the same bytes with sums, with factors and with neither", arguments: cases)
    func inference(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        func run(_ sink: (any GradientSink)?) throws -> [UInt32] {
            try layer.run(
                Tape(sink), ids, examples: some.examples, steps: some.steps,
                wantsAllSteps: some.wantsAllSteps
            ).value.bits
        }
        #expect(try run(nil) == run(GradientSum()))
        #expect(try run(nil) == run(FactorRecorder()))
    }

    @Test("end in the last of all states", arguments: cases)
    func lastState(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        func run(wantsAllSteps: Bool) throws -> [UInt32] {
            try layer.run(
                Tape(), ids, examples: some.examples, steps: some.steps,
                wantsAllSteps: wantsAllSteps
            ).value.bits
        }
        let last = try run(wantsAllSteps: false)
        #expect(try run(wantsAllSteps: true).suffix(last.count) == last[...])
    }

    @Test("give the same states when the table's products are computed before", arguments: cases)
    func prepared(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        let prepared = try layer.inference()
        let found =
            try some.wantsAllSteps
            ? prepared.states(ids: ids, examples: some.examples, steps: some.steps)
            : prepared.lastState(ids: ids, examples: some.examples, steps: some.steps)
        let expected = try layer.run(
            Tape(), ids, examples: some.examples, steps: some.steps,
            wantsAllSteps: some.wantsAllSteps
        ).value
        #expect(found.shape == expected.shape)
        #expect(difference(found.doubles, expected.doubles) < 1e-6)
    }

    @Test("have states that do not depend on the rest of the batch", arguments: switches)
    func composition(_ some: Case) throws {
        var some = some
        some.examples = 150
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        let states = try layer.run(
            Tape(), ids, examples: some.examples, steps: some.steps, wantsAllSteps: false)
        for example in [0, 77, 149] {
            let own = (0..<some.steps).map { ids[$0 * some.examples + example] }
            let alone = try layer.run(
                Tape(), own, examples: 1, steps: some.steps, wantsAllSteps: false)
            #expect(difference(try states.value.row(example).doubles, alone.value.doubles) < 1e-6)
        }
    }

    @Test(
        "are the same over values as over a table that holds them", arguments: switches, [1, 130])
    func values(_ some: Case, _ examples: Int) throws {
        let (steps, width) = (some.steps, 3)
        let shape = [examples, steps, width]
        let layer = try some.layer(rows: examples * steps)
        let sums = GradientSum()
        let tape = Tape(sums)
        // Row b·T + t of the table is the input of example b at step t; ids are time-major.
        let x = tape.input(try layer.table.value.reshaped(shape).copy())
        let states = try layer.run(tape, over: x, wantsAllSteps: some.wantsAllSteps)
        try tape.backward(from: tape.sum(tape.power(states, 2)))

        let ids = (0..<steps).flatMap { step in
            (0..<examples).map { Int32($0 * steps + step) }
        }
        let expected = GradientSum()
        let reference = Tape(expected)
        let others = try layer.run(
            reference, ids, examples: examples, steps: steps, padding: -1,
            wantsAllSteps: some.wantsAllSteps)
        try reference.backward(from: reference.sum(reference.power(others, 2)))

        let ordered = try some.wantsAllSteps ? others.value.transposed(0, 1) : others.value
        #expect(states.value.shape == ordered.shape)
        #expect(difference(states.value.doubles, ordered.doubles) < 1e-6)
        #expect(difference(x.gradient?.doubles ?? [], expected.dense(layer.table)) < 1e-5)
        for parameter in layer.parameters.dropFirst() {
            #expect(difference(sums.dense(parameter), expected.dense(parameter)) < 1e-5)
        }
    }

    @Test("give each example of values the gradient that it has alone", arguments: switches)
    func factorsOverValues(_ some: Case) throws {
        let (examples, steps) = (5, some.steps)
        let layer = try some.layer(rows: examples * steps)
        try FactorCheck(
            examples: examples, parameters: layer.parameters, tolerance: 1e-4
        ) { tape, range in
            let ids = (range.lowerBound * steps..<range.upperBound * steps).map(Int32.init)
            let x = try tape.gather(layer.table, ids, shape: [range.count, steps])
            let states = try layer.run(tape, over: x, wantsAllSteps: some.wantsAllSteps)
            return try tape.sum(tape.power(states, 2))
        }.run()
    }

    @Test("leave out what is not wanted", arguments: switches)
    func selection(_ some: Case) throws {
        let (ids, rows) = some.ids
        let layer = try some.layer(rows: rows)
        func gradients(_ sink: GradientSum) throws -> GradientSum {
            let tape = Tape(sink)
            let states = try layer.run(
                tape, ids, examples: some.examples, steps: some.steps,
                wantsAllSteps: some.wantsAllSteps)
            try tape.backward(from: tape.sum(tape.power(states, 2)))
            return sink
        }
        let all = try gradients(GradientSum())
        for wanted in layer.parameters {
            let found = try gradients(GradientSum([wanted]))
            for parameter in layer.parameters where parameter !== wanted {
                #expect(found[parameter] == nil)
            }
            #expect(found.dense(wanted) == all.dense(wanted), "\(wanted.name)")
        }
    }

    @Test("check shapes and ids", arguments: RecurrentLayer.Kind.allCases)
    func refusals(_ kind: RecurrentLayer.Kind) throws {
        let layer = try RecurrentLayer(kind, rows: 4, hasInitial: true)
        func run(_ ids: [Int32], _ examples: Int, _ steps: Int) throws {
            _ = try layer.run(
                Tape(), ids, examples: examples, steps: steps, wantsAllSteps: false)
        }
        func prepared(_ ids: [Int32], _ examples: Int, _ steps: Int) throws {
            _ = try layer.inference().lastState(ids: ids, examples: examples, steps: steps)
        }
        for (ids, examples, steps) in [
            ([1], 2, 1), ([], 0, 1), ([], 1, 0), ([4], 1, 1), ([-1], 1, 1), ([1], -1, -1),
            ([1], Int.max, 2),
        ] as [([Int32], Int, Int)] {
            #expect(throws: TensorError.self) { try run(ids, examples, steps) }
            #expect(throws: TensorError.self) { try prepared(ids, examples, steps) }
        }
        for shape in [[4, 3], [4, 0, 3], [0, 4, 3], [4, 3, 2]] {
            let tape = Tape()
            #expect(throws: TensorError.self) {
                try layer.run(
                    tape, over: tape.constant(Tensor(shape: shape)), wantsAllSteps: true)
            }
        }
        for index in layer.parameters.indices {
            var parameters = layer.parameters
            parameters[index] = try parameter("odd", [7, 2])
            #expect(throws: TensorError.self) {
                try RecurrentLayer(kind, parameters, hidden: layer.hidden).run(
                    Tape(), [1], examples: 1, steps: 1, wantsAllSteps: false)
            }
            #expect(throws: TensorError.self) {
                _ = try RecurrentLayer(kind, parameters, hidden: layer.hidden).inference()
            }
        }
    }
}
