import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarModels

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Negatives")
struct NegativeSamplerTests {
    private static let items = 9

    /// Left-padded sequences, of which the third is another's beginning.
    private static func batch(_ chosen: [Int] = [0, 1, 2], padding: Int = 0) throws -> Batch {
        let rows: [[Int32]] = [[3, 1, 4, 1], [0, 2, 6, 5], [0, 0, 3, 1]]
        let before = [Int32](repeating: 0, count: padding)
        return try Batch(
            sequences: chosen.flatMap { before + rows[$0] }, examples: chosen.count)
    }

    private static let counts: [Double] = [0, 8, 4, 0, 1, 2, 16, 1, 1, 1]

    private func sampler(
        _ source: NegativeSampling.Source, count: Int = 2
    ) throws -> NegativeSampler {
        // So few that hard negatives differ from draw to draw.
        let sampling = NegativeSampling(source: source, exponent: 0.5, pool: 3)
        return NegativeSampler(
            count: count, items: Self.items, sampling: sampling,
            probabilities: try sampling.probabilities(of: Self.counts, classes: 10))
    }

    /// Items with a higher number score higher.
    private func scores(_ candidates: Candidates) throws(TensorError) -> Tensor {
        try Tensor(candidates.ids.map { Float($0) })
    }

    private func ids(
        _ sampler: NegativeSampler, _ batch: Batch, scales: [Float]? = nil,
        noise: RandomStream? = nil
    ) throws -> [Int32] {
        try sampler.candidates(for: batch, scales: scales, noise: noise, scores: scores).ids
    }

    @Test(
        "are others in every step, and the same ones for a step that is repeated",
        arguments: NegativeSampling.Source.allCases)
    func steps(_ source: NegativeSampling.Source) throws {
        let batch = try Self.batch()
        let sampler = try sampler(source)
        let steps = try ["1", "2", "1"].map {
            try ids(sampler, batch, noise: RandomStream(seed: 1, $0))
        }
        #expect(steps[0] == steps[2] && steps[0] != steps[1])
        #expect(try ids(sampler, batch) == ids(sampler, batch))
        for (place, target) in batch.targets.enumerated() {
            let row = steps[0][place * 3..<place * 3 + 3]
            #expect(row.first == target)
            #expect(row.allSatisfy { target > 0 ? (1...9).contains($0) : $0 == 0 })
        }
    }

    @Test(
        "depend on neither padding nor other sequences",
        arguments: [NegativeSampling.Source.uniform, .popularity, .hard])
    func independence(_ source: NegativeSampling.Source) throws {
        let sampler = try sampler(source)
        let together = try ids(sampler, Self.batch())
        for example in 0..<3 {
            for padding in [0, 5] {
                let alone = try ids(sampler, Self.batch([example], padding: padding))
                let own = (0..<4).flatMap { step in
                    let row = step * 3 + example
                    return together[row * 3..<row * 3 + 3]
                }
                #expect(Array(alone.dropFirst(padding * 3)) == own)
            }
        }
    }

    /// How often each item is drawn for one target of a batch.
    private func counts(
        _ sampler: NegativeSampler, _ batch: Batch, row: Int, scales: [Float]? = nil
    ) throws -> [Int] {
        let width = 1 + sampler.count
        let drawn = try ids(sampler, batch, scales: scales)[row * width + 1..<(row + 1) * width]
        return drawn.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1)] += 1 }
    }

    private func chiSquare(_ found: [Int], _ shares: [Double]) -> Double {
        let (total, sum) = (Double(found.reduce(0, +)), shares.reduce(0, +))
        return zip(found, shares).reduce(0) { statistic, pair in
            let expected = total * pair.1 / sum
            guard expected > 0 else { return pair.0 == 0 ? statistic : .infinity }
            return statistic + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
    }

    /// The 99.9th percentile of chi-square with 8 degrees of freedom.
    private static let limit = 26.1

    @Test("come from all items alike")
    func uniform() throws {
        let found = try counts(sampler(.uniform, count: 20_000), Self.batch(), row: 0)
        #expect(chiSquare(found, [0] + [Double](repeating: 1, count: 9)) < Self.limit)
    }

    @Test("come in proportion to a power of popularity, items without counts as if they had one")
    func popularity() throws {
        let found = try counts(sampler(.popularity, count: 20_000), Self.batch(), row: 0)
        let shares = Self.counts.enumerated().map {
            $0.offset == 0 ? 0 : max(1, $0.element).squareRoot()
        }
        #expect(chiSquare(found, shares) < Self.limit)
    }

    @Test("come from the other sequences of the batch as often as they have them")
    func fromBatch() throws {
        let sampler = try sampler(.batch, count: 20_000)
        // The first row of the first sequence asks for 3: others have 2, 6, 5, 3 and 1.
        let first = try counts(sampler, Self.batch(), row: 0)
        #expect(chiSquare(first, [0, 1, 1, 0, 0, 1, 1, 0, 0, 0]) < Self.limit)
        // A sequence without weight gives none.
        let without = try counts(sampler, Self.batch(), row: 0, scales: [1, 0, 1])
        #expect(without[1] == 20_000)
        // Alone, all items but the target serve alike.
        let alone = try counts(sampler, Self.batch([0]), row: 0)
        let others = (0..<10).map { $0 == 0 || $0 == 3 ? 0.0 : 1 }
        #expect(chiSquare(alone, others) < Self.limit)
    }

    @Test("come with known probabilities from the batch where these correct the loss")
    func corrected() throws {
        var sampler = try sampler(.batch, count: 20_000)
        sampler.tellsExpectation = true
        // The first sequence's own target 3, which the third has too, is drawn like any other.
        let first = try counts(sampler, Self.batch(), row: 0)
        #expect(chiSquare(first, [0, 1, 1, 1, 0, 1, 1, 0, 0, 0]) < Self.limit)
        let alone = try counts(sampler, Self.batch([0]), row: 0)
        let shares = Self.counts.enumerated().map { $0.offset == 0 ? 0 : max(1, $0.element) }
        #expect(chiSquare(alone, shares) < Self.limit)
    }

    @Test("come alike often when all weights of the examples that are counted change alike")
    func weightedCounts() throws {
        let sampling = NegativeSampling(source: .popularity, exponent: 1)
        func shares(_ scale: Double) throws -> [Double] {
            try sampling.probabilities(of: [0, 50, 25, 25, 50].map { $0 * scale }, classes: 5)
                .values.map(Double.init)
        }
        for (found, expected) in zip(try shares(0.01), try shares(1)) {
            #expect(abs(found - expected) < 1e-6)
        }
        let steep = NegativeSampling(source: .popularity, exponent: 100)
        #expect(try steep.probabilities(of: [0, 0.01, 0.001], classes: 3).values == [0, 1, 0])
    }

    @Test("that are hard are the different ones of many others with the highest scores")
    func hard() throws {
        let sampling = NegativeSampling(source: .hard, pool: 500)
        let sampler = NegativeSampler(count: 3, items: Self.items, sampling: sampling)
        let batch = try Batch(histories: [1, 2], targets: [9, 4])
        // Every item is in the pool many times, and a target is never its own negative.
        #expect(try ids(sampler, batch) == [9, 8, 7, 6, 4, 9, 8, 7])
        let falling = try sampler.candidates(for: batch, noise: nil) {
            candidates throws(TensorError) in
            try Tensor(candidates.ids.map { $0 == 1 ? .nan : -Float($0) })
        }
        #expect(falling.ids == [9, 1, 2, 3, 4, 1, 2, 3])
        // Of two other items there are not three different ones.
        let few = NegativeSampler(count: 3, items: 3, sampling: sampling)
        #expect(try ids(few, Batch(histories: [1], targets: [2])) == [2, 3, 1, 3])
    }

    @Test("refuse numbers that no memory can hold", arguments: [1 << 27, Int.max - 1])
    func endless(_ count: Int) throws {
        #expect(throws: TensorError.self) {
            try ids(sampler(.uniform, count: count), Self.batch())
        }
    }

    @Test("refuse counts of other items, and such that are none")
    func badCounts() {
        let sampling = NegativeSampling(source: .popularity)
        for counts: [Double] in [[0, 1], [0, 1, -1], [0, 1, .nan], [0, 1, .infinity], []] {
            #expect(throws: ModelError.self) {
                try sampling.probabilities(of: counts, classes: 3)
            }
        }
    }

    // MARK: - Sampled softmax

    /// A model of a small catalogue whose items are not equally likely.
    private func model(
        _ loss: SequenceLoss, negatives: Int = 1, _ sampling: NegativeSampling = NegativeSampling()
    ) throws -> SequenceRecommender {
        let model = try SequenceRecommender(
            .init(
                items: Self.items, dim: 3, representation: .pooling, loss: loss,
                negatives: negatives, sampling: sampling), seed: 2, popularity: Self.counts)
        for name in ["items.weight", "output.bias"] {
            var stream = RandomStream(seed: 3, name)
            let value = try #require(model.parameter(name)?.value)
            for place in value.columnCount..<value.count {
                value.pointer[place] = Float(stream.normal())
            }
        }
        return model
    }

    private func run(
        _ model: SequenceRecommender, noise: RandomStream?
    ) throws -> (loss: Double, gradient: [Double]) {
        let sum = GradientSum()
        let tape = Tape(sum, noise: noise)
        let loss = try model.loss(Batch(histories: [2, 7], targets: [6]), scales: [1], on: tape)
        try tape.backward(from: loss.total)
        let gradient = try model.parameters.filter(\.isTrainable).flatMap {
            try sum[$0]?.dense(like: $0.value).values ?? []
        }
        return (Double(loss.total.value.values[0]), gradient.map(Double.init))
    }

    static let draws: [NegativeSampling] = [
        NegativeSampling(), NegativeSampling(source: .popularity, exponent: 1),
        NegativeSampling(source: .popularity, exponent: 0.5),
    ]

    @Test("corrected for how often they are drawn sum to all items on average", arguments: draws)
    func partition(_ sampling: NegativeSampling) throws {
        let whole = exp(try run(model(.softmax), noise: nil).loss)
        let sampled = try model(.sampledSoftmax, negatives: 3, sampling)
        let sums = try (0..<4000).map {
            exp(try run(sampled, noise: RandomStream(seed: 1, "\($0)")).loss)
        }
        let mean = sums.reduce(0, +) / Double(sums.count)
        let variance =
            sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count - 1)
        #expect(abs(mean - whole) < 4 * (variance / Double(sums.count)).squareRoot())
    }

    @Test("corrected give the gradient of the softmax over all items", arguments: draws)
    func gradient(_ sampling: NegativeSampling) throws {
        let whole = try run(model(.softmax), noise: nil).gradient
        func error(_ sampling: NegativeSampling) throws -> Double {
            let sampled = try model(.sampledSoftmax, negatives: 4000, sampling)
            var mean = [Double](repeating: 0, count: whole.count)
            for draw in 0..<20 {
                let found = try run(sampled, noise: RandomStream(seed: 1, "\(draw)")).gradient
                for place in mean.indices { mean[place] += found[place] / 20 }
            }
            let scale = whole.reduce(0) { max($0, abs($1)) }
            return zip(mean, whole).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
        }
        #expect(try error(sampling) < 0.01)
        var uncorrected = sampling
        uncorrected.isCorrected = false
        #expect(try error(uncorrected) > 0.1)
    }
}
