import Foundation
import Testing

@Suite("scripts/policy_shootout.lua")
struct PolicyShootoutTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private struct Results: Decodable {
        struct Row: Decodable {
            struct Found: Decodable {
                let auc: [String: Double]
                let precision: Double
            }

            let policy: String
            let dropped: Int
            let found: Found?
        }

        struct Data: Decodable {
            let data: String
            let rows: [Row]
        }

        let data: [Data]
    }

    @Test("tells what each policy found and what became of training without it")
    func quick() throws {
        let folder = try ScriptFolder()
        let process = try NightjarProcess(
            [
                "run", Self.root.appending(path: "scripts/policy_shootout.lua").path, "--quick",
                "--users", "80", "--data", "simulated,no-such-log", "--policies",
                "loss,user_junk,kcore,bids", "--json", "results.json",
            ],
            environment: ["NIGHTJAR_HOME": Self.root.path], in: folder.path)
        try process.expectEnd(status: 0)
        for words in ["quick: 3 epochs", "no-such-log is left out", "corrected by Holm"] {
            #expect(process.seen.contains(words), "\(process.seen)")
        }
        let results = try JSONDecoder().decode(
            Results.self,
            from: Data(contentsOf: URL(filePath: folder.path(of: "results.json"))))
        let rows = try #require(results.data.first).rows
        #expect(rows.map(\.policy) == ["loss", "user_junk", "kcore", "bids"])
        let junk = try #require(rows[1].found?.auc["junk"])
        #expect(junk > 0.9)
        #expect(rows[0].dropped > 0)
    }
}
