import NightjarData
import NightjarMetrics
import NightjarModels
import Testing

@testable import NightjarTraining

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Popularity")
struct PopularityScorerTests {
    @Test("ranks items by their count among training targets")
    func counts() throws {
        let items: [Int32] = [1, 2, 2, 3, 3, 3, 2, 1, 3, 4]
        let log = try log(of: items.map { (user: 1, item: $0) })
        let split = try Split(of: log, train: Array(0..<6), test: Array(6..<10))
        let scorer = PopularityScorer(trainedOn: try split.train.windows(length: 3))
        let report = try evaluate(
            scorer, on: split.test.windows(length: 3), [ReciprocalRank()],
            ranking: RankingOptions(ties: .pessimistic))
        #expect(try report.row("MRR").values == [1.0 / 2, 1.0 / 3, 1, 1.0 / 4])
    }

    @Test("counts each target with its weight")
    func weights() throws {
        let items: [Int32] = [1, 2, 2, 1, 2]
        let log = try log(of: items.map { (user: 1, item: $0) })
        let split = try Split(of: log, train: Array(0..<3), test: Array(3..<5))
        let train = try split.train.windows(length: 3).withWeights([5, 1, 1])
        let report = try evaluate(
            PopularityScorer(trainedOn: train), on: split.test.windows(length: 3),
            [ReciprocalRank()])
        #expect(try report.row("MRR").values == [1, 0.5])
    }

    static let folder = getenv("NIGHTJAR_DATA").map { String(cString: $0) }

    /// The reference point of the TracIn study: rank = 1 + the number of greater scores, among all
    /// 1,683 classes with padding.
    @Test(
        "reaches what is known of it on ML-100K", .enabled(if: folder != nil, "needs NIGHTJAR_DATA")
    )
    func movieLens() throws {
        let folder = try #require(Self.folder)
        let path = "\(folder)/ml-100k"
        guard access(path + "/u.data", R_OK) == 0 else {
            print("skipped: no u.data in \(path)")
            return
        }
        let split = try Interactions.read(path).splitByUserTail(valid: 0, test: 0.1)
        let train = try split.train.windows(length: 50)
        let report = try evaluate(
            PopularityScorer(trainedOn: train), on: split.test.windows(length: 50),
            [ReciprocalRank(), Recall(at: 10)],
            ranking: RankingOptions(
                candidates: CandidateSet(countsPadding: true), ties: .optimistic))
        #expect(train.count == 90_404)
        #expect(try report.row("MRR").count == 9_596)
        #expect(abs(try report.row("MRR").mean - 0.0242) < 5e-5)
        #expect(abs(try report.row("Recall@10").mean - 0.0486) < 5e-5)
    }
}
