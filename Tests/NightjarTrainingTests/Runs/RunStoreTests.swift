import Foundation
import GRDB
import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("The store of runs")
struct RunStoreTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore(folder: folder.path + "/runs")
    }

    /// The store as another process sees it.
    private func other() throws -> RunStore { try RunStore(folder: store.folder, makes: false) }

    @Test("gives back what a run recorded, to another process too")
    func roundTrip() throws {
        let run = try store.start(
            RunDescription(
                experiment: "café", name: "a 'name'; DROP TABLE runs", parameters: [("lr", "0.1")],
                tags: [("note", "x\ny")], script: .init(path: "a.lua", text: "print(1)\n")))
        try run.log(["loss": 3], step: 1)
        try run.log(["loss": 2, "recall@10": 0.5], step: 2)
        try run.add(parameters: [("dim", "64")])
        try run.finish()
        let record = try other().run(run.id).record()
        #expect(record.experiment == "café")
        #expect(record.name == "a 'name'; DROP TABLE runs")
        #expect(record.status == .finished)
        #expect(record.parameters.map(\.key) == ["dim", "lr"])
        #expect(record.parameter("lr") == "0.1")
        #expect(record.tag("note") == "x\ny")
        #expect(record.tag("nightjar.version") == Version.current)
        #expect(record.metric("loss") == 2)
        #expect(record.metric("recall@10") == 0.5)
        #expect(record.seconds >= 0 && record.seconds < 60)
        #expect(record.scriptPath == "a.lua")
        // printf 'print(1)\n' | sha256sum
        #expect(
            record.scriptDigest
                == "cc42155088fca5730758db72b2a5bca33112a941dfaa2d43098ec422ce4ea213")
        #expect(try other().run(run.id).scriptText() == "print(1)\n")
        #expect(try other().run(run.id).history(of: "loss").map(\.value) == [3, 2])
    }

    @Test("keeps NaN and infinities, and the newest value by step, not by time")
    func oddFigures() throws {
        let run = try store.start()
        let values = [
            Double.nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1.7976931348623155e308,
        ]
        for (step, value) in values.enumerated() { try run.log(["x": value], step: step) }
        try run.log(["y": 2], step: 9)
        try run.log(["y": 1], step: 3)
        let read = try run.history(of: "x").map(\.value)
        #expect(read.map(\.bitPattern).dropFirst() == values.map(\.bitPattern).dropFirst())
        #expect(read[0].isNaN)
        #expect(try run.record().metric("y") == 2)
        try run.log(["y": 7], step: 9)
        #expect(try run.record().metric("y") == 7)
    }

    @Test("keeps a write-ahead log where no other machine has the disk")
    func journal() throws {
        let mode = try store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == (FileSystemKind.isShared(folder.path) ? "delete" : "wal"))
    }

    @Test("has a figure within a second, also when no more follow")
    func delay() async throws {
        let run = try store.start()
        try run.log(["loss": 1], step: 1)
        try await Task.sleep(for: .seconds(2))
        #expect(try other().run(run.id).record().metric("loss") == 1)
    }

    @Test("keeps a parameter as it is, and adds none of a list that does not fit")
    func parameters() throws {
        let run = try store.start(RunDescription(parameters: [("lr", "0.1")]))
        try run.add(parameters: [("lr", "0.1")])
        #expect(throws: RunStoreError.parameterChanged("lr", saved: "0.1", given: "0.2")) {
            try run.add(parameters: [("dim", "3"), ("lr", "0.2")])
        }
        #expect(try run.record().parameters.map(\.key) == ["lr"])
    }

    @Test("takes notes on a run that has ended, and no figures")
    func ended() throws {
        let run = try store.start()
        try run.finish(.failed)
        #expect(throws: RunStoreError.notRecording(id: run.shortID, status: .failed)) {
            try run.log(["loss": 1], step: 1)
        }
        #expect(throws: RunStoreError.notRecording(id: run.shortID, status: .failed)) {
            try run.finish()
        }
        let noted = try other().run(run.id)
        try noted.set(tag: "note", to: "one")
        try noted.set(tag: "note", to: "two")
        #expect(try run.record().tag("note") == "two")
    }

    @Test("lets only its process log to a run that goes on")
    func foreign() throws {
        let run = try store.start()
        #expect(throws: RunStoreError.notRecording(id: run.shortID, status: .running)) {
            try other().run(run.id).log(["loss": 1], step: 1)
        }
        #expect(try store.run(run.id) === run)
        #expect(try other().run(run.id).record().status == .running)
    }

    @Test(
        "refuses names that a table or MLflow could not hold",
        arguments: [
            "", "a\nb", "a\u{1B}[2J", String(repeating: "x", count: 251),
        ])
    func badNames(_ name: String) throws {
        let run = try store.start()
        #expect(throws: RunStoreError.self) { try run.log([name: 1], step: 1) }
        #expect(throws: RunStoreError.self) { try run.add(parameters: [(name, "1")]) }
        #expect(throws: RunStoreError.self) { try run.set(tag: name, to: "1") }
        #expect(throws: RunStoreError.self) {
            try store.start(RunDescription(experiment: name))
        }
    }

    @Test("takes values as long as MLflow's and no longer")
    func longValues() throws {
        let run = try store.start()
        try run.add(parameters: [("a", String(repeating: "é", count: 8000))])
        #expect(throws: RunStoreError.self) {
            try run.add(parameters: [("b", String(repeating: "é", count: 8001))])
        }
        try run.set(tag: "a", to: String(repeating: "x", count: 5000))
        #expect(throws: RunStoreError.self) {
            try run.set(tag: "b", to: String(repeating: "x", count: 5001))
        }
    }

    @Test("finds a run by id, beginning of an id, name, and as the last")
    func lookUp() throws {
        let one = try store.start(RunDescription(name: "baseline"))
        let two = try store.start(RunDescription(name: "twin"))
        let three = try store.start(RunDescription(name: "twin"))
        #expect(try store.run("baseline") === one)
        #expect(try store.run(String(two.id.prefix(12)).uppercased()) === two)
        #expect(try store.run("last") === three)
        #expect(throws: RunStoreError.unknownRun("basline", nearest: "baseline")) {
            try store.run("basline")
        }
        #expect(throws: RunStoreError.ambiguousRun("twin", ids: [three.shortID, two.shortID])) {
            try store.run("twin")
        }
        #expect(throws: RunStoreError.self) { try store.run("") }
        #expect(throws: RunStoreError.self) { try store.run("%") }
    }

    @Test("lists by experiment, state, conditions and order")
    func queries() throws {
        for (number, score) in [0.3, .nan, 0.1, 0.2].enumerated() {
            let run = try store.start(
                RunDescription(
                    experiment: number < 2 ? "a" : "b", parameters: [("n", "\(number)")]))
            try run.log(["mrr": score], step: 1)
            try run.finish(number == 0 ? .failed : .finished)
        }
        func found(_ query: RunQuery) throws -> [String] {
            try store.runs(query).map { $0.parameter("n") ?? "" }
        }
        #expect(try found(RunQuery()) == ["3", "2", "1", "0"])
        #expect(try found(RunQuery(ascending: true, limit: 2)) == ["0", "1"])
        #expect(try found(RunQuery(experiment: "a")) == ["1", "0"])
        #expect(try found(RunQuery(status: .failed)) == ["0"])
        #expect(try found(RunQuery(order: "mrr")) == ["0", "3", "2", "1"])
        #expect(try found(RunQuery(order: "mrr", ascending: true)) == ["2", "3", "0", "1"])
        #expect(try found(RunQuery(conditions: [RunCondition("mrr>0.15")])) == ["3", "0"])
        #expect(
            try found(RunQuery(conditions: [RunCondition("n != 3")], limit: 1)) == ["2"])
        #expect(try found(RunQuery(conditions: [RunCondition("nothing=1")])) == [])
        #expect(try found(RunQuery(limit: 0)) == [])
    }

    @Test(
        "reads conditions",
        arguments: [
            ("lr=0.1", "lr", RunCondition.Comparison.equal, "0.1"),
            ("a <= b=c", "a", .atMost, "b=c"), ("x!=", "x", .notEqual, ""),
            ("valid.mrr>0.3", "valid.mrr", .above, "0.3"),
        ])
    func conditions(
        _ text: String, _ key: String, _ comparison: RunCondition.Comparison, _ value: String
    ) throws {
        let condition = try RunCondition(text)
        #expect(condition.key == key)
        #expect(condition.comparison == comparison)
        #expect(condition.value == value)
    }

    @Test("refuses what is no condition", arguments: ["lr", "=1", "", "!"])
    func badConditions(_ text: String) {
        #expect(throws: RunStoreError.badCondition(text)) { try RunCondition(text) }
    }

    @Test("ends what is still recorded, and then has no sign of this process")
    func finishAll() throws {
        let one = try store.start()
        let two = try store.start()
        try one.log(["loss": 1], step: 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: marks).count == 1)
        try store.finishAll(.killed)
        #expect(try one.record().status == .killed)
        #expect(try two.record().status == .killed)
        #expect(try other().run(one.id).record().metric("loss") == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: marks).isEmpty)
    }

    private var marks: String { store.folder + "/processes" }

    @Test("takes a hundred thousand figures in some hundred transactions")
    func manyFigures() throws {
        let run = try store.start()
        let commits = CommitCounter()
        store.connection.add(transactionObserver: commits)
        for step in 0..<50_000 {
            try run.log(["loss": 1 / Double(step + 1), "lr": 0.1], step: step)
        }
        try run.finish()
        #expect(try run.history(of: "loss").count == 50_000)
        #expect(try run.record().metric("loss") == 1 / 50_000)
        // One for a thousand figures, one for each second that it took, and the end.
        #expect((100...500).contains(commits.count))
    }
}

/// Counts transactions.
private final class CommitCounter: TransactionObserver {
    private(set) var count = 0

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { count += 1 }
    func databaseDidRollback(_ database: Database) {}
}
