import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("Runs for people")
struct RunTextTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore(folder: folder.path)
    }

    private func record(
        _ name: String?, _ parameters: [(String, String)], _ metrics: [String: Double],
        experiment: String = "e"
    ) throws -> RunRecord {
        let run = try store.start(
            RunDescription(
                experiment: experiment, name: name,
                parameters: parameters.map { (key: $0.0, value: $0.1) }))
        try run.log(metrics, step: 1)
        try run.finish()
        return try run.record()
    }

    @Test("are compared by what differs, with a mark where one has no value")
    func comparison() throws {
        let one = try record(nil, [("lr", "0.1"), ("dim", "8")], ["mrr": 0.25])
        let two = try record(nil, [("lr", "0.2"), ("dim", "8"), ("new", "a\nb")], ["mrr": 0.5])
        let comparison = try RunComparison([one, two])
        let rows = comparison.rows.map { "\($0.kind) \($0.key)" }
        #expect(rows == ["parameter lr", "parameter new", "metric mrr"])
        let lines = "\(comparison)".split(separator: "\n")
        #expect(lines[1].split(separator: " ") == ["parameter", "lr", "0.1", "0.2"])
        #expect(lines[2].split(separator: " ") == ["new", "-", "a", "b"])
        #expect(lines[3].split(separator: " ") == ["metric", "mrr", "0.25", "0.5"])
        #expect(lines.last?.hasSuffix("more are the same in all runs") == true)
        let all = try RunComparison([one, two], showsEqual: true)
        #expect(all.rows.contains { $0.key == "dim" && $0.values == ["8", "8"] })
        #expect(all.equalCount == 0)
    }

    @Test("are compared with a line for each when they are many")
    func manyCompared() throws {
        let records = try (1...6).map { try record(nil, [("n", "\($0)")], [:]) }
        let lines = "\(try RunComparison(records))".split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["run", "n"])
        #expect(lines[6].split(separator: " ") == [Substring(records[5].shortID), "6"])
    }

    @Test("never fill more than some screens")
    func bounded() throws {
        let records = try (1...5).map { number in
            try record(nil, (1...50).map { ("p\($0)", "\($0 * number)") }, [:])
        }
        let wide = "\(try RunComparison(records))"
        #expect(wide.split(separator: "\n").allSatisfy { $0.count < 200 })
        #expect(wide.contains("… 38 more that differ"))
        let many = Array(repeating: records[0], count: 200) + [records[1]]
        let long = "\(try RunComparison(many))"
        #expect(long.split(separator: "\n").count < 110)
        #expect(long.contains("… 101 more runs"))
        #expect("\(RunListing(many, atMost: 30))".hasSuffix("\n… 171 more"))
    }

    @Test("say so when they differ in nothing, and need two to be compared")
    func nothingDiffers() throws {
        let one = try record(nil, [], [:])
        let text = "\(try RunComparison([one, one]))"
        #expect(text.hasSuffix("the runs differ in nothing that was recorded"))
        #expect(throws: RunStoreError.self) { try RunComparison([one]) }
    }

    @Test("are listed with the metrics that most have, or the columns asked for")
    func listing() throws {
        let records = [
            try record("one", [("lr", "0.1")], ["loss": 2.5, "seconds": 3]),
            try record(nil, [("lr", "0.2")], ["loss": .nan, "rare": 1], experiment: "f"),
        ]
        let lines = "\(RunListing(records))".split(separator: "\n")
        #expect(
            lines[0].split(separator: " ") == [
                "run", "experiment", "name", "status", "started", "took", "loss", "rare",
            ])
        #expect(lines[1].hasSuffix("2.5     -"))
        #expect(lines[2].hasSuffix("nan     1"))
        let chosen = "\(RunListing(records, columns: ["lr"]))".split(separator: "\n")
        #expect(chosen[2].hasSuffix(" 0.2"))
        #expect("\(RunListing([]))" == "no runs")
    }

    @Test(
        "show times as people write them",
        arguments: [
            (0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1:00"), (3599.7, "1:00:00"),
            (7384, "2:03:04"), (-1, "?"), (.nan, "?"), (.infinity, "?"),
        ])
    func times(_ seconds: Double, _ text: String) {
        #expect(RunTime.text(seconds: seconds) == text)
    }

    @Test("name the files of a run, which are copies with a digest")
    func artifacts() throws {
        let run = try store.start()
        try folder.write(Array("abc".utf8), "a.txt")
        let artifact = try run.add(artifact: folder.path + "/a.txt")
        #expect(artifact.size == 3)
        #expect(
            artifact.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        try folder.write(Array("changed".utf8), "a.txt")
        let copy = try String(contentsOfFile: run.artifactFolder + "/a.txt", encoding: .utf8)
        #expect(copy == "abc")
        #expect(
            "\(RunSheet(try run.record(), files: run.artifactFolder))".contains("a.txt  3 bytes"))
        try run.add(artifact: folder.path + "/a.txt")
        #expect(try run.record().artifacts.map(\.size) == [7])
    }

    @Test(
        "refuse files that lead out of the run's folder or are none",
        arguments: [
            "../x", "/etc/x", "a/../../x", "", ".", "a//b",
        ])
    func badArtifacts(_ name: String) throws {
        let run = try store.start()
        try folder.write([1], "a.txt")
        #expect(throws: RunStoreError.self) {
            try run.add(artifact: folder.path + "/a.txt", name: name)
        }
        #expect(throws: FileError.self) { try run.add(artifact: folder.path + "/none") }
        #expect(throws: FileError.self) { try run.add(artifact: folder.path) }
        #expect(try run.record().artifacts == [])
    }
}
