// Finding and reading runs.

import GRDB
import NightjarRuntime

extension RunStore {
    /// The runs that a query asks for, in its order.
    ///
    /// - Throws: ``RunStoreError``.
    public func runs(_ query: RunQuery = RunQuery()) throws -> [RunRecord] {
        try prepareToLook()
        let direction = query.ascending ? "ASC" : "DESC"
        let isPlain = query.conditions.isEmpty && query.order == nil
        let ids = try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT run_uuid \(Self.chosen)
                    ORDER BY start_time \(direction), runs.rowid \(direction)
                    LIMIT ?3
                    """,
                arguments: [
                    query.experiment, query.status?.rawValue,
                    isPlain ? max(0, query.limit ?? .max) : .max,
                ])
        }
        var records = try records(of: ids)
        guard !isPlain else { return records }
        records.removeAll { record in !query.conditions.allSatisfy { $0.holds(for: record) } }
        if let order = query.order { records = Self.sorted(records, by: order, query.ascending) }
        return Array(records.prefix(max(0, query.limit ?? .max)))
    }

    /// The number of runs that a query asks for, whatever its limit.
    ///
    /// - Throws: ``RunStoreError``.
    public func count(_ query: RunQuery = RunQuery()) throws -> Int {
        guard query.conditions.isEmpty else {
            var query = query
            query.limit = nil
            return try runs(query).count
        }
        return try read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) \(Self.chosen)",
                arguments: [query.experiment, query.status?.rawValue]) ?? 0
        }
    }

    /// The runs of an experiment in a state, or of all.
    private static let chosen = """
        FROM runs JOIN experiments USING (experiment_id)
        WHERE runs.lifecycle_stage = 'active'
            AND (?1 IS NULL OR experiments.name = ?1) AND (?2 IS NULL OR status = ?2)
        """

    /// Sorted by a metric or parameter; runs without it, or with NaN, come last.
    private static func sorted(
        _ records: [RunRecord], by key: String, _ ascending: Bool
    ) -> [RunRecord] {
        let keyed = records.enumerated().map { place, record in
            let number = record.metric(key) ?? record.parameter(key).flatMap { Double($0) }
            return (
                record, number: number.flatMap { $0.isNaN ? nil : $0 },
                text: record.parameter(key) ?? record.tag(key), place
            )
        }
        return keyed.sorted { left, right in
            switch (left.number, right.number) {
            case (let a?, let b?) where a != b: return ascending ? a < b : a > b
            case (nil, _?): return false
            case (_?, nil): return true
            default: break
            }
            if let a = left.text, let b = right.text, a != b { return ascending ? a < b : a > b }
            if (left.text == nil) != (right.text == nil) { return right.text == nil }
            return left.3 < right.3
        }.map(\.0)
    }

    /// The run that a user means: its id, the beginning of it, its name, or `last`.
    ///
    /// - Throws: ``RunStoreError/unknownRun(_:nearest:)``, ``RunStoreError/ambiguousRun(_:ids:)``.
    public func run(_ text: String) throws -> Run {
        try prepareToLook()
        return run(id: try read { try Self.id(meant: text, $0) })
    }

    /// The run that a record is of.
    public func run(of record: RunRecord) -> Run { run(id: record.id) }

    private func run(id: String) -> Run {
        recordedRun(id) ?? Run(id: id, store: self, isRecording: false)
    }

    private static func id(meant text: String, _ database: Database) throws -> String {
        func ids(_ condition: String, _ arguments: StatementArguments) throws -> [String] {
            try String.fetchAll(
                database,
                sql: """
                    SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active' AND \(condition)
                    ORDER BY start_time DESC, rowid DESC
                    """, arguments: arguments)
        }
        if text == "last", let newest = try ids("true", []).first { return newest }
        let prefix = text.lowercased()
        var found = try ids("name = ?", [text])
        if found.isEmpty, !prefix.isEmpty, prefix.utf8.count <= RunID.length,
            prefix.allSatisfy({ $0.isHexDigit && $0.isASCII })
        {
            // 'g' follows the last hexadecimal digit.
            found = try ids("run_uuid >= ? AND run_uuid < ?", [prefix, prefix + "g"])
        }
        if found.count > 1 {
            throw RunStoreError.ambiguousRun(
                text, ids: found.map { String($0.prefix(RunID.shownLength)) })
        }
        if let only = found.first { return only }
        let names = try String.fetchAll(
            database, sql: "SELECT DISTINCT name FROM runs WHERE name IS NOT NULL LIMIT 10000")
        throw RunStoreError.unknownRun(text, nearest: Suggestion.nearest(to: text, in: names))
    }

    /// Brings up to date what a look at the store shows.
    private func prepareToLook() throws {
        try closeDeadRuns()
        for run in recordedRuns { try run.flush() }
    }

    /// The records of runs, in the order of their ids given.
    func records(of ids: [String]) throws -> [RunRecord] {
        // Ids are hexadecimal digits, so the list needs no escapes.
        let list = "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        return try read { database in
            func rows(_ sql: String) throws -> [String: [Row]] {
                Dictionary(
                    grouping: try Row.fetchAll(database, sql: sql, arguments: [list]),
                    by: { $0[0] ?? "" })
            }
            let chosen = "IN (SELECT value FROM json_each(?))"
            let runs = try rows(
                """
                SELECT run_uuid, experiments.name, runs.name, status, start_time, end_time,
                    source_name, script_digest, process_id
                FROM runs JOIN experiments USING (experiment_id) WHERE run_uuid \(chosen)
                """)
            let parameters = try rows(
                "SELECT run_uuid, key, value FROM params WHERE run_uuid \(chosen) ORDER BY key")
            let tags = try rows(
                "SELECT run_uuid, key, value FROM tags WHERE run_uuid \(chosen) ORDER BY key")
            let metrics = try rows(
                """
                SELECT run_uuid, \(MetricPoint.columns) FROM latest_metrics WHERE run_uuid \(chosen)
                ORDER BY key
                """)
            let data = try rows(
                "\(RunData.query) AND inputs.destination_id \(chosen) ORDER BY datasets.name")
            let artifacts = try rows(
                """
                SELECT run_uuid, path, size, digest FROM artifacts WHERE run_uuid \(chosen)
                ORDER BY path
                """)
            return ids.compactMap { id in
                guard let row = runs[id]?.first else { return nil }
                var record = RunRecord(row, isDead: isKnownDead(row[8] ?? ""))
                record.parameters = Self.pairs(parameters[id])
                record.tags = Self.pairs(tags[id])
                record.metrics = metrics[id, default: []].map { MetricPoint($0, from: 1) }
                record.data = data[id, default: []].map { RunData($0) }
                record.artifacts = artifacts[id, default: []].map {
                    RunArtifact(name: $0[1] ?? "", size: $0[2] ?? 0, digest: $0[3] ?? "")
                }
                return record
            }
        }
    }

    private static func pairs(_ rows: [Row]?) -> [(key: String, value: String)] {
        (rows ?? []).map { (key: $0[1] ?? "", value: $0[2] ?? "") }
    }
}

extension RunRecord {
    /// Reads a row of the table of runs, which cannot always be told that the process is dead.
    fileprivate init(_ row: Row, isDead: Bool) {
        id = row[0] ?? ""
        experiment = row[1] ?? ""
        name = row[2]
        let status = RunStatus(rawValue: row[3] ?? "") ?? .failed
        self.status = isDead && status == .running ? .killed : status
        startTime = row[4] ?? 0
        endTime = row[5]
        scriptPath = row[6] ?? ""
        scriptDigest = row[7]
    }
}
