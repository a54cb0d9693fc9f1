import Testing

@testable import NightjarMetrics

@Suite("Candidate sets")
struct CandidateSetTests {
    @Test("say in words who competes")
    func description() throws {
        #expect("\(CandidateSet())" == "all items, seen items not masked")
        #expect(
            try "\(CandidateSet(countsPadding: true))"
                == "all items and padding class 0, seen items not masked")
        #expect(try "\(CandidateSet(masking: .seen))" == "all items, seen items masked")
        #expect(
            try "\(CandidateSet(masking: .history))" == "all items, items of the history masked")
        let words = try CandidateSet.Masking.allCases.map {
            "\(try CandidateSet(pool: .sampled(negatives: 99), masking: $0))"
        }
        #expect(
            words
                == ["items", "items outside the history", "unseen items"].map {
                    "the target and 99 sampled \($0)"
                })
        let sampled = try CandidateSet(pool: .sampled(negatives: 99), masking: .seen)
        #expect(sampled.isSampled)
    }

    @Test("refuse an empty sample", arguments: [0, -1, Int.min])
    func emptySample(_ count: Int) {
        #expect(throws: MetricError.badSampleSize(count)) {
            try CandidateSet(pool: .sampled(negatives: count))
        }
    }
}
