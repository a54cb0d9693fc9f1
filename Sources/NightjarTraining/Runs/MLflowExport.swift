// Runs as MLflow reads them.

import GRDB
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

extension RunStore {
    /// Writes runs into a folder that MLflow can open: `mlflow.db`, and `artifacts` with the files
    /// and the script of each run.
    ///
    /// A run that goes on is written as it is now. Characters that MLflow does not allow in names are
    /// replaced: `recall@10` becomes `recall_at_10`.
    ///
    /// - Throws: ``RunStoreError``, `FileError`, `Interrupted`; there is no database then.
    func writeMLflow(_ runs: [RunRecord], to folder: String) throws {
        let target = "\(folder)/mlflow.db"
        guard access(target, F_OK) != 0 else { throw RunStoreError.exists(path: target) }
        try Folders.make("\(folder)/artifacts")
        let unfinished = "\(target).\(getpid()).tmp"
        unlink(unfinished)
        defer { unlink(unfinished) }
        do {
            try MLflowExport(self, folder: folder).write(runs, to: unfinished)
        } catch let error as DatabaseError {
            throw RunStoreError(error, path: target)
        }
        guard rename(unfinished, target) == 0 else {
            throw FileError("write", target, code: errno)
        }
    }
}

/// One writing of a folder for MLflow.
private struct MLflowExport {
    let store: RunStore
    let folder: String
    /// The folder as an absolute path: MLflow takes others from where it was started.
    let absoluteFolder: String

    init(_ store: RunStore, folder: String) throws(FileError) {
        self.store = store
        self.folder = folder
        guard let resolved = realpath(folder, nil) else {
            throw FileError("write", folder, code: errno)
        }
        defer { free(resolved) }
        absoluteFolder = String(cString: resolved)
    }

    func write(_ runs: [RunRecord], to path: String) throws {
        var names = MLflowNames()
        let queue = try DatabaseQueue(path: path.hasPrefix("/") ? path : "./\(path)")
        try queue.write { database in
            try database.execute(sql: MLflowTables.definitions)
            var experiments: [String: Int] = [:]
            for run in runs.reversed() {
                try Interruption.check()
                let number =
                    try experiments[run.experiment]
                    ?? experiment(run.experiment, number: experiments.count + 1, database)
                experiments[run.experiment] = number
                try insert(run, experiment: number, database)
                try insertTexts(of: run, &names, database)
                try insertFigures(of: run, &names, database)
                for data in run.data { try data.insert(into: database, run: run.id) }
                try copyFiles(of: run)
            }
        }
        try queue.close()
    }

    private func experiment(_ name: String, number: Int, _ database: Database) throws -> Int {
        let number = name == RunDescription.usualExperiment ? 0 : number
        let now = Run.now()
        try database.execute(
            sql: """
                INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage,
                    creation_time, last_update_time)
                VALUES (?, ?, ?, 'active', ?, ?)
                """, arguments: [number, name, "\(absoluteFolder)/artifacts", now, now])
        return number
    }

    private func insert(_ run: RunRecord, experiment: Int, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id,
                    status, start_time, end_time, source_version, lifecycle_stage, artifact_uri,
                    experiment_id)
                VALUES (?, ?, 'LOCAL', ?, '', ?, ?, ?, ?, '', 'active', ?, ?)
                """,
            arguments: [
                run.id, run.name ?? run.shortID, run.scriptPath, run.tag(RunTag.user) ?? "",
                run.status.rawValue, run.startTime, run.endTime,
                "\(absoluteFolder)/artifacts/\(run.id)", experiment,
            ])
    }

    private func insertTexts(
        of run: RunRecord, _ names: inout MLflowNames, _ database: Database
    ) throws {
        for (key, value) in run.parameters {
            try database.execute(
                sql: "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
                arguments: [names.name(for: key), value, run.id])
        }
        var tags = Dictionary(run.tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        tags[RunTag.runName] = run.name ?? run.shortID
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            try database.execute(
                sql: "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
                arguments: [names.name(for: key), value, run.id])
        }
    }

    private func insertFigures(
        of run: RunRecord, _ names: inout MLflowNames, _ database: Database
    ) throws {
        let columns = "(key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)"
        let figure = try database.cachedStatement(sql: "INSERT INTO metrics \(columns)")
        let newest = try database.cachedStatement(sql: "INSERT INTO latest_metrics \(columns)")
        for (statement, points) in [(figure, try store.points(of: run.id)), (newest, run.metrics)] {
            for point in points {
                let (value, isNaN) = point.stored
                try statement.execute(
                    arguments: [
                        names.name(for: point.key), value, point.timestamp, run.id, point.step,
                        isNaN,
                    ])
            }
        }
    }

    private func copyFiles(of run: RunRecord) throws {
        let source = store.artifactFolder(of: run.id)
        let target = "\(folder)/artifacts/\(run.id)"
        for artifact in run.artifacts {
            let parts = artifact.name.split(separator: "/").dropLast()
            try Folders.make(parts.reduce(target) { "\($0)/\($1)" })
            _ = try Run.copy("\(source)/\(artifact.name)", to: "\(target)/\(artifact.name)")
        }
        let text = try Run(id: run.id, store: store, isRecording: false).scriptText()
        guard let text, !run.artifacts.contains(where: { $0.name == "script.lua" }) else { return }
        try Folders.make(target)
        try DurableFile.write(to: "\(target)/script.lua") { try $0.append(text) }
    }
}

/// Names as MLflow allows them: letters, digits, and `_ - . : /` and spaces.
struct MLflowNames {
    private var known: [String: String] = [:]
    private var taken: Set<String> = []

    /// The name for a key, always the same, and another one for each key.
    mutating func name(for key: String) -> String {
        if let name = known[key] { return name }
        let plain = Self.allowed(key)
        var name = plain
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(plain)_\(number)"
            number += 1
        }
        known[key] = name
        return name
    }

    private static func allowed(_ key: String) -> String {
        var name = ""
        for scalar in key.unicodeScalars {
            let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if scalar == "@" {
                name += "_at_"
            } else if isWord || "_-.: /".unicodeScalars.contains(scalar) {
                name.unicodeScalars.append(scalar)
            } else {
                name += "_"
            }
        }
        // What could be taken for a path that leads elsewhere is none.
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return name }
        let flat = parts.joined(separator: "_")
        return flat == "." || flat == ".." ? "_" : flat
    }
}
