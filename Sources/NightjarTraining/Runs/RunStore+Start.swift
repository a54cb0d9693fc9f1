// The beginning of a run.

import GRDB
import NightjarData
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

extension RunStore {
    /// Begins to record a run.
    ///
    /// Parameters, tags, the script's text and digest, the versions of what computes, the machine and
    /// the user are in the store when this returns.
    ///
    /// - Throws: ``RunStoreError``, or `FileError`; nothing is recorded then.
    public func start(_ description: RunDescription = RunDescription()) throws -> Run {
        try RunText.check(name: description.experiment, of: "experiment")
        if let name = description.name { try RunText.check(name: name, of: "run") }
        for (key, value) in description.parameters { try RunText.check(parameter: key, value) }
        for (key, value) in description.tags { try RunText.check(tag: key, value) }
        let run = Run(id: RunID.random(), store: self, isRecording: true)
        let process = try processID()
        let digest = description.script.map {
            SHA256($0.text).hexadecimal
        }
        try write { database in
            if let script = description.script {
                try database.execute(
                    sql: "INSERT OR IGNORE INTO scripts (digest, text) VALUES (?, ?)",
                    arguments: [digest, script.text])
            }
            try insert(
                run, description, process: process, script: digest,
                experiment: try experiment(description.experiment, database), into: database)
            for (key, value) in description.parameters {
                try database.execute(
                    sql: "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
                    arguments: [key, value, run.id])
            }
            let tags =
                RunTag.ofMachine() + RunTag.of(description, script: digest) + description.tags
            for (key, value) in tags {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
                    arguments: [key, value, run.id])
            }
        }
        add(run)
        return run
    }

    private func insert(
        _ run: Run, _ description: RunDescription, process: String, script: String?,
        experiment: Int, into database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id,
                    status, start_time, source_version, artifact_uri, experiment_id, process_id,
                    script_digest)
                VALUES (?, ?, 'LOCAL', ?, '', ?, 'RUNNING', ?, '', ?, ?, ?, ?)
                """,
            arguments: [
                run.id, description.name, description.script?.path ?? "", RunTag.userName,
                Run.now(),
                absoluteArtifactFolder(of: run.id), experiment, process, script,
            ])
    }

    /// The number of an experiment, which is made at its first run.
    private func experiment(_ name: String, _ database: Database) throws -> Int {
        let query = "SELECT experiment_id FROM experiments WHERE name = ?"
        if let found = try Int.fetchOne(database, sql: query, arguments: [name]) { return found }
        // MLflow's own number for the experiment of runs that name none.
        let number = name == RunDescription.usualExperiment ? 0 : nil
        let now = Run.now()
        try database.execute(
            sql: """
                INSERT INTO experiments (experiment_id, name, artifact_location, creation_time,
                    last_update_time)
                VALUES (coalesce(?, (SELECT max(1, 1 + max(experiment_id)) FROM experiments), 1),
                    ?, ?, ?, ?)
                """, arguments: [number, name, "\(folder)/artifacts", now, now])
        return Int(database.lastInsertedRowID)
    }
}

extension RunTag {
    /// The user's name for the record.
    static let userName: String = {
        for variable in ["USER", "LOGNAME"] {
            if let name = getenv(variable), name[0] != 0 { return String(cString: name) }
        }
        return "\(geteuid())"
    }()

    /// What the description says, under the names that MLflow shows.
    fileprivate static func of(
        _ description: RunDescription, script digest: String?
    ) -> [(key: String, value: String)] {
        [
            (user, userName), (sourceType, "LOCAL"),
            (sourceName, description.script?.path ?? "prompt"),
            (runName, description.name ?? ""), (scriptDigest, digest ?? ""),
        ].filter { !$0.1.isEmpty }
    }
}
