import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Losses over candidates")
struct CandidateLossTests {
    static let losses: [CandidateLoss] = [
        .pointwise, .bpr, .hinge, .adaptiveHinge, .logBPR, .crossEntropy(exponent: 1),
        .crossEntropy(exponent: 0.3), .sampledSoftmax,
    ]

    /// Three examples of four steps, some of them without a target, and classes that come again.
    struct Problem {
        static let (classes, width, examples, steps) = (9, 5, 3, 4)
        let layout = RowLayout(examples: Self.examples, steps: Self.steps, isTimeMajor: true)
        let candidates: Candidates
        let items: ItemOutput
        let states: [Double]
        let scales: [Double]

        init(negatives: Int, correcting: Bool = false) throws {
            var stream = RandomStream(seed: 4, "candidates")
            var ids: [Int32] = []
            for row in 0..<layout.rowCount {
                // Every fifth row is padding; a negative can be the target.
                ids.append(row % 5 == 1 ? 0 : Int32(1 + stream.below(Self.classes - 1)))
                for _ in 0..<negatives { ids.append(Int32(stream.below(Self.classes))) }
            }
            let logarithms = sample([Self.classes], "corrections", low: -3, high: -1)
            candidates = try Candidates(
                count: 1 + negatives, ids: ids,
                corrections: correcting ? tensor(logarithms, [Self.classes]) : nil)
            items = try ItemOutput(
                table: parameter("table", [Self.classes, Self.width]),
                bias: parameter("bias", [Self.classes, 1]))
            states = sample([layout.rowCount, Self.width], "states")
            scales = sample([layout.rowCount], "scales", low: 0.1)
        }

        /// The loss of each row by its formula.
        func reference(
            _ loss: CandidateLoss, _ states: [Double], _ table: [Double], _ bias: [Double]
        ) -> [Double] {
            let corrections = candidates.corrections?.doubles
            return (0..<layout.rowCount).map { row in
                let ids = candidates.ids[row * candidates.count..<(row + 1) * candidates.count]
                    .map(Int.init)
                guard ids[0] > 0 else { return 0 }
                let scores = ids.enumerated().map { place, id in
                    // The target is not drawn, so there is nothing to correct.
                    let correction = place == 0 ? 0 : corrections?[id] ?? 0
                    return (0..<Self.width).reduce(bias[id] - correction) {
                        $0 + states[row * Self.width + $1] * table[id * Self.width + $1]
                    }
                }
                return Self.formula(loss, scores[0], Array(scores.dropFirst()), ids)
            }
        }

        private static func formula(
            _ loss: CandidateLoss, _ p: Double, _ negatives: [Double], _ ids: [Int]
        ) -> Double {
            func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
            func mean(_ term: (Double) -> Double) -> Double {
                negatives.map(term).reduce(0, +) / Double(negatives.count)
            }
            switch loss {
            case .pointwise: return 1 - sigmoid(p) + mean(sigmoid)
            case .bpr: return mean { 1 - sigmoid(p - $0) }
            case .hinge: return mean { max(0, $0 - p + 1) }
            case .adaptiveHinge: return max(0, (negatives.max() ?? 0) - p + 1)
            case .logBPR: return mean { -log(sigmoid(p - $0)) }
            case .crossEntropy(let exponent):
                let others = negatives.map { log(1 - sigmoid($0)) }.reduce(0, +)
                return -(Double(exponent) * log(sigmoid(p)) + others) / Double(ids.count)
            case .sampledSoftmax:
                let others = zip(negatives, ids.dropFirst()).filter { $0.1 != ids[0] }
                return log(others.reduce(exp(p)) { $0 + exp($1.0) }) - p
            }
        }

        func run(_ loss: CandidateLoss, on tape: Tape, _ states: Variable) throws -> BatchLoss {
            try tape.candidateLoss(
                states, items, candidates, loss, scales: scales.map(Float.init), layout: layout)
        }
    }

    @Test(
        "equal their formulas in double precision, with gradients", arguments: losses, [1, 4])
    func formulas(_ loss: CandidateLoss, negatives: Int) throws {
        let problem = try Problem(negatives: negatives, correcting: loss == .sampledSoftmax)
        let sink = GradientSum()
        let tape = Tape(sink)
        let shape = [problem.layout.rowCount, Problem.width]
        let states = tape.input(try tensor(problem.states, shape))
        let found = try problem.run(loss, on: tape, states)
        try tape.backward(from: tape.scale(found.total, by: 2))

        let (table, bias) = (
            problem.items.table.value.doubles, problem.items.bias.value.doubles
        )
        let rows = problem.reference(loss, problem.states, table, bias)
        let perExample = (0..<Problem.examples).map { example in
            (0..<Problem.steps).reduce(0) { $0 + rows[$1 * Problem.examples + example] }
        }
        func total(_ inputs: [[Double]]) -> Double {
            zip(problem.reference(loss, inputs[0], inputs[1], inputs[2]), problem.scales)
                .reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(difference(found.perExample.doubles, perExample) < 1e-5)
        let inputs = [problem.states, table, bias]
        #expect(difference(found.total.value.doubles, [total(inputs)]) < 1e-5)
        let gradients = [
            states.gradient?.doubles ?? [], sink.dense(problem.items.table),
            sink.dense(problem.items.bias),
        ]
        for (index, gradient) in gradients.enumerated() {
            var slopes = inputs[index].indices.map { element in
                let sides = [1e-6, -1e-6].map { change in
                    var moved = inputs
                    moved[index][element] += change
                    return total(moved)
                }
                return (sides[0] - sides[1]) / 1e-6
            }
            // Padding keeps its values.
            let frozen = index == 1 ? Problem.width : index == 2 ? 1 : 0
            for element in 0..<frozen { slopes[element] = 0 }
            #expect(difference(gradient, slopes) < 1e-4, "gradient \(index)")
        }
    }

    @Test("have factors that give each example its own gradient", arguments: losses, [true, false])
    func factors(_ loss: CandidateLoss, isTimeMajor: Bool) throws {
        let problem = try Problem(negatives: 3)
        let (count, width, steps) = (4, Problem.width, Problem.steps)
        let all = problem.candidates.ids
        try FactorCheck(
            examples: Problem.examples, parameters: [problem.items.table, problem.items.bias]
        ) { tape, range in
            let layout = RowLayout(
                examples: range.count, steps: steps, isTimeMajor: isTimeMajor)
            // The rows of the chosen examples, in this layout's order.
            var rows = [Int](repeating: 0, count: layout.rowCount)
            for (place, example) in range.enumerated() {
                for step in 0..<steps {
                    rows[layout.firstRow(of: place) + step * layout.rowStride] =
                        step * Problem.examples + example
                }
            }
            let states = rows.flatMap { problem.states[$0 * width..<($0 + 1) * width] }
            let candidates = try Candidates(
                count: count, ids: rows.flatMap { all[$0 * count..<($0 + 1) * count] })
            return try tape.candidateLoss(
                tape.constant(tensor(states, [rows.count, width])), problem.items, candidates,
                loss, scales: [Float](repeating: 1, count: rows.count), layout: layout
            ).total
        }.run()
    }

    @Test("let no not-a-number of a row pass into others", arguments: losses)
    func notANumber(_ loss: CandidateLoss) throws {
        let problem = try Problem(negatives: 3)
        var states = problem.states
        states[2 * Problem.width] = .nan
        let tape = Tape(GradientSum())
        let input = tape.input(try tensor(states, [problem.layout.rowCount, Problem.width]))
        let found = try problem.run(loss, on: tape, input)
        #expect(found.perExample.values.map(\.isNaN) == [false, false, true])
        try tape.backward(from: found.total)
        let gradient = try #require(input.gradient)
        let bad = (0..<problem.layout.rowCount).filter { row in
            (0..<Problem.width).contains {
                !gradient.values[row * Problem.width + $0].isFinite
            }
        }
        #expect(bad.allSatisfy { $0 == 2 })
    }

    @Test("refuse classes and sizes that do not fit")
    func misfits() throws {
        let problem = try Problem(negatives: 2)
        let tape = Tape()
        let states = tape.constant(
            try tensor(problem.states, [problem.layout.rowCount, Problem.width]))
        func attempt(_ ids: [Int32], rows: Int = 12) throws {
            _ = try tape.candidateLoss(
                states, problem.items, Candidates(count: 3, ids: ids), .hinge,
                scales: [Float](repeating: 1, count: rows), layout: problem.layout)
        }
        #expect(throws: TensorError.self) { try Candidates(count: 1, ids: [1]) }
        #expect(throws: TensorError.self) { try Candidates(count: 3, ids: [1, 2]) }
        for id: Int32 in [-1, 9] {
            #expect(
                throws: TensorError.indexOutOfRange(
                    operation: "candidate loss", index: Int(id), limit: 9)
            ) { try attempt([id] + [Int32](repeating: 1, count: 35)) }
        }
        #expect(throws: TensorError.self) { try attempt([Int32](repeating: 1, count: 33)) }
        #expect(throws: TensorError.self) {
            try attempt([Int32](repeating: 1, count: 36), rows: 11)
        }
        #expect(throws: TensorError.self) {
            try ItemOutput(table: parameter("t", [4, 2]), bias: parameter("b", [4]))
        }
    }

    @Test(
        "gBCE's exponent is 1 without calibration and the sampled share with it",
        arguments: [(1, 100), (256, 3416)])
    func exponent(_ negatives: Int, _ items: Int) {
        let share = Double(negatives) / Double(items - 1)
        let exponents = [0, 0.5, 1].map {
            CandidateLoss.gBCEExponent(negatives: negatives, items: items, calibration: $0)
        }
        #expect(abs(exponents[0] - 1) < 1e-12)
        #expect(abs(exponents[1] - (1 + share) / 2) < 1e-12)
        #expect(abs(exponents[2] - share) < 1e-12)
    }

    @Test("have no gradient in a shift of all scores from the neutral one", arguments: losses)
    func neutralScore(_ loss: CandidateLoss) throws {
        let negatives = 4
        let items = try ItemOutput(
            table: Parameter("table", Tensor(repeating: 0, shape: [6, 1])),
            bias: Parameter(
                "bias",
                Tensor(repeating: loss.neutralScore(negatives: negatives), shape: [6, 1])))
        let sink = GradientSum()
        let tape = Tape(sink)
        let found = try tape.candidateLoss(
            tape.input(Tensor(repeating: 0, shape: [1, 1])), items,
            Candidates(count: 1 + negatives, ids: [1, 2, 3, 4, 5]), loss, scales: [1],
            layout: RowLayout(examples: 1, steps: 1, isTimeMajor: true))
        try tape.backward(from: found.total)
        let gradient = sink.dense(items.bias)
        #expect(abs(gradient.reduce(0, +)) < 1e-6)
        #expect(gradient[1] < 0)
    }
}
