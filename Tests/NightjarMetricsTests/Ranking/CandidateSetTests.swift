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
        #expect(try "\(CandidateSet(masksSeen: true))" == "all items, seen items masked")
        let sampled = try CandidateSet(pool: .sampled(negatives: 99), masksSeen: true)
        #expect("\(sampled)" == "the target and 99 sampled unseen items")
        #expect(sampled.isSampled)
    }

    @Test("refuse an empty sample", arguments: [0, -1, Int.min])
    func emptySample(_ count: Int) {
        #expect(throws: MetricError.badSampleSize(count)) {
            try CandidateSet(pool: .sampled(negatives: count))
        }
    }
}
