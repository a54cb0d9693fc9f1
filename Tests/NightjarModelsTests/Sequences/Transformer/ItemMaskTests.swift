import NightjarRuntime
import Testing

@testable import NightjarModels

@Suite("Masks")
struct ItemMaskTests {
    private func batch(_ sequences: [[Int32]], steps: Int) throws -> Batch {
        try Batch(
            sequences: sequences.flatMap { [Int32](repeating: 0, count: steps - $0.count) + $0 },
            examples: sequences.count)
    }

    /// The targets of each example by step.
    private func targets(
        _ options: TransformerOptions, _ sequences: [[Int32]], steps: Int, seed: UInt64? = 1
    ) throws -> [[Int32]] {
        let batch = try batch(sequences, steps: steps)
        let found = ItemMask(options).targets(
            of: batch, noise: seed.map { RandomStream(seed: $0, "noise") })
        return sequences.indices.map { example in
            (0..<steps).map { found[$0 * sequences.count + example] }
        }
    }

    private static let long = (1...400).map { Int32($0) }

    @Test("hide their share of the items, others in every step")
    func share() throws {
        let options = TransformerOptions(maxLength: 1000, mask: 0.25, lastMask: 0)
        let draws = try (1...20 as ClosedRange<UInt64>).map {
            try targets(options, [Self.long], steps: 400, seed: $0)[0]
        }
        #expect(Set(draws).count == 20)
        let masked = draws.joined().filter { $0 > 0 }.count
        #expect(abs(Double(masked) / 8000 - 0.25) < 0.02)
        for draw in draws {
            for (target, item) in zip(draw, Self.long) where target != 0 {
                #expect(target == item)
            }
        }
    }

    @Test("hide at least the last item, and as often as asked the last one alone")
    func last() throws {
        let never = TransformerOptions(mask: 0, lastMask: 0)
        #expect(
            try targets(never, [[5, 6], [7], []], steps: 3) == [[0, 0, 6], [0, 0, 7], [0, 0, 0]])
        let options = TransformerOptions(maxLength: 1000, mask: 0.5, lastMask: 0.3)
        let alone = try (1...200 as ClosedRange<UInt64>).filter {
            let draw = try targets(options, [Self.long], steps: 400, seed: $0)[0]
            return draw.filter { $0 > 0 } == [400]
        }
        #expect(abs(Double(alone.count) / 200 - 0.3) < 0.1)
    }

    @Test("do not depend on padding, on other sequences, or on the step without noise")
    func independence() throws {
        let options = TransformerOptions(mask: 0.5, lastMask: 0.2)
        let few: [[Int32]] = [[1, 2, 3, 4, 5], [6, 7, 8, 9], [3, 1]]
        for seed in [nil, 4] as [UInt64?] {
            let together = try targets(options, few, steps: 9, seed: seed)
            for (example, sequence) in few.enumerated() {
                let alone = try targets(options, [sequence], steps: sequence.count, seed: seed)
                #expect(Array(together[example].suffix(sequence.count)) == alone[0])
            }
        }
    }

    @Test("leave items alone that are too early to be looked at")
    func limit() throws {
        let options = TransformerOptions(maxLength: 10, mask: 1, lastMask: 0)
        let found = try targets(options, [Self.long], steps: 400)[0]
        #expect(found.filter { $0 > 0 } == (391...400).map { Int32($0) })
    }
}
