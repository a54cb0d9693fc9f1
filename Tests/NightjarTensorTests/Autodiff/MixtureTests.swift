import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Scores for states of several tastes")
struct MixtureTests {
    private static let (classes, width, tastes, examples, steps) = (7, 3, 2, 3, 2)
    private static let rows = examples * steps
    private static let scales: [Double] = [1, 0.5, 2, 0, 1.5, 1]
    /// The second row has no target.
    private static let targets: [Int32] = [3, 0, 6, 1, 2, 6]
    private static let layout = RowLayout(examples: examples, steps: steps, isTimeMajor: true)

    private let items: ItemOutput
    private let states = sample([rows, 2 * tastes * width], "states")

    init() throws {
        items = try ItemOutput(
            table: parameter("table", [Self.classes, Self.width], scale: 1.5),
            bias: parameter("bias", [Self.classes, 1]), tastes: Self.tastes)
    }

    /// The score of a class by its formula.
    private static func score(
        _ row: Int, _ id: Int, _ states: [Double], _ table: [Double], _ bias: [Double]
    ) -> Double {
        let products = (0..<2 * tastes).map { part in
            (0..<width).reduce(0.0) {
                $0 + states[(row * 2 * tastes + part) * width + $1] * table[id * width + $1]
            }
        }
        let powers = products.suffix(tastes).map { exp($0) }
        let sum = powers.reduce(0, +)
        return zip(products, powers).reduce(bias[id]) { $0 + $1.0 * $1.1 / sum }
    }

    /// The softmax cross-entropy of each row over all classes but padding.
    private static func losses(
        _ states: [Double], _ table: [Double], _ bias: [Double]
    ) -> [Double] {
        targets.enumerated().map { row, target in
            guard target > 0 else { return 0 }
            let scores = (1..<classes).map { score(row, $0, states, table, bias) }
            return log(scores.reduce(0) { $0 + exp($1) }) - scores[Int(target) - 1]
        }
    }

    @Test("equal their formula, for all classes and for candidates")
    func scores() throws {
        let input = try tensor(states, [Self.rows, 2 * Self.tastes * Self.width])
        let (table, bias) = (items.table.value.doubles, items.bias.value.doubles)
        let all = try items.mixtureScores(input).doubles
        let expected = (0..<Self.rows).flatMap { row in
            (0..<Self.classes).map { Self.score(row, $0, states, table, bias) }
        }
        #expect(difference(all, expected) < 1e-6)
        let ids: [Int32] = [1, 6, 2, 2, 5, 3, 4, 4, 6, 1, 3, 2]
        let some = try items.scores(of: Candidates(count: 2, ids: ids), for: input).doubles
        let chosen = ids.enumerated().map { place, id in
            expected[place / 2 * Self.classes + Int(id)]
        }
        #expect(difference(some, chosen) < 1e-6)
    }

    @Test("give a softmax whose value and gradients are those of its formula")
    func softmax() throws {
        let sink = GradientSum()
        let tape = Tape(sink)
        let input = tape.input(try tensor(states, [Self.rows, 2 * Self.tastes * Self.width]))
        let found = try tape.mixtureCrossEntropy(
            input, items, targets: Self.targets, scales: Self.scales.map(Float.init),
            layout: Self.layout)
        try tape.backward(from: tape.scale(found.total, by: 2))
        let inputs = [states, items.table.value.doubles, items.bias.value.doubles]
        func total(_ inputs: [[Double]]) -> Double {
            zip(Self.losses(inputs[0], inputs[1], inputs[2]), Self.scales)
                .reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(difference(found.total.value.doubles, [total(inputs)]) < 1e-5)
        let rows = Self.losses(inputs[0], inputs[1], inputs[2])
        let perExample = (0..<Self.examples).map { rows[$0] + rows[$0 + Self.examples] }
        #expect(difference(found.perExample.doubles, perExample) < 1e-5)
        try expectSlopes(
            of: total, at: inputs,
            [input.gradient?.doubles ?? [], sink.dense(items.table), sink.dense(items.bias)])
    }

    @Test("give losses over candidates whose gradients are those of their formula")
    func candidates() throws {
        let ids: [Int32] = [3, 5, 2, 0, 0, 0, 6, 1, 1, 1, 2, 4, 2, 6, 5, 6, 4, 3]
        let candidates = try Candidates(count: 3, ids: ids)
        let sink = GradientSum()
        let tape = Tape(sink)
        let input = tape.input(try tensor(states, [Self.rows, 2 * Self.tastes * Self.width]))
        let found = try tape.candidateLoss(
            input, items, candidates, .logBPR, scales: Self.scales.map(Float.init),
            layout: Self.layout)
        try tape.backward(from: tape.scale(found.total, by: 2))
        func total(_ inputs: [[Double]]) -> Double {
            Self.targets.enumerated().reduce(0) { sum, row in
                guard row.element > 0 else { return sum }
                let scores = ids[row.offset * 3..<row.offset * 3 + 3].map {
                    Self.score(row.offset, Int($0), inputs[0], inputs[1], inputs[2])
                }
                let losses = scores.dropFirst().map { log(1 + exp($0 - scores[0])) }
                return sum + Self.scales[row.offset] * losses.reduce(0, +) / 2
            }
        }
        let inputs = [states, items.table.value.doubles, items.bias.value.doubles]
        #expect(difference(found.total.value.doubles, [total(inputs)]) < 1e-5)
        try expectSlopes(
            of: total, at: inputs,
            [input.gradient?.doubles ?? [], sink.dense(items.table), sink.dense(items.bias)])
    }

    /// Checks gradients of twice a total against central differences.
    private func expectSlopes(
        of total: ([[Double]]) -> Double, at inputs: [[Double]], _ gradients: [[Double]]
    ) throws {
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
            for element in 0..<(index == 1 ? Self.width : index == 2 ? 1 : 0) {
                slopes[element] = 0
            }
            #expect(difference(gradient, slopes) < 1e-4, "gradient \(index)")
        }
    }

    @Test("have factors that give each example its own gradient", arguments: [true, false])
    func factors(isSampled: Bool) throws {
        let part = 2 * Self.tastes * Self.width
        try FactorCheck(examples: Self.examples, parameters: [items.table, items.bias]) {
            tape, range in
            let rows = (0..<Self.steps).flatMap { step in
                range.map { step * Self.examples + $0 }
            }
            let own = tape.constant(
                try tensor(
                    rows.flatMap { states[$0 * part..<($0 + 1) * part] }, [rows.count, part]))
            let layout = RowLayout(
                examples: range.count, steps: Self.steps, isTimeMajor: true)
            let scales = [Float](repeating: 1, count: rows.count)
            let targets = rows.map { Self.targets[$0] }
            guard isSampled else {
                return try tape.mixtureCrossEntropy(
                    own, items, targets: targets, scales: scales, layout: layout
                ).total
            }
            let candidates = try Candidates(
                count: 3, ids: targets.flatMap { $0 > 0 ? [$0, 4, $0 % 3 + 1] : [0, 0, 0] })
            return try tape.candidateLoss(
                own, items, candidates, .logBPR, scales: scales, layout: layout
            ).total
        }.run()
    }

    @Test("do not depend on how many rows go through together")
    func chunks() throws {
        // So many classes that several chunks are needed.
        let (classes, rows) = (70_000, 70)
        let output = try ItemOutput(
            table: parameter("table", [classes, 2]), bias: parameter("bias", [classes, 1]),
            tastes: 1)
        let states = try tensor(sample([rows, 4], "states"), [rows, 4])
        let targets = (0..<rows).map { Int32($0 * 977 % classes) }
        func run(_ some: Range<Int>) throws -> (losses: [Double], table: [Double]) {
            let sink = GradientSum()
            let tape = Tape(sink)
            let found = try tape.mixtureCrossEntropy(
                tape.constant(states.rows(some)), output, targets: Array(targets[some]),
                scales: [Float](repeating: 1, count: some.count),
                layout: RowLayout(examples: some.count, steps: 1, isTimeMajor: true))
            try tape.backward(from: found.total)
            return (found.perExample.doubles, sink.dense(output.table))
        }
        let whole = try run(0..<rows)
        let parts = try [run(0..<20), run(20..<rows)]
        #expect(difference(whole.losses, parts[0].losses + parts[1].losses) < 1e-6)
        let sum = zip(parts[0].table, parts[1].table).map { $0 + $1 }
        #expect(difference(whole.table, sum) < 1e-5)
    }

    @Test("refuse states and classes that do not fit")
    func misfits() throws {
        let tape = Tape()
        let states = tape.input(try tensor(states, [Self.rows, 12]))
        func attempt(_ targets: [Int32], _ layout: RowLayout) throws {
            _ = try tape.mixtureCrossEntropy(
                states, items, targets: targets, scales: Self.scales.map(Float.init),
                layout: layout)
        }
        #expect(throws: TensorError.self) { try attempt([3, 0, 7, 1, 2, 6], Self.layout) }
        #expect(throws: TensorError.self) { try attempt([3, 0, -1, 1, 2, 6], Self.layout) }
        #expect(throws: TensorError.self) { try attempt([3], Self.layout) }
        #expect(throws: TensorError.self) {
            try attempt(
                Self.targets,
                RowLayout(examples: 3, steps: 2, isTimeMajor: false))
        }
        #expect(throws: TensorError.self) { try items.mixtureScores(Tensor(shape: [2, 11])) }
        #expect(throws: TensorError.self) {
            try ItemOutput(table: items.table, bias: items.bias, tastes: 0)
        }
    }
}
