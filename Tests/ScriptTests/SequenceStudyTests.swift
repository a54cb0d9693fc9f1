import Foundation
import Testing

/// The two studies of sequence models on a small log, with everything short but whole.
@Suite("scripts/mlstm_vs_lstm.lua and scripts/sequence_baselines.lua")
struct SequenceStudyTests {
    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts")

    private let folder: ScriptFolder

    /// Writes a log of 60 users who go round 30 items, each from another one.
    init() throws {
        folder = try ScriptFolder()
        let rows = (1...60).flatMap { user in
            (0..<12).map { time in
                "\(user)\t\((7 * user + time) % 30 + 1)\t4\t\(900_000_000 + 60 * time + user)\n"
            }
        }
        try folder.write(rows.joined(), to: "u.data")
    }

    /// Runs a script in the folder, which may take minutes beside other tests, and gives what it
    /// printed.
    private func run(_ script: String, _ arguments: [String]) throws -> String {
        let process = try NightjarProcess(
            ["run", Self.scripts.appending(path: script).path, "--quick", "--data", "u.data"]
                + arguments, in: folder.path)
        try process.expectEnd(status: 0)
        return process.seen
    }

    private func read<Content: Decodable>(_ name: String, _ type: Content.Type) throws -> Content {
        try JSONDecoder().decode(
            type, from: Data(contentsOf: URL(filePath: folder.path(of: name))))
    }

    private struct Comparison: Decodable {
        struct Row: Decodable, Equatable {
            let block: String
            let arm: String
            let mrr: Double
        }

        struct Honest: Decodable, Equatable {
            struct Chosen: Decodable, Equatable {
                let trial: Int
                let value: Double
            }

            let chosen: [String: Chosen]
        }

        let results: [Row]
        let honest: Honest
    }

    @Test("compare mLSTM and LSTM in both protocols, and say the same when run again")
    func comparison() throws {
        func study(_ json: String) throws -> String {
            try run("mlstm_vs_lstm.lua", ["--seeds", "2", "--trials", "2", "--json", json])
        }
        let output = try study("first.json")
        for text in [
            "quick: 2 epochs, 2 trials, 2 seed(s)", "== Faithful", "== Honest", "popularity",
            "uniform chance", "every run, test MRR:", "mlstm_state_only at mlstm's setting",
            "lstm of mlstm's size", "over 2 seeds", "Deviations:", "items of the history masked",
        ] {
            #expect(output.contains(text), "\(text)")
        }
        let first = try read("first.json", Comparison.self)
        let honest = first.results.count { $0.block == "honest" }
        let faithful = first.results.count { $0.block == "faithful" }
        // Eight arms with two seeds, and popularity, under two masks.
        #expect(honest == 34)
        // Four arms with two seeds, and popularity, on two sides.
        #expect(faithful == 18)
        #expect(first.results.allSatisfy { (0...1).contains($0.mrr) })
        // The second run takes everything from the store and the checkpoints.
        _ = try study("second.json")
        let second = try read("second.json", Comparison.self)
        #expect(second.honest == first.honest)
        #expect(second.results == first.results)
        // One block alone says the same as both.
        let alone = try run("mlstm_vs_lstm.lua", ["--seeds", "2", "--blocks", "faithful"])
        #expect(!alone.contains("== Honest"))
        let block = try #require(output.firstRange(of: "== Faithful"))
        let other = try #require(output.firstRange(of: "\n== Honest"))
        #expect(alone.contains(output[block.lowerBound..<other.lowerBound]))
    }

    private struct Baselines: Decodable {
        struct Row: Decodable {
            let model: String
            let hit: Double
            let ndcg: Double
            let mrr: Double

            private enum CodingKeys: String, CodingKey {
                case model, mrr
                case hit = "hit@10"
                case ndcg = "ndcg@10"
            }
        }

        let results: [Row]
    }

    @Test("rank the models that there are, and chance, under both masks")
    func baselines() throws {
        let output = try run(
            "sequence_baselines.lua",
            ["--models", "popularity,markov,gru,sasrec", "--json", "out.json"])
        for text in ["seen items masked", "seen items not masked", "HR@10", "chance", "s/epoch"] {
            #expect(output.contains(text), "\(text)")
        }
        let rows = try read("out.json", Baselines.self).results
        let models = ["popularity", "markov", "gru", "sasrec"].flatMap { [$0, $0] }
        #expect(rows.map(\.model) == models)
        for row in rows {
            #expect((0...1).contains(row.mrr) && row.ndcg <= row.hit && row.hit <= 1)
        }
    }

    @Test("refuse a model that nobody knows")
    func unknownModel() throws {
        let process = try NightjarProcess(
            [
                "run", Self.scripts.appending(path: "sequence_baselines.lua").path,
                "--data", "u.data", "--models", "gur",
            ], in: folder.path)
        let errors = try process.expectEnd(status: 1)
        #expect(errors.contains("no model is called 'gur'; there are popularity, "))
    }
}
