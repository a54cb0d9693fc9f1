import Foundation
import Testing

/// The table of all attribution methods on a small simulated log, with everything short but whole.
@Suite("scripts/attribution_benchmark.lua")
struct AttributionBenchmarkTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts/attribution_benchmark.lua")

    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    private func run(_ arguments: [String]) throws -> String {
        let process = try NightjarProcess(
            [
                "run", Self.script.path, "--quick", "--users", "40", "--targets", "10", "--epochs",
                "1", "--loo", "3",
            ] + arguments, in: folder.path)
        try process.expectEnd(status: 0)
        return process.seen
    }

    private struct Table: Decodable {
        struct Judgement: Decodable, Equatable {
            let value: Double
            let interval: [Double?]
            let precision: Double?
        }

        struct Removal: Decodable, Equatable {
            let mean: Double
            let difference: Double
        }

        struct Row: Decodable, Equatable {
            let method: String
            let lds: Judgement
            let loo: Judgement
            let misclicks: Judgement
            let copies: Double
            let stability: Double
            let harmfulRemoved: [String: Removal]
        }

        struct Point: Decodable {
            let kind: String
            let method: String
            let arm: String
            let count: Int
            let loss: Double
        }

        let subsets: Int
        let results: [Row]
        let curves: [Point]?
    }

    private func table(_ name: String) throws -> Table {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Table.self, from: Data(contentsOf: URL(filePath: folder.path(of: name))))
    }

    @Test("judges all methods alike, and goes on from retrainings that are done")
    func table() throws {
        let printed = try run([
            "--subsets", "4", "--json", "first.json", "--methods",
            "tracin,tracin_last,trak,grad_cos,ekfac,neighbours,self_influence,cooccurrence,popularity,random",
        ])
        #expect(printed.contains("(in brackets): no better than chance"))
        let first = try table("first.json")
        #expect(first.subsets == 4)
        #expect(first.results.count == 10)
        for row in first.results {
            for judgement in [row.lds, row.loo] {
                #expect((-1...1).contains(judgement.value))
                let ends = judgement.interval.compactMap(\.self)
                #expect(ends.count == 2 && ends[0] < ends[1])
            }
            #expect((0...1).contains(row.misclicks.value))
            #expect((0...1).contains(try #require(row.misclicks.precision)))
            #expect(row.harmfulRemoved["loss"] != nil)
        }
        func row(_ name: String) throws -> Table.Row {
            try #require(first.results.first { $0.method == name })
        }
        // A copy has the gradient of its original, so TracIn finds it; what is blind to targets cannot.
        #expect(try row("tracin").copies > 0.9)
        #expect(try row("random").copies < 0.3)
        #expect(try row("popularity").stability > 0.999)

        let files = try retrained()
        let again = try run([
            "--subsets", "4", "--json", "second.json", "--methods", "popularity,tracin_last",
        ])
        let second = try table("second.json").results
        #expect(second.map(\.method) == ["tracin_last", "popularity"])
        #expect(try second.map(\.lds) == second.map { try row($0.method).lds })
        #expect(try retrained() == files)
        #expect(again.contains("LDS: Spearman over 4 halves"))
    }

    @Test("draws removal and retention curves of what is most helpful and most harmful")
    func curves() throws {
        _ = try run([
            "--subsets", "2", "--methods", "loss,popularity", "--curves", "c", "--json", "c.json",
        ])
        for kind in ["removal", "retention"] {
            for arm in ["helpful", "harmful"] {
                let picture = try String(
                    contentsOfFile: folder.path(of: "c-\(kind)-\(arm).svg"), encoding: .utf8)
                for name in ["at random", "loss", "popularity"] { #expect(picture.contains(name)) }
            }
        }
        // Four shares of what two methods name helpful and harmful, and of random draws.
        let points = try #require(try table("c.json").curves)
        #expect(points.count == 2 * 4 * (2 * 2 + 1))
        let kept = points.filter { $0.kind == "retention" && $0.method == "random" }
        #expect(kept.map(\.count) == kept.map(\.count).sorted())
        // Half of the examples teach more than a hundredth.
        let (first, last) = (try #require(kept.first), try #require(kept.last))
        #expect(last.loss < first.loss)
    }

    /// Names of the files that finished retrainings left, with the times at which they were written.
    private func retrained() throws -> [String: Date] {
        let path = folder.path(of: "runs/attribution/retrained")
        var times: [String: Date] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            times[name] = attributes[.modificationDate] as? Date
        }
        return times
    }

    @Test("explains a method that does not exist before it retrains")
    func unknownMethod() throws {
        let process = try NightjarProcess(
            [
                "run", Self.script.path, "--quick", "--users", "60", "--epochs", "1", "--methods",
                "tracin,tracout",
            ], in: folder.path)
        let errors = try process.expectEnd(status: 1)
        #expect(errors.contains("there is no method 'tracout'; the methods are tracin, "))
    }
}
