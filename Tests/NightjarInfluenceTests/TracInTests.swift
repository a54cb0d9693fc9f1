import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("TracIn")
struct TracInTests {
    /// A model with random values, examples with repeated items and padding, and the gradients of
    /// single examples, computed one at a time and multiplied in double precision.
    struct World {
        let model: LSTMRecommender
        let histories: [[Int32]]
        let targets: [Int32]

        init(
            items: Int = 40, dim: Int = 5, hidden: Int = 7, steps: Int = 6, count: Int = 70,
            frozen: Bool = false, seed: UInt64 = 1
        ) throws {
            model = try LSTMRecommender(
                .init(items: items, dim: dim, hidden: hidden, frozenEmbeddings: frozen),
                seed: seed)
            var stream = RandomStream(seed: seed, "examples")
            histories = (0..<count).map { _ in
                let padding = stream.below(steps)
                return (0..<steps).map { $0 < padding ? 0 : Int32(1 + stream.below(items)) }
            }
            targets = (0..<count).map { _ in Int32(1 + stream.below(items)) }
        }

        func source(_ range: Range<Int>) -> TileSource {
            TileSource(count: range.count) { [histories, targets] tile in
                let chosen = tile.map { $0 + range.lowerBound }
                return try Batch(
                    histories: chosen.flatMap { histories[$0] }, targets: chosen.map { targets[$0] }
                )
            }
        }

        var snapshot: Snapshot {
            nonisolated(unsafe) let model = model
            return Snapshot(name: "now", learningRate: 0.5) { model }
        }

        /// The gradient of example `index` alone, by parameter name.
        func gradient(_ index: Int, scale: Float = 1) throws -> [String: [Double]] {
            let sum = GradientSum()
            let tape = Tape(sum)
            let batch = try Batch(histories: histories[index], targets: [targets[index]])
            try tape.backward(from: model.loss(batch, scales: [scale], on: tape).total)
            var result: [String: [Double]] = [:]
            for parameter in model.parameters where parameter.isTrainable {
                result[parameter.name] = try sum[parameter]?.dense(like: parameter.value).values
                    .map(Double.init)
            }
            return result
        }

        func dot(
            _ left: [String: [Double]], _ right: [String: [Double]],
            where isChosen: (String) -> Bool = { _ in true }
        ) -> Double {
            left.filter { isChosen($0.key) }.reduce(0) { sum, entry in
                sum + zip(entry.value, right[entry.key] ?? []).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }

        func tracin(
            _ range: Range<Int>, _ selection: ParameterSelection = .all, budget: Int = 1 << 30
        ) throws -> TracIn {
            try TracIn(
                snapshots: [snapshot], train: source(range), selection: selection,
                memoryBudget: budget)
        }
    }

    private func expectClose(_ found: Double, _ expected: Double, scale: Double) {
        #expect(abs(found - expected) <= 1e-5 * scale + 1e-4 * abs(expected))
    }

    @Test(
        "scores pairs like gradients of single examples, for every selection",
        arguments: [
            ParameterSelection.all, .lastLayer, .named(["lstm.weight_hh", "embedding.weight"]),
            .named(["lstm.bias_ih", "output.bias"]),
        ], [false, true])
    func pairs(_ selection: ParameterSelection, frozen: Bool) throws {
        let world = try World(frozen: frozen)
        if frozen, case .named(let names) = selection, names.contains("embedding.weight") { return }
        let chosen = Set(try selection.parameters(of: world.model).map(\.name))
        let matrix = try world.tracin(0..<60, selection).scores(world.source(60..<70))
        let train = try (0..<60).map { try world.gradient($0) }
        let tests = try (60..<70).map { try world.gradient($0) }
        let scores = matrix.scores.values
        for (row, gradient) in train.enumerated() {
            for (column, test) in tests.enumerated() {
                let expected = 0.5 * world.dot(gradient, test) { chosen.contains($0) }
                expectClose(Double(scores[row * 10 + column]), expected, scale: 0.1)
            }
        }
        #expect(!matrix.isPartial)
    }

    /// Sizes at which gradients are written out in several pieces, for several blocks of examples.
    @Test("scores pairs of large tiles alike")
    func manyPairs() throws {
        let world = try World(dim: 24, hidden: 40, steps: 4, count: 350)
        let matrix = try world.tracin(0..<310).scores(world.source(310..<350))
        let scores = matrix.scores.values
        let tests = try (310..<350).map { try world.gradient($0) }
        for row in [0, 31, 32, 255, 256, 309] {
            let gradient = try world.gradient(row)
            for (column, test) in tests.enumerated() {
                expectClose(
                    Double(scores[row * 40 + column]), 0.5 * world.dot(gradient, test), scale: 0.1)
            }
        }
    }

    @Test("names the checkpoint and the example or target whose gradient is not finite")
    func diverged() throws {
        let world = try World(items: 400, count: 70)
        let embedding = try #require(
            world.model.parameters.first { $0.name == "embedding.weight" }?.value)
        let others = Set(world.histories.enumerated().filter { $0.offset != 41 }.flatMap(\.element))
        let own = try #require(world.histories[41].first { $0 > 0 && !others.contains($0) })
        embedding.pointer[Int(own) * embedding.columnCount] = .nan
        func expectFailure(_ words: String, _ body: (TracIn) throws -> Void) throws {
            for range in [0..<60, 30..<70] {
                let error = #expect(throws: InfluenceError.self) {
                    try body(world.tracin(range))
                }
                let owner = words.replacing("#", with: "\(41 - range.lowerBound + 1)")
                #expect(
                    error?.description.contains("of \(owner) at 'now' is not finite") == true)
            }
        }
        try expectFailure("example #") { _ = try $0.scores(world.source(60..<70)) }
        try expectFailure("example #") { _ = try $0.total(world.source(60..<70)) }
        try expectFailure("example #") { _ = try $0.selfInfluence() }
        let targets = world.source(38..<45)
        #expect(throws: InfluenceError.notFinite(checkpoint: "now", of: "target 4")) {
            try world.tracin(0..<30).scores(targets)
        }
        #expect(throws: InfluenceError.notFinite(checkpoint: "now", of: "the targets together")) {
            try world.tracin(0..<30).total(targets)
        }
    }

    @Test(
        "cuts every gradient into pieces that hold each row once",
        arguments: [1, 7, 64, 512, 4000], [0, 1, 31, 192, 3072, 9000])
    func pieces(_ out: Int, _ weights: Int) {
        let pieces = WrittenGradients.pieces(out: out, weights: weights, hasBiases: true)
        var (rows, biases): ([Int], [Int]) = ([], [])
        for piece in pieces {
            switch piece {
            case .weights(let columns): rows += columns
            case .biases(let columns): biases += columns
            }
        }
        #expect(rows == (weights > 0 ? Array(0..<out) : []))
        #expect(biases == Array(0..<out))
    }

    @Test("scores totals like sums of pairs, for every weighting")
    func totals() throws {
        let world = try World()
        let tracin = try world.tracin(0..<60)
        let pairs = try tracin.scores(world.source(60..<70)).scores.values
        let weightings: [(TargetWeighting, (Int) -> Double)] = [
            (.mean, { _ in 0.1 }), (.sum, { _ in 1 }),
            (.batchMeans(4), { $0 < 8 ? 0.25 : 0.5 }),
        ]
        for (weighting, weight) in weightings {
            let totals = try tracin.total(world.source(60..<70), weighting: weighting).values
            for row in 0..<60 {
                let expected = (0..<10).reduce(0.0) {
                    $0 + weight($1) * Double(pairs[row * 10 + $1])
                }
                expectClose(Double(totals[row]), expected, scale: 1)
            }
        }
    }

    @Test("self-influence is the diagonal of the pairs of a set with itself")
    func selfInfluence() throws {
        let world = try World()
        let tracin = try world.tracin(0..<60)
        let diagonal = try tracin.scores(world.source(0..<60)).scores.values
        let own = try tracin.selfInfluence().values
        for row in 0..<60 {
            expectClose(Double(own[row]), Double(diagonal[row * 61]), scale: 0.1)
        }
    }

    @Test("gives the same scores when targets have to be taken in blocks")
    func blocks() throws {
        let world = try World()
        let targets = world.source(60..<70)
        let whole = try world.tracin(0..<60).scores(targets).scores.values
        let plan = try world.tracin(0..<60).plan(targets)
        #expect(plan.targetBlock == 10)
        let tight = try world.tracin(0..<60, budget: plan.bytes - plan.bytes / 8)
        #expect(try tight.plan(targets).targetBlock < 10)
        for (left, right) in zip(try tight.scores(targets).scores.values, whole) {
            expectClose(Double(left), Double(right), scale: 0.01)
        }
    }

    @Test("says how long the arithmetic takes, where the speed of it is known")
    func seconds() throws {
        let world = try World()
        let few = try world.tracin(0..<60).plan(world.source(60..<61))
        let many = try world.tracin(0..<60).plan(world.source(60..<70))
        #expect(few.flops > 0 && many.flops > few.flops && many.flops < 10 * few.flops)
        #expect(few.seconds(at: few.flops / 4) == 4)
        #expect(
            few.description(at: few.flops / 4).hasSuffix(
                ", at least 4.0 s at the \(Int(few.flops / 4e9)) GFLOP/s of this machine"))
        #expect(few.description(at: 0) == few.description)
    }

    @Test("refuses a budget that not even one target fits in, before any work")
    func budget() throws {
        let world = try World()
        #expect(throws: InfluenceError.self) {
            try world.tracin(0..<60, budget: 1000).scores(world.source(60..<70))
        }
    }

    @Test("suggests the name of a misspelt parameter")
    func misspelt() throws {
        let world = try World()
        let error = #expect(throws: InfluenceError.self) {
            try ParameterSelection.named(["lstm.weight_hi"]).parameters(of: world.model)
        }
        #expect(error?.description.contains("did you mean 'lstm.weight_ih'?") == true)
    }

    @Test("ranks highest and lowest with ties by position")
    func order() {
        let scores = InfluenceScores(
            values: [1, -2, 3, -2, 3], meaning: "",
            provenance: InfluenceProvenance(method: "", settings: [], checkpoints: []),
            isPartial: false)
        #expect(scores.highest(3) == [2, 4, 0])
        #expect(scores.lowest(2) == [1, 3])
        #expect(scores.lowest(99).count == 5)
    }

    @Test("ranks few of many as it ranks all, with ties by position")
    func orderOfMany() {
        let values = (0..<5000).map { Float(($0 * 7919) % 1201) }
        let scores = InfluenceScores(
            values: values, meaning: "",
            provenance: InfluenceProvenance(method: "", settings: [], checkpoints: []),
            isPartial: false)
        for count in [0, 1, 2, 10, 311] {
            #expect(scores.highest(count) == Array(scores.highest(5000).prefix(count)))
            #expect(scores.lowest(count) == Array(scores.lowest(5000).prefix(count)))
        }
    }
}
