import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarModels

#if canImport(Glibc)
    import Glibc
#endif

/// What must hold for every way of making states and every loss.
@Suite("Sequence models")
struct SequenceRecommenderTests {
    typealias Representation = SequenceRecommender.Representation

    static let sequences: [[Int32]] = [
        [3, 1, 4, 1, 5, 9], [2, 6, 5], [5], [8, 9, 7, 9, 3], [2, 3, 8, 4, 6, 2],
    ]

    private func model(
        _ representation: Representation, _ loss: SequenceLoss, ownOutput: Bool = false,
        switches: Bool = false, negativesFrom source: NegativeSampling.Source = .uniform,
        popularity: [Double]? = [0, 5, 1, 2, 0, 3, 1, 1, 8, 1]
    ) throws -> SequenceRecommender {
        let model = try SequenceRecommender(
            .init(
                items: 9, dim: 4, representation: representation, loss: loss, negatives: 3,
                sampling: NegativeSampling(source: source, pool: 6),
                hasOutputEmbeddings: ownOutput,
                learnsInitialState: switches && representation.isRecurrent,
                initialWeights: switches && representation.isRecurrent ? .glorot : .uniform,
                // Longer than any sequence.
                paddedLength: switches && representation.isRecurrent ? 8 : nil,
                emitsCell: switches && representation.hasCell,
                convolution: Convolution(dilations: [1, 2], isResidual: !switches), tastes: 2,
                // Shorter than the longest sequence; no dropout, as there is no noise.
                transformer: .init(
                    blocks: 2, heads: 2, dropout: 0.5, maxLength: 5, mask: 0.5, lastMask: 0.3),
                stateDropout: switches && !representation.isTransformer ? 0.5 : 0,
                normalisesStates: switches && !representation.isTransformer),
            seed: 7, popularity: popularity)
        // Larger than at the start of training, so that nothing is almost linear.
        for parameter in model.parameters where parameter.isTrainable {
            var stream = RandomStream(seed: 8, parameter.name)
            for element in 0..<parameter.value.count {
                parameter.value.pointer[element] = Float(stream.normal()) * 0.5
            }
        }
        for name in ["items.weight", "output.weight", "output.bias"] {
            try model.parameter(name)?.value.row(0).fill(0)
        }
        return model
    }

    /// Chosen sequences in a batch of a width, either all of their items predicted or the last.
    private func batch(
        _ chosen: [Int], _ task: Batch.Task, steps: Int = 6
    ) throws -> Batch {
        func padded(_ items: [Int32]) -> [Int32] {
            [Int32](repeating: 0, count: steps - items.count) + items
        }
        let sequences = chosen.map { Self.sequences[$0] }
        switch task {
        case .everyItem:
            return try Batch(sequences: sequences.flatMap(padded), examples: chosen.count)
        case .nextItem:
            return try Batch(
                histories: sequences.flatMap { padded(Array($0.dropLast())) },
                targets: sequences.map { $0[$0.count - 1] })
        }
    }

    private func gradient(
        _ model: SequenceRecommender, _ batch: Batch, scales: [Float], noise: RandomStream? = nil
    ) throws -> (losses: [Float], gradient: [Float]) {
        let sum = GradientSum()
        let tape = Tape(sum, noise: noise)
        let loss = try model.loss(batch, scales: scales, on: tape)
        try tape.backward(from: loss.total)
        let gradient = try model.parameters.flatMap { parameter in
            try sum[parameter]?.dense(like: parameter.value).values
                ?? [Float](repeating: 0, count: parameter.value.count)
        }
        return (loss.perExample.values, gradient)
    }

    private func expectClose(
        _ found: [Float], _ expected: [Float], _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let scale = expected.reduce(1e-2) { max($0, abs($1)) }
        let worst = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(
            found.count == expected.count && worst < 2e-5 * scale, comment,
            sourceLocation: sourceLocation)
    }

    @Test(
        "do not mix the sequences of a batch, nor their padding into them",
        arguments: Representation.allCases, SequenceLoss.allCases)
    func independence(_ representation: Representation, _ loss: SequenceLoss) throws {
        for (task, ownOutput, isTraining) in [
            (Batch.Task.everyItem, false, true), (.nextItem, true, true),
            (.everyItem, false, false),
        ] {
            // Dropout, masks and negatives are drawn while training.
            let noise = isTraining ? RandomStream(seed: 4, "noise") : nil
            let model = try model(representation, loss, ownOutput: ownOutput, switches: ownOutput)
            let weights: [Float] = [1, 0.5, 2, 0, 1.5]
            let together = try gradient(
                model, batch([0, 1, 2, 3, 4], task), scales: weights, noise: noise)
            var sum = [Float](repeating: 0, count: together.gradient.count)
            for (example, weight) in weights.enumerated() {
                let size = max(1, Self.sequences[example].count)
                let alone = try gradient(
                    model, batch([example], task, steps: size), scales: [weight], noise: noise)
                expectClose(alone.losses, [together.losses[example]], "loss of \(example)")
                for place in sum.indices { sum[place] += alone.gradient[place] }
            }
            expectClose(together.gradient, sum, "gradient")
            let wider = try gradient(
                model, batch([0, 1, 2, 3, 4], task, steps: 9), scales: weights, noise: noise)
            expectClose(wider.gradient, together.gradient, "padding")
            // A weight of zero is removal.
            let without = try gradient(
                model, batch([0, 1, 2, 4], task), scales: [1, 0.5, 2, 1.5], noise: noise)
            expectClose(without.gradient, together.gradient, "removal")
        }
    }

    @Test(
        "do neither wherever negatives come from, but from the batch",
        arguments: [NegativeSampling.Source.popularity, .hard], SequenceLoss.allCases)
    func independence(_ source: NegativeSampling.Source, _ loss: SequenceLoss) throws {
        for representation in [Representation.lstm, .mixture] where loss.isSampled {
            let model = try model(representation, loss, negativesFrom: source)
            let weights: [Float] = [1, 0.5, 2, 0, 1.5]
            let together = try gradient(
                model, batch([0, 1, 2, 3, 4], .everyItem), scales: weights)
            var sum = [Float](repeating: 0, count: together.gradient.count)
            for (example, weight) in weights.enumerated() {
                let alone = try gradient(
                    model, batch([example], .everyItem, steps: 8), scales: [weight])
                expectClose(alone.losses, [together.losses[example]], "loss of \(example)")
                for place in sum.indices { sum[place] += alone.gradient[place] }
            }
            expectClose(together.gradient, sum, "gradient")
        }
    }

    @Test("with negatives from the batch take those of no weight for removed")
    func batchRemoval() throws {
        for loss in SequenceLoss.allCases where loss.isSampled {
            let model = try model(.gru, loss, negativesFrom: .batch)
            let noise = RandomStream(seed: 4, "noise")
            let together = try gradient(
                model, batch([0, 1, 2, 3, 4], .everyItem), scales: [1, 0.5, 2, 0, 1.5],
                noise: noise)
            let without = try gradient(
                model, batch([0, 1, 2, 4], .everyItem), scales: [1, 0.5, 2, 1.5], noise: noise)
            expectClose(without.gradient, together.gradient, "removal")
            let wider = try gradient(
                model, batch([0, 1, 2, 3, 4], .everyItem, steps: 9),
                scales: [1, 0.5, 2, 0, 1.5], noise: noise)
            expectClose(wider.gradient, together.gradient, "padding")
        }
    }

    @Test("with negatives from the batch are measured by as popular ones, each sequence by itself")
    func batchMeasured() throws {
        for loss in SequenceLoss.allCases where loss.isSampled {
            let model = try model(.gru, loss, negativesFrom: .batch)
            let together = try gradient(
                model, batch([0, 1, 2], .everyItem), scales: [1, 1, 1]
            ).losses
            for example in 0..<3 {
                let alone = try gradient(model, batch([example], .everyItem), scales: [1]).losses
                expectClose(alone, [together[example]], "loss of \(example)")
            }
            // While it learns, others of the batch decide.
            let noise = RandomStream(seed: 4, "noise")
            let some = try gradient(
                model, batch([0, 1, 2], .everyItem), scales: [1, 1, 1], noise: noise)
            let others = try gradient(
                model, batch([0, 3, 4], .everyItem), scales: [1, 1, 1], noise: noise)
            #expect(some.losses[0] != others.losses[0], "\(loss)")
        }
    }

    @Test("with negatives from the batch tell gradients apart where popularity is known alone")
    func batchAttribution() throws {
        let known = try model(.lstm, .bpr, negativesFrom: .batch)
        let tape = Tape(FactorRecorder())
        _ = try known.loss(batch([0, 1], .everyItem), scales: [1, 1], on: tape)
        let model = try model(.lstm, .bpr, negativesFrom: .batch, popularity: nil)
        #expect(throws: TensorError.self) {
            try model.loss(
                batch([0, 1], .everyItem), scales: [1, 1], on: Tape(FactorRecorder()))
        }
    }

    @Test(
        "have the gradients that differences of their losses show",
        arguments: Representation.allCases, SequenceLoss.allCases)
    func gradients(_ representation: Representation, _ loss: SequenceLoss) throws {
        for switches in [false, true] {
            try checkGradients(model(representation, loss, switches: switches), loss)
        }
    }

    private func checkGradients(_ model: SequenceRecommender, _ loss: SequenceLoss) throws {
        let batch = try batch([0, 1, 3], .everyItem)
        let found = try gradient(model, batch, scales: [1, 0.5, 2]).gradient
        var place = 0
        func total() throws -> Double {
            Double(try model.loss(batch, scales: [1, 0.5, 2], on: Tape()).total.value.values[0])
        }
        var (worst, largest) = (0.0, 1e-2)
        var (compared, kinks) = (0, 0)
        for parameter in model.parameters {
            for element in 0..<parameter.value.count {
                defer { place += 1 }
                let isPadding =
                    parameter.name.hasPrefix("items") && element < 4
                    || parameter.name
                        == "output.bias" && element == 0
                guard element % 3 == 0, !isPadding else { continue }
                let before = parameter.value.pointer[element]
                parameter.value.pointer[element] = before + 2e-3
                let above = try total()
                parameter.value.pointer[element] = before - 2e-3
                let slope = (above - (try total())) / 4e-3
                parameter.value.pointer[element] = before
                // A hinge has a kink where a difference shows half of a slope.
                if loss == .hinge || loss == .adaptiveHinge,
                    abs(slope - Double(found[place])) > 0.02
                {
                    kinks += 1
                    continue
                }
                compared += 1
                worst = max(worst, abs(slope - Double(found[place])))
                largest = max(largest, abs(slope))
            }
        }
        #expect(worst < 5e-3 * largest)
        #expect(kinks * 10 <= compared)
    }

    @Test("begin with the weights asked for", arguments: [Representation.lstm, .mlstm, .gru])
    func initialWeights(_ representation: Representation) throws {
        func largest(_ weights: SequenceRecommender.InitialWeights) throws -> (Float, Float) {
            let model = try SequenceRecommender(
                .init(items: 3, dim: 48, representation: representation, initialWeights: weights),
                seed: 1)
            func most(_ part: String) -> Float {
                model.parameters
                    .filter { $0.name.hasPrefix(representation.rawValue) && $0.name.contains(part) }
                    .flatMap(\.value.values).map { abs($0) }.max() ?? .nan
            }
            return (most("weight"), most("bias"))
        }
        // 1/√48 = 0.1443, and √(6/96) = 0.25.
        let (weight, bias) = try largest(.uniform)
        #expect(weight < 0.1444 && weight > 0.143 && bias < 0.1444 && bias > 0.13)
        let glorot = try largest(.glorot)
        #expect(glorot.0 < 0.2501 && glorot.0 > 0.249 && glorot.1 == 0)
        #expect(throws: ModelError.self) {
            try SequenceRecommender(
                .init(items: 3, representation: .pooling, initialWeights: .glorot), seed: 1)
        }
    }

    @Test("leave states out at random while they learn, and only then")
    func stateDropout() throws {
        let model = try model(.gru, .softmax, switches: true)
        let batch = try batch([0, 1], .everyItem)
        func losses(_ noise: RandomStream?) throws -> [Float] {
            try gradient(model, batch, scales: [1, 1], noise: noise).losses
        }
        #expect(try losses(nil) == losses(nil))
        #expect(try losses(RandomStream(seed: 1, "1")) != losses(RandomStream(seed: 1, "2")))
        #expect(try losses(RandomStream(seed: 1, "1")) == losses(RandomStream(seed: 1, "1")))
        #expect(throws: ModelError.self) {
            try SequenceRecommender(
                .init(items: 9, representation: .sasrec, normalisesStates: true), seed: 1)
        }
        #expect(throws: ModelError.self) {
            try SequenceRecommender(.init(items: 9, stateDropout: 1), seed: 1)
        }
    }

    @Test("never move the values of padding", arguments: Representation.allCases)
    func padding(_ representation: Representation) throws {
        for loss in SequenceLoss.allCases {
            let model = try model(representation, loss)
            let found = try gradient(
                model, batch([0, 1, 2], .everyItem), scales: [1, 1, 1]
            ).gradient
            #expect(found.prefix(4).allSatisfy { $0 == 0 }, "\(loss)")
            #expect(found[found.count - 10] == 0, "bias, \(loss)")
        }
    }

    @Test(
        "score after a history with the state that predicts the next item of a sequence",
        arguments: Representation.allCases)
    func scores(_ representation: Representation) throws {
        let model = try model(representation, .softmax)
        let scores = try model.scores(batch([0, 1, 3, 4], .nextItem)).values
        let losses = try model.loss(
            batch([0, 1, 3, 4], .nextItem), scales: [1, 1, 1, 1], on: Tape()
        ).perExample.values
        for (place, example) in [0, 1, 3, 4].enumerated() {
            let row = scores[place * 10 + 1..<(place + 1) * 10].map(Double.init)
            let target = Int(Self.sequences[example].last ?? 1)
            let sum = row.map { exp($0) }.reduce(0, +)
            #expect(abs(log(sum) - row[target - 1] - Double(losses[place])) < 1e-5)
            #expect(scores[place * 10] == 0)
        }
    }

    @Test("come back from their configuration", arguments: Representation.allCases)
    func configuration(_ representation: Representation) throws {
        for loss in SequenceLoss.allCases {
            let original = try model(
                representation, loss, ownOutput: loss == .gbce, switches: loss == .bpr,
                negativesFrom: loss == .bce
                    ? .popularity : loss == .hinge ? .hard : loss == .bpr ? .batch : .uniform)
            let values = ParameterSource { name, shape, _ in
                let value = try #require(original.parameter(name)?.value)
                #expect(value.shape == shape)
                return value
            }
            let copy = try ModelRegistry.builtIn.model(original.configuration, values: values)
            #expect(copy.configuration == original.configuration)
            let history = try batch([0, 4], .nextItem)
            #expect(try copy.scores(history).values == original.scores(history).values)
        }
    }

    @Test("say how many items they predict of each sequence")
    func termCounts() throws {
        let batch = try batch([0, 1, 2, 3, 4], .everyItem)
        func counts(_ representation: Representation, noise: RandomStream? = nil) throws -> [Int] {
            try model(representation, .softmax).termCounts(of: batch, noise: noise)
        }
        #expect(try counts(.lstm) == [6, 3, 1, 5, 6])
        // Not the first, and states are made of five items at most.
        #expect(try counts(.sasrec) == [5, 2, 0, 4, 5])
        let masked = try (1...50).map {
            try counts(.bert4rec, noise: RandomStream(seed: $0, "noise"))
        }
        #expect(Set(masked).count > 10)
        for counts in masked {
            for (count, most) in zip(counts, [5, 3, 1, 5, 5]) {
                #expect(count >= 1 && count <= most)
            }
        }
        for representation in Representation.allCases {
            let single = try self.batch([0, 2, 4], .nextItem)
            let found = try model(representation, .softmax).termCounts(of: single, noise: nil)
            #expect(found == [1, 1, 1])
        }
    }

    @Test(
        "give the same losses and gradients whether sums or factors are wanted",
        arguments: [Representation.sasrec, .bert4rec], SequenceLoss.allCases)
    func factors(_ representation: Representation, _ loss: SequenceLoss) throws {
        for task in [Batch.Task.everyItem, .nextItem] {
            let model = try model(representation, loss)
            let batch = try batch([0, 1, 2, 3, 4], task)
            let weights: [Float] = [1, 0.5, 2, 1, 1.5]
            let expected = try gradient(model, batch, scales: weights)
            let recorder = FactorRecorder()
            let tape = Tape(recorder)
            let found = try model.loss(batch, scales: weights, on: tape)
            try tape.backward(from: found.total)
            expectClose(found.perExample.values, expected.losses, "losses")
            let sum = GradientSum()
            for use in recorder.uses { try sum.take(use) }
            let gradient = try model.parameters.flatMap { parameter in
                try sum[parameter]?.dense(like: parameter.value).values
                    ?? [Float](repeating: 0, count: parameter.value.count)
            }
            expectClose(gradient, expected.gradient, "gradient")
        }
    }

    @Test("drop out other units in every step of training, and none without noise")
    func dropout() throws {
        let batch = try batch([0, 1, 3, 4], .nextItem)
        for representation in [Representation.sasrec, .bert4rec] {
            let model = try model(representation, .softmax)
            func losses(_ noise: RandomStream?) throws -> [Float] {
                try model.loss(
                    batch, scales: [1, 1, 1, 1], on: Tape(noise: noise)
                ).perExample.values
            }
            let drawn = try ["1", "2", "1"].map { try losses(RandomStream(seed: 1, $0)) }
            #expect(drawn[0] == drawn[2] && drawn[0] != drawn[1])
            #expect(try losses(nil) != drawn[0])
            #expect(try losses(nil) == losses(nil))
        }
    }

    @Test("refuse sizes that make no sense")
    func badSizes() {
        for options in [
            SequenceRecommender.Options(items: 0), .init(items: 3, dim: 0),
            .init(items: 3, negatives: 0), .init(items: 3, sampling: .init(pool: 0)),
            .init(items: 3, sampling: .init(exponent: -1)),
            .init(items: 3, sampling: .init(exponent: .nan)),
            .init(items: 3, loss: .bce, sampling: .init(source: .popularity)),
            .init(items: 3, loss: .sampledSoftmax, sampling: .init(source: .batch)),
            .init(items: 3, representation: .pooling, emitsCell: true),
            .init(items: 3, representation: .gru, emitsCell: true),
            .init(items: 3, representation: .pooling, learnsInitialState: true),
            .init(items: 3, representation: .sasrec, learnsInitialState: true),
            .init(items: 3, representation: .lstm, paddedLength: 0),
            .init(items: 3, representation: .cnn, paddedLength: 4),
            .init(items: 3, dim: 4, representation: .sasrec, transformer: .init(heads: 3)),
            .init(items: 3, representation: .sasrec, transformer: .init(heads: 0)),
            .init(items: 3, representation: .bert4rec, transformer: .init(blocks: 0)),
            .init(items: 3, representation: .sasrec, transformer: .init(maxLength: 0)),
            .init(items: 3, representation: .sasrec, transformer: .init(dropout: 1)),
            .init(items: 3, representation: .sasrec, transformer: .init(dropout: .nan)),
            .init(items: 3, representation: .bert4rec, transformer: .init(mask: 1.5)),
            .init(items: 3, representation: .bert4rec, transformer: .init(lastMask: -0.1)),
        ] {
            #expect(throws: ModelError.self) { try SequenceRecommender(options, seed: 1) }
        }
    }

    @Test(
        "run zeros through up to the padded length, no further",
        arguments: [Representation.lstm, .mlstm, .gru, .mixture], [false, true])
    func paddedLength(_ representation: Representation, learnsStart: Bool) throws {
        func model(_ length: Int?) throws -> SequenceRecommender {
            let model = try SequenceRecommender(
                .init(
                    items: 9, dim: 4, representation: representation,
                    learnsInitialState: learnsStart, paddedLength: length), seed: 3)
            // An item that nothing but its zeros is known of, in place of padding.
            try model.parameter("items.weight")?.value.row(9).fill(0)
            return model
        }
        func scores(_ model: SequenceRecommender, _ history: [Int32]) throws -> [Float] {
            try model.scores(Batch(histories: history, targets: [1])).values
        }
        let (bare, padded) = (try model(nil), try model(4))
        for (short, long) in [([5], [9, 9, 5]), ([2, 5], [9, 2, 5])] as [([Int32], [Int32])] {
            #expect(try scores(padded, short) == scores(bare, long))
            #expect(try scores(padded, short) != scores(bare, short))
        }
        for whole in [[3, 2, 5], [1, 4, 3, 2, 5]] as [[Int32]] {
            #expect(try scores(padded, whole) == scores(bare, whole))
        }
    }

    @Test(
        "begin with biases at which all items are as likely as the loss wants them on average",
        arguments: [(SequenceLoss.bce, 1, Float(0)), (.bce, 4, log(0.25)), (.softmax, 4, 0)])
    func biases(_ loss: SequenceLoss, _ negatives: Int, _ expected: Float) throws {
        let model = try SequenceRecommender(
            .init(
                items: 9, dim: 4, representation: .pooling, loss: loss, negatives: negatives),
            seed: 1)
        let biases = try #require(model.parameter("output.bias")?.value.values)
        #expect(biases[0] == 0)
        #expect(biases.dropFirst().allSatisfy { abs($0 - expected) < 1e-6 })
    }
}
