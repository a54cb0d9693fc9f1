import Testing

@testable import NightjarTensor

@Suite("Sums of embeddings")
struct EmbeddingSumTests {
    private let items: Parameter
    private let places: Parameter

    init() throws {
        items = try parameter("items", [5, 3])
        places = try parameter("places", [4, 3])
    }

    private let ids: [Int32] = [1, -1, 4, 1, 2, -1]
    private let positions: [Int32] = [0, 1, -1, 0, 3, -1]

    private func sum(_ tape: Tape, _ examples: Range<Int>) throws -> Variable {
        let rows = examples.lowerBound * 2..<examples.upperBound * 2
        return try tape.embeddingSum(
            [
                EmbeddingTerm(items, ids: Array(ids[rows]), scale: 2),
                EmbeddingTerm(places, ids: Array(positions[rows])),
            ], shape: [examples.count, 2])
    }

    @Test("add the rows of tables, and nothing for a negative number")
    func values() throws {
        let found = try sum(Tape(), 0..<3).value
        #expect(found.shape == [3, 2, 3])
        for row in 0..<6 {
            for column in 0..<3 {
                let item = ids[row] < 0 ? 0 : items.value.values[Int(ids[row]) * 3 + column]
                let place =
                    positions[row] < 0 ? 0 : places.value.values[Int(positions[row]) * 3 + column]
                #expect(abs(found.values[row * 3 + column] - (2 * item + place)) < 1e-6)
            }
        }
    }

    @Test("give each example the gradient that it has alone")
    func factors() throws {
        try FactorCheck(examples: 3, parameters: [items, places]) { tape, range in
            try tape.sum(tape.power(sum(tape, range), 2))
        }.run()
        let sink = GradientSum()
        let tape = Tape(sink)
        try tape.backward(from: tape.sum(sum(tape, 0..<3)))
        #expect(sink.dense(items) == [0, 0, 0, 4, 4, 4, 2, 2, 2, 0, 0, 0, 2, 2, 2])
        #expect(sink.dense(places) == [2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1, 1])
    }

    @Test("check numbers and shapes")
    func refusals() throws {
        let narrow = try parameter("narrow", [5, 2])
        for terms in [
            [EmbeddingTerm(items, ids: [5])], [EmbeddingTerm(items, ids: [1, 2])],
            [EmbeddingTerm(items, ids: [1]), EmbeddingTerm(narrow, ids: [1])],
        ] {
            #expect(throws: TensorError.self) { try Tape().embeddingSum(terms, shape: [1]) }
        }
    }
}
