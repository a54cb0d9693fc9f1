import Foundation
import Testing

@testable import NightjarMetrics

/// Scored lists judged by LensKit for Java; the rows are not ours to ship.
@Suite("Metrics against LensKit for Java")
struct LensKitJudgeTests {
    /// The folder with the judge's three files, from `$NIGHTJAR_DATA`.
    static let folder: String? = {
        let roots = ProcessInfo.processInfo.environment["NIGHTJAR_DATA"] ?? ""
        return roots.split(separator: ":").map { "\($0)/judges/lenskit" }
            .first { FileManager.default.fileExists(atPath: "\($0)/topn-java-metrics.csv") }
    }()

    private func rows(_ name: String) throws -> [[String]] {
        let folder = try #require(Self.folder)
        let text = try String(contentsOfFile: "\(folder)/\(name).csv", encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst()
            .map { $0.split(separator: ",").map(String.init) }
    }

    @Test(
        "agree on all lists, nDCG with LensKit's discount and the ratings as gains",
        .enabled(if: folder != nil, "needs judges/lenskit below $NIGHTJAR_DATA"))
    func agree() throws {
        var truth: [String: [String: Double]] = [:]
        for row in try rows("topn-java-truth") {
            truth[row[0], default: [:]][row[1]] = Double(row[2])
        }
        var lists: [String: [String: Double]] = [:]
        for row in try rows("topn-java-recs") {
            lists["\(row[0]) \(row[1])", default: [:]][row[3]] = Double(row[2])
        }
        let verdicts = try rows("topn-java-metrics")
        #expect(verdicts.count == 100)
        var ranks = RelevantRanks()
        for row in verdicts {
            let relevant = try #require(truth[row[1]])
            let list = try #require(lists["\(row[0]) \(row[1])"])
            let items = relevant.keys.sorted()
            try ranks.append(
                items.map { list[$0] ?? .infinity }, gains: items.compactMap { relevant[$0] },
                candidates: list.count + items.count)
        }
        let gain = try NDCG(discount: .lensKit).perExample(ranks)
        let reciprocal = ReciprocalRank().perExample(ranks)
        let trec = try NDCG().perExample(ranks)
        var differing = 0
        for (index, row) in verdicts.enumerated() {
            let javaGain = try #require(Double(row[2]))
            let javaReciprocal = try #require(Double(row[3]))
            #expect(abs(gain[index] - javaGain) < 1e-12)
            #expect(abs(reciprocal[index] - javaReciprocal) < 1e-15)
            if abs(trec[index] - gain[index]) > 1e-9 { differing += 1 }
        }
        #expect(differing == 56, "the standard discount is another metric on most lists")
    }
}
