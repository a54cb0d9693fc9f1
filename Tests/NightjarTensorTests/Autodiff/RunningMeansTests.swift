import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Running means of embeddings")
struct RunningMeansTests {
    private static let (rows, width, examples, steps) = (7, 3, 4, 5)

    /// Left-padded sequences, time-major.
    private static var ids: [Int32] {
        var stream = RandomStream(seed: 2, "sequences")
        let padding = (0..<examples).map { min($0, steps) }
        return (0..<steps).flatMap { step in
            (0..<examples).map { step < padding[$0] ? 0 : Int32(1 + stream.below(rows - 1)) }
        }
    }

    @Test("are those of the items before each step and before the end")
    func values() throws {
        let table = try parameter("table", [Self.rows, Self.width])
        try table.value.row(0).fill(0)
        let layout = RowLayout(examples: Self.examples, steps: Self.steps, isTimeMajor: true)
        let tape = Tape()
        let all = try tape.runningMeans(table, ids: Self.ids, layout: layout).value.doubles
        let last = try tape.runningMeans(
            table, ids: Self.ids, layout: layout, wantsAllSteps: false
        ).value.doubles
        let values = table.value.doubles
        for example in 0..<Self.examples {
            var sum = [Double](repeating: 0, count: Self.width)
            var count = 1.0
            for step in 0...Self.steps {
                let place = (step * Self.examples + example) * Self.width
                let found =
                    step < Self.steps
                    ? Array(all[place..<place + Self.width])
                    : Array(last[example * Self.width..<(example + 1) * Self.width])
                #expect(difference(found, sum.map { $0 / count }) < 1e-6)
                guard step < Self.steps else { continue }
                let id = Int(Self.ids[step * Self.examples + example])
                if id != 0 { count += 1 }
                for column in 0..<Self.width { sum[column] += values[id * Self.width + column] }
            }
        }
    }

    @Test("give each example its own gradient, and padding none", arguments: [true, false])
    func gradients(wantsAllSteps: Bool) throws {
        let table = try parameter("table", [Self.rows, Self.width])
        let count = wantsAllSteps ? Self.steps : 1
        let weights = sample([count, Self.examples, Self.width], "weights")
        func loss(_ tape: Tape, _ range: Range<Int>) throws -> Variable {
            let ids = (0..<Self.steps).flatMap { step in
                range.map { Self.ids[step * Self.examples + $0] }
            }
            let layout = RowLayout(examples: range.count, steps: Self.steps, isTimeMajor: true)
            let means = try tape.runningMeans(
                table, ids: ids, layout: layout, wantsAllSteps: wantsAllSteps)
            let own = (0..<count).flatMap { step in
                range.flatMap { example in
                    let place = (step * Self.examples + example) * Self.width
                    return weights[place..<place + Self.width]
                }
            }
            // Squares, so that gradients depend on the values.
            return try tape.weightedSum(tape.power(means, 2), tensor(own, means.value.shape))
        }
        try FactorCheck(examples: Self.examples, parameters: [table], loss: loss).run()

        let sink = GradientSum()
        let tape = Tape(sink)
        try tape.backward(from: loss(tape, 0..<Self.examples))
        let found = sink.dense(table)
        #expect(found.prefix(Self.width).allSatisfy { $0 == 0 })
        for element in Self.width..<found.count {
            let before = table.value.pointer[element]
            let sides = try [Float(1e-2), -1e-2].map { change in
                table.value.pointer[element] = before + change
                return try loss(Tape(), 0..<Self.examples).value.doubles[0]
            }
            table.value.pointer[element] = before
            #expect(abs((sides[0] - sides[1]) / 2e-2 - found[element]) < 1e-3)
        }
    }

    @Test("refuse ids that the table does not have")
    func misfits() throws {
        let table = try parameter("table", [3, 2])
        let layout = RowLayout(examples: 1, steps: 2, isTimeMajor: true)
        for ids: [Int32] in [[1, 3], [-1, 1], [1]] {
            #expect(throws: TensorError.self) {
                try Tape().runningMeans(table, ids: ids, layout: layout)
            }
        }
    }
}
