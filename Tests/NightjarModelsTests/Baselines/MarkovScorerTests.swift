import NightjarData
import Testing

@testable import NightjarModels

@Suite("Markov chain as a baseline")
struct MarkovScorerTests {
    /// How often each item follows a context in the small world.
    private func counts(after context: [Int32]) -> [Double] {
        var counts = [Double](repeating: 0, count: BaselineWorld.items + 1)
        for row in BaselineWorld.rows {
            for place in row.indices where place >= context.count {
                if Array(row[place - context.count..<place]) == context {
                    counts[Int(row[place])] += 1
                }
            }
        }
        return counts
    }

    /// The probabilities after a history by their definition.
    private func reference(_ history: [Int32], order: Int, smoothing: Double) -> [Double] {
        var shares = [0] + [Double](repeating: 0.2, count: BaselineWorld.items)
        for length in 0...min(order, history.count) {
            let counts = counts(after: history.suffix(length))
            let total = counts.reduce(0, +)
            if total + smoothing == 0 { break }
            shares = zip(counts, shares).map { ($0 + smoothing * $1) / (total + smoothing) }
        }
        return shares
    }

    @Test(
        "has the probabilities of its definition, whatever the padding", arguments: [1, 2, 3],
        [0, 0.5, 3])
    func probabilities(_ order: Int, _ smoothing: Double) throws {
        let scorer = try MarkovScorer(
            trainedOn: BaselineWorld.train(), order: order, smoothing: smoothing)
        let histories: [[Int32]] = [[2], [1, 2], [1, 2, 3], [3, 1, 2], [4], [5], [4, 5, 3]]
        for history in histories {
            for padding in [0, 3] {
                let found = try scorer.scores(after: history, padding: padding)
                let expected = reference(history, order: order, smoothing: smoothing)
                #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(history)")
                #expect(abs(found.reduce(0, +) - 1) < 1e-6 && found[0] == 0)
            }
        }
    }

    @Test("counts by weight, of which zero is removal")
    func weights() throws {
        let whole = try BaselineWorld.train()
        let without = try MarkovScorer(trainedOn: whole.without([1]), order: 2)
        let zero = try MarkovScorer(trainedOn: whole.withWeights([1, 0, 1, 1]), order: 2)
        let twice = try MarkovScorer(
            trainedOn: whole.concatenated(with: whole.subset([1])), order: 2)
        let double = try MarkovScorer(trainedOn: whole.withWeights([1, 2, 1, 1]), order: 2)
        for history: [Int32] in [[2], [2, 3], [1, 2], [3, 1]] {
            #expect(try zero.scores(after: history) == without.scores(after: history))
            #expect(try double.scores(after: history) == twice.scores(after: history))
        }
        #expect(try zero.scores(after: [2, 3]) != double.scores(after: [2, 3]))
    }

    @Test("counts single targets like the sequences that they stand in")
    func examples() throws {
        let sequences = try BaselineWorld.train()
        let examples = try sequences.log.whole().windows(length: 4)
        #expect(Double(examples.count) == sequences.targetCounts.reduce(0, +))
        let pair = try [
            MarkovScorer(trainedOn: sequences, order: 2),
            MarkovScorer(trainedOn: examples, order: 2),
        ]
        for history: [Int32] in [[2], [2, 3], [4]] {
            #expect(try pair[0].scores(after: history) == pair[1].scores(after: history))
        }
    }

    @Test("refuses options that make no sense")
    func badOptions() throws {
        let train = try BaselineWorld.train()
        for order in [0, -1, 1000] {
            #expect(throws: ModelError.self) { try MarkovScorer(trainedOn: train, order: order) }
        }
        for smoothing in [-1, .nan, .infinity] {
            #expect(throws: ModelError.self) {
                try MarkovScorer(trainedOn: train, smoothing: smoothing)
            }
        }
    }

    @Test("has equal probabilities when there is nothing to count")
    func nothing() throws {
        let none = try BaselineWorld.train([0, 0, 0, 0])
        for smoothing in [0.0, 1] {
            let scorer = try MarkovScorer(trainedOn: none, smoothing: smoothing)
            #expect(try scorer.scores(after: [1]).dropFirst().allSatisfy { abs($0 - 0.2) < 1e-7 })
        }
    }
}
