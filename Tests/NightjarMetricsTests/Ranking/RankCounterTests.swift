import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Rank counter")
struct RankCounterTests {
    /// Ranks `targets` against all items.
    private func rank(
        _ targets: [Int32], in scores: [Float], seen: [Int32] = [], ties: TieRule = .average,
        countsPadding: Bool = false, masking: CandidateSet.Masking = .nothing
    ) throws -> RankedExample {
        let candidates = try CandidateSet(countsPadding: countsPadding, masking: masking)
        var counter = RankCounter(candidates: candidates, ties: ties)
        return try scores.withUnsafeBufferPointer { scores in
            try seen.withUnsafeBufferPointer {
                try counter.ranking(of: targets, in: scores, seen: $0)
            }
        }
    }

    /// Ranks `targets` against `negatives`, of which `declared` were announced.
    private func rank(
        _ targets: [Int32], in scores: [Float], among negatives: [Int32], declared: Int
    ) throws -> RankedExample {
        let candidates = try CandidateSet(pool: .sampled(negatives: declared))
        var counter = RankCounter(candidates: candidates, ties: .average)
        return try scores.withUnsafeBufferPointer { scores in
            try negatives.withUnsafeBufferPointer {
                try counter.ranking(of: targets, in: scores, among: $0)
            }
        }
    }

    @Test("counts greater scores, and padding only when told to")
    func padding() throws {
        let scores: [Float] = [9, 1, 5, 3, 7]
        let without = try rank([3], in: scores)
        #expect(without.ranks == [3])
        #expect(without.candidates == 4)
        let with = try rank([3], in: scores, countsPadding: true)
        #expect(with.ranks == [4])
        #expect(with.candidates == 5)
    }

    @Test("leaves padding out with the items of a padded history, as Spotlight does")
    func maskedPadding() throws {
        let scores: [Float] = [9, 1, 5, 3, 7]
        func found(_ seen: [Int32], countsPadding: Bool = true) throws -> RankedExample {
            try rank([3], in: scores, seen: seen, countsPadding: countsPadding, masking: .history)
        }
        let whole = try found([4])
        #expect(whole.ranks == [3] && whole.candidates == 4)
        let padded = try found([0, 4, 0])
        #expect(padded.ranks == [2] && padded.candidates == 3)
        let plain = try found([0, 4], countsPadding: false)
        #expect(plain.ranks == [2] && plain.candidates == 3)
    }

    @Test("follows the tie rule")
    func ties() throws {
        let scores: [Float] = [0, 4, 2, 2, 2, 1]
        #expect(try rank([3], in: scores, ties: .optimistic).ranks == [2])
        #expect(try rank([3], in: scores, ties: .average).ranks == [3])
        #expect(try rank([3], in: scores, ties: .pessimistic).ranks == [4])
    }

    @Test("gives a constant scorer no credit by default")
    func constantScorer() throws {
        let scores = [Float](repeating: 0.25, count: 1001)
        #expect(try rank([17], in: scores).ranks == [500.5])
    }

    @Test("masks each seen item once, whatever the history repeats, and never the target")
    func masking() throws {
        let scores: [Float] = [0, 9, 8, 7, 6, 5]
        let history: [Int32] = [0, 0, 1, 1, 2, 4, 1]
        let masked = try rank([4], in: scores, seen: history, masking: .seen)
        #expect(masked.ranks == [2])  // items 1 and 2 are gone, 3 is left above
        #expect(masked.candidates == 3)
        let kept = try rank([4], in: scores, seen: history)
        #expect(kept.ranks == [4])
        #expect(kept.candidates == 5)
    }

    @Test("treats masked scores of minus infinity as scores")
    func infiniteScores() throws {
        let scores: [Float] = [0, -.infinity, .infinity, 1]
        #expect(try rank([3], in: scores).ranks == [2])
        #expect(try rank([1], in: scores).ranks == [3])
    }

    @Test("gives several targets distinct ranks, tied ones included")
    func severalTargets() throws {
        let scores: [Float] = [0, 5, 3, 3, 3, 1]
        #expect(try rank([5, 1], in: scores).ranks == [1, 5])
        #expect(try rank([2, 4], in: scores, ties: .optimistic).ranks == [2, 3])
        #expect(try rank([2, 4], in: scores, ties: .pessimistic).ranks == [3, 4])
        let average = try rank([4, 2], in: scores).ranks
        #expect(abs(average[0] - (1 + 4.0 / 3)) < 1e-12)
        #expect(abs(average[1] - (1 + 8.0 / 3)) < 1e-12)
    }

    @Test("agrees with sorting on random rows", arguments: 0..<20)
    func agreesWithSorting(_ seed: UInt64) throws {
        var draws = RandomStream(seed: seed, "rank counter test")
        let items = 1 + draws.below(300)
        let scores = (0...items).map { _ in Float(draws.below(40)) }
        let target = Int32(1 + draws.below(items))
        let seen = (0..<draws.below(100)).map { _ in Int32(draws.below(items + 1)) }
        let hidden = Set(seen).subtracting([0, target])
        let sorted = (1...items).filter { !hidden.contains(Int32($0)) }
            .map { scores[$0] }.sorted(by: >)
        let score = scores[Int(target)]
        let first = try #require(sorted.firstIndex(of: score)) + 1
        let last = try #require(sorted.lastIndex(of: score)) + 1
        let found = try TieRule.allCases.map {
            try rank([target], in: scores, seen: seen, ties: $0, masking: .seen)
        }
        let middle = Double(first + last) / 2
        #expect(found.map(\.ranks) == [[Double(first)], [middle], [Double(last)]])
        #expect(found[0].candidates == sorted.count)
    }

    @Test("serves row after row")
    func reuse() throws {
        var counter = RankCounter(candidates: try CandidateSet(masking: .seen), ties: .average)
        let scores: [Float] = [0, 3, 2, 1]
        let history: [Int32] = [1]
        for _ in 0..<3 {
            let ranked = try scores.withUnsafeBufferPointer { scores in
                try history.withUnsafeBufferPointer {
                    try counter.ranking(of: [3], in: scores, seen: $0)
                }
            }
            #expect(ranked.ranks == [2])
        }
    }

    @Test("ranks against sampled items alone")
    func sampled() throws {
        let scores: [Float] = [0, 9, 8, 7, 6, 5]
        let ranked = try rank([4], in: scores, among: [1, 5], declared: 2)
        #expect(ranked.ranks == [2])
        #expect(ranked.candidates == 3)
    }

    @Test("refuses scores that are not numbers, wherever they are")
    func notNumbers() {
        for place in 1...3 {
            var scores: [Float] = [0, 1, 2, 3]
            scores[place] = .nan
            #expect(throws: MetricError.notANumber(item: place)) { try rank([2], in: scores) }
        }
        // a class that does not compete may hold anything, and is not blamed
        #expect(throws: MetricError.notANumber(item: 3)) { try rank([2], in: [.nan, 1, 2, .nan]) }
        #expect(throws: Never.self) { try rank([2], in: [.nan, 1, 2, 3]) }
        #expect(throws: MetricError.notANumber(item: 3)) {
            try rank([2], in: [0, 1, 2, .nan], among: [3], declared: 1)
        }
    }

    @Test("refuses targets and histories outside the row", arguments: [-1, 0, 4, Int32.max])
    func outside(_ item: Int32) {
        let error = MetricError.itemOutOfRange(Int(item), classes: 4)
        #expect(throws: error) { try rank([item], in: [0, 1, 2, 3]) }
        #expect(throws: error) { try rank([2], in: [0, 1, 2, 3], among: [item], declared: 1) }
        if item != 0 {
            #expect(throws: error) {
                try rank([2], in: [0, 1, 2, 3], seen: [item], masking: .seen)
            }
        }
    }

    @Test("refuses an empty row")
    func emptyRow() {
        #expect(throws: MetricError.itemOutOfRange(1, classes: 0)) { try rank([1], in: []) }
    }

    @Test("refuses an item named twice")
    func repeated() {
        #expect(throws: MetricError.repeatedItem(2)) { try rank([2, 2], in: [0, 1, 2, 3]) }
        #expect(throws: MetricError.repeatedItem(2)) {
            try rank([2], in: [0, 1, 2, 3], among: [1, 2], declared: 2)
        }
    }

    @Test("refuses candidates other than those declared")
    func wrongPool() throws {
        #expect(throws: MetricError.self) {
            try rank([2], in: [0, 1, 2, 3], among: [1], declared: 2)
        }
        var counter = RankCounter(
            candidates: try CandidateSet(pool: .sampled(negatives: 2)), ties: .average)
        let scores: [Float] = [0, 1, 2]
        #expect(throws: MetricError.self) {
            try scores.withUnsafeBufferPointer { scores in
                let unseen = UnsafeBufferPointer<Int32>(start: nil, count: 0)
                return try counter.ranking(of: [1], in: scores, seen: unseen)
            }
        }
    }
}
