import Foundation
import GRDB
import NightjarRuntime
import Testing

@testable import NightjarTraining

@Suite("Runs for other programs")
struct RunExportTests {
    let folder: TemporaryFolder
    let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore(folder: folder.path + "/runs")
    }

    /// The columns that MLflow publishes in its `latest_schema.sql`, version 2.14.
    static let published: [String: Set<String>] = [
        "experiments": [
            "experiment_id", "name", "artifact_location", "lifecycle_stage", "creation_time",
            "last_update_time",
        ],
        "runs": [
            "run_uuid", "name", "source_type", "source_name", "entry_point_name", "user_id",
            "status", "start_time", "end_time", "source_version", "lifecycle_stage", "artifact_uri",
            "experiment_id", "deleted_time",
        ],
        "metrics": ["key", "value", "timestamp", "run_uuid", "step", "is_nan"],
        "latest_metrics": ["key", "value", "timestamp", "step", "is_nan", "run_uuid"],
        "params": ["key", "value", "run_uuid"],
        "tags": ["key", "value", "run_uuid"],
        "datasets": [
            "dataset_uuid", "experiment_id", "name", "digest", "dataset_source_type",
            "dataset_source", "dataset_schema", "dataset_profile",
        ],
        "inputs": [
            "input_uuid", "source_type", "source_id", "destination_type", "destination_id",
        ],
        "input_tags": ["input_uuid", "name", "value"],
    ]

    /// Tables that only an export has, as MLflow's upgrades change them.
    static let publishedElsewhere: [String: Set<String>] = [
        "alembic_version": ["version_num"],
        "experiment_tags": ["key", "value", "experiment_id"],
        "registered_models": ["name", "creation_time", "last_updated_time", "description"],
        "registered_model_tags": ["key", "value", "name"],
        "registered_model_aliases": ["alias", "version", "name"],
        "model_versions": [
            "name", "version", "creation_time", "last_updated_time", "description", "user_id",
            "current_stage", "source", "run_id", "status", "status_message", "run_link",
            "storage_location",
        ],
        "model_version_tags": ["key", "value", "name", "version"],
    ]

    private func columns(_ database: Database, _ table: String) throws -> Set<String> {
        Set(try database.columns(in: table).map(\.name))
    }

    @Test("lie in the store in tables with all of MLflow's columns")
    func storeColumns() throws {
        try store.read { (database: Database) throws in
            for (table, names) in Self.published {
                #expect(try columns(database, table).isSuperset(of: names), "\(table)")
            }
        }
    }

    /// Two runs, with everything that can be odd.
    private func records() throws -> [RunRecord] {
        let world = try SmallWorld()
        let one = try store.start(
            RunDescription(
                experiment: "e, \"1\"", name: "one", parameters: [("a,b", "x\"y\nz")],
                script: .init(path: "a.lua", text: "return 1\n")))
        try one.log(["recall@10": 0.5, "bad": .nan, "top": .infinity], step: 1)
        try one.log(["recall@10": 0.25], step: 2)
        try one.use(DataIdentity(world.train), for: "training")
        try folder.write(Array("content".utf8), "result.json")
        try one.add(artifact: folder.path + "/result.json", name: "deep/result.json")
        try one.finish()
        let two = try store.start()
        try two.finish(.failed)
        return try store.runs(RunQuery(ascending: true))
    }

    @Test("have a line for each figure in the long form")
    func long() throws {
        let path = folder.path + "/long.csv"
        let records = try records()
        try store.export(records, as: .long, to: path)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "run_id,experiment,run_name,key,step,timestamp,value")
        let start = "\(records[0].id),\"e, \"\"1\"\"\",one,"
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(start) })
        #expect(lines[1].hasPrefix(start + "bad,1,") && lines[1].hasSuffix(",NaN"))
        #expect(lines[3].hasPrefix(start + "recall@10,2,") && lines[3].hasSuffix(",0.25"))
        #expect(lines[4].hasSuffix(",inf"))
    }

    @Test("have a line for each run in the wide form, with MLflow's names")
    func wide() throws {
        let path = folder.path + "/wide.csv"
        try store.export(try records(), as: .wide, to: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let head = text.prefix { $0 != "\n" }
        #expect(head.hasPrefix("run_id,experiment,run_name,status,start_time,end_time,"))
        #expect(head.contains(",metrics.bad,metrics.recall@10,metrics.top,\"params.a,b\",tags."))
        #expect(text.contains(",FINISHED,") && text.contains(",FAILED,"))
        #expect(text.contains(",NaN,0.25,inf,\"x\"\"y\nz\","))
    }

    @Test("are a database of MLflow's with the files beside it")
    func mlflow() throws {
        let target = folder.path + "/out"
        let records = try records()
        try store.export(records, as: .mlflow, to: target)
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: target + "/mlflow.db", configuration: configuration)
        try queue.read { (database: Database) throws in
            for (table, names) in Self.published.merging(
                Self.publishedElsewhere, uniquingKeysWith: { $1 })
            {
                #expect(try columns(database, table) == names, "\(table)")
            }
            #expect(
                try String.fetchAll(database, sql: "SELECT version_num FROM alembic_version")
                    == ["acf3f17fdcc7"])
            // Every row that refers to another finds it.
            #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
            #expect(
                try String.fetchAll(
                    database, sql: "SELECT key || ' ' || value || is_nan FROM latest_metrics"
                )
                .sorted() == ["bad 0.01", "recall_at_10 0.250", "top 1.79769313486232e+3080"])
            #expect(
                try String.fetchAll(database, sql: "SELECT key || '=' || value FROM params")
                    == ["a_b=x\"y\nz"])
            #expect(
                try String.fetchAll(
                    database, sql: "SELECT status FROM runs ORDER BY start_time, rowid"
                ).sorted()
                    == ["FAILED", "FINISHED"])
            #expect(
                try String.fetchAll(database, sql: "SELECT value FROM input_tags") == ["training"])
            let digest = try String.fetchOne(database, sql: "SELECT digest FROM datasets")
            #expect(digest == String(records[0].data[0].digest.prefix(36)))
            let names = try String.fetchAll(
                database, sql: "SELECT value FROM tags WHERE key = 'mlflow.runName'")
            #expect(Set(names) == ["one", records[1].shortID])
            let uri = try String.fetchOne(
                database, sql: "SELECT artifact_uri FROM runs WHERE run_uuid = ?",
                arguments: [records[0].id])
            let files = try #require(uri)
            #expect(files.hasPrefix("/"))
            #expect(
                try String(contentsOfFile: files + "/deep/result.json", encoding: .utf8)
                    == "content")
            #expect(
                try String(contentsOfFile: files + "/script.lua", encoding: .utf8) == "return 1\n")
        }
    }

    @Test("never replace a database that is there, and leave none half written")
    func twice() throws {
        let target = folder.path + "/out"
        let records = try records()
        try store.export(records, as: .mlflow, to: target)
        #expect(throws: RunStoreError.exists(path: target + "/mlflow.db")) {
            try store.export(records, as: .mlflow, to: target)
        }
        #expect(throws: RunStoreError.noRuns("write")) {
            try store.export([], as: .wide, to: folder.path + "/none.csv")
        }
        #expect(try !folder.names.contains("none.csv"))
    }

    @Test(
        "have names that MLflow allows",
        arguments: [
            ("recall@10", "recall_at_10"), ("valid.mrr", "valid.mrr"), ("a/b c:d-e", "a/b c:d-e"),
            ("größe", "größe"), ("a+b", "a_b"), ("../up", ".._up"), ("/root", "_root"),
            ("..", "_"), ("x//y", "x__y"),
        ])
    func names(_ key: String, _ name: String) {
        var names = MLflowNames()
        #expect(names.name(for: key) == name)
        #expect(names.name(for: key) == name)
    }

    @Test("have different names where different ones would become equal")
    func equalNames() {
        var names = MLflowNames()
        #expect(names.name(for: "a+b") == "a_b")
        #expect(names.name(for: "a*b") == "a_b_2")
        #expect(names.name(for: "a_b") == "a_b_3")
    }
}
