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
        switches: Bool = false, negativesFrom source: NegativeSampling.Source = .uniform
    ) throws -> SequenceRecommender {
        let model = try SequenceRecommender(
            .init(
                items: 9, dim: 4, representation: representation, loss: loss, negatives: 3,
                sampling: NegativeSampling(source: source, pool: 6),
                hasOutputEmbeddings: ownOutput,
                learnsInitialState: switches && representation.isRecurrent,
                emitsCell: switches && representation.hasCell,
                convolution: Convolution(dilations: [1, 2], isResidual: !switches), tastes: 2),
            seed: 7, popularity: [0, 5, 1, 2, 0, 3, 1, 1, 8, 1])
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
        _ model: SequenceRecommender, _ batch: Batch, scales: [Float]
    ) throws -> (losses: [Float], gradient: [Float]) {
        let sum = GradientSum()
        let tape = Tape(sum)
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
        for (task, ownOutput) in [(Batch.Task.everyItem, false), (.nextItem, true)] {
            let model = try model(representation, loss, ownOutput: ownOutput, switches: ownOutput)
            let weights: [Float] = [1, 0.5, 2, 0, 1.5]
            let together = try gradient(model, batch([0, 1, 2, 3, 4], task), scales: weights)
            var sum = [Float](repeating: 0, count: together.gradient.count)
            for (example, weight) in weights.enumerated() {
                let size = max(1, Self.sequences[example].count)
                let alone = try gradient(
                    model, batch([example], task, steps: size), scales: [weight])
                expectClose(alone.losses, [together.losses[example]], "loss of \(example)")
                for place in sum.indices { sum[place] += alone.gradient[place] }
            }
            expectClose(together.gradient, sum, "gradient")
            let wider = try gradient(
                model, batch([0, 1, 2, 3, 4], task, steps: 9), scales: weights)
            expectClose(wider.gradient, together.gradient, "padding")
            // A weight of zero is removal.
            let without = try gradient(
                model, batch([0, 1, 2, 4], task), scales: [1, 0.5, 2, 1.5])
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
            let together = try gradient(
                model, batch([0, 1, 2, 3, 4], .everyItem), scales: [1, 0.5, 2, 0, 1.5])
            let without = try gradient(
                model, batch([0, 1, 2, 4], .everyItem), scales: [1, 0.5, 2, 1.5])
            expectClose(without.gradient, together.gradient, "removal")
            let wider = try gradient(
                model, batch([0, 1, 2, 3, 4], .everyItem, steps: 9),
                scales: [1, 0.5, 2, 0, 1.5])
            expectClose(wider.gradient, together.gradient, "padding")
        }
    }

    @Test("with negatives from the batch refuse to tell gradients apart")
    func batchAttribution() throws {
        let model = try model(.lstm, .bpr, negativesFrom: .batch)
        #expect(throws: TensorError.self) {
            try model.loss(
                batch([0, 1], .everyItem), scales: [1, 1], on: Tape(FactorRecorder()))
        }
    }

    @Test(
        "have the gradients that differences of their losses show",
        arguments: Representation.allCases, SequenceLoss.allCases)
    func gradients(_ representation: Representation, _ loss: SequenceLoss) throws {
        for switches in Set([false, representation != .pooling]) {
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
                negativesFrom: loss == .bce ? .popularity : loss == .hinge ? .hard : .uniform)
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
        ] {
            #expect(throws: ModelError.self) { try SequenceRecommender(options, seed: 1) }
        }
    }
}
