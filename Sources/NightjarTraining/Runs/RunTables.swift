// The tables of a store of runs.

import GRDB

/// The layout of the database.
///
/// Tables and columns have the names and meanings of MLflow's, so that what reads one reads the
/// other. Keys are ordered by run here, as almost every question is about one run, and rows lie in
/// the order of the key. What MLflow lacks has tables of its own: `scripts`, `artifacts` and
/// `processes`.
enum RunTables {
    /// The layout that this version writes, in the database's `user_version`.
    static let format = 1

    /// Makes the tables in an empty database; does nothing where they are.
    ///
    /// - Throws: ``RunStoreError/newer(path:format:)``, ``RunStoreError/damaged(path:problem:)``,
    ///   `DatabaseError`.
    static func make(_ database: Database, path: String) throws {
        switch try found(in: database) {
        case format: return
        case 0:
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard tables == 0 else {
                throw RunStoreError.damaged(
                    path: path, problem: "it is a database of another program")
            }
            try database.execute(sql: definitions)
            try database.execute(sql: "PRAGMA user_version = \(format)")
        case let other: throw RunStoreError.newer(path: path, format: other)
        }
    }

    /// Refuses a database that another version or another program has made.
    ///
    /// - Throws: As ``make(_:path:)``.
    static func check(_ database: Database, path: String) throws {
        let found = try found(in: database)
        if found > format { throw RunStoreError.newer(path: path, format: found) }
        guard found == format else {
            throw RunStoreError.damaged(path: path, problem: "it has no tables of runs")
        }
    }

    private static func found(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    private static let definitions = """
        CREATE TABLE experiments (
            experiment_id INTEGER PRIMARY KEY,
            name VARCHAR(256) NOT NULL UNIQUE,
            artifact_location VARCHAR(256),
            lifecycle_stage VARCHAR(32) NOT NULL DEFAULT 'active',
            creation_time BIGINT,
            last_update_time BIGINT
        );
        CREATE TABLE runs (
            run_uuid VARCHAR(32) NOT NULL PRIMARY KEY,
            name VARCHAR(250),
            source_type VARCHAR(20),
            source_name VARCHAR(500),
            entry_point_name VARCHAR(50),
            user_id VARCHAR(256),
            status VARCHAR(9) NOT NULL
                CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED')),
            start_time BIGINT,
            end_time BIGINT,
            deleted_time BIGINT,
            source_version VARCHAR(50),
            lifecycle_stage VARCHAR(20) NOT NULL DEFAULT 'active',
            artifact_uri VARCHAR(200),
            experiment_id INTEGER NOT NULL REFERENCES experiments,
            process_id VARCHAR(32) REFERENCES processes,
            script_digest VARCHAR(64) REFERENCES scripts
        );
        CREATE INDEX index_runs_start_time ON runs (start_time);
        CREATE INDEX index_runs_status ON runs (status);
        CREATE TABLE params (
            key VARCHAR(250) NOT NULL,
            value VARCHAR(8000) NOT NULL,
            run_uuid VARCHAR(32) NOT NULL REFERENCES runs,
            PRIMARY KEY (run_uuid, key)
        ) WITHOUT ROWID;
        CREATE TABLE tags (
            key VARCHAR(250) NOT NULL,
            value VARCHAR(5000),
            run_uuid VARCHAR(32) NOT NULL REFERENCES runs,
            PRIMARY KEY (run_uuid, key)
        ) WITHOUT ROWID;
        CREATE TABLE metrics (
            key VARCHAR(250) NOT NULL,
            value FLOAT NOT NULL,
            timestamp BIGINT NOT NULL,
            run_uuid VARCHAR(32) NOT NULL REFERENCES runs,
            step BIGINT NOT NULL DEFAULT 0,
            is_nan BOOLEAN NOT NULL DEFAULT 0 CHECK (is_nan IN (0, 1)),
            PRIMARY KEY (run_uuid, key, step, timestamp, value, is_nan)
        ) WITHOUT ROWID;
        CREATE TABLE latest_metrics (
            key VARCHAR(250) NOT NULL,
            value FLOAT NOT NULL,
            timestamp BIGINT,
            step BIGINT NOT NULL,
            is_nan BOOLEAN NOT NULL CHECK (is_nan IN (0, 1)),
            run_uuid VARCHAR(32) NOT NULL REFERENCES runs,
            PRIMARY KEY (run_uuid, key)
        ) WITHOUT ROWID;
        CREATE TABLE datasets (
            dataset_uuid VARCHAR(36) NOT NULL UNIQUE,
            experiment_id INTEGER NOT NULL REFERENCES experiments,
            name VARCHAR(500) NOT NULL,
            digest VARCHAR(36) NOT NULL,
            dataset_source_type VARCHAR(36) NOT NULL,
            dataset_source TEXT NOT NULL,
            dataset_schema TEXT,
            dataset_profile TEXT,
            PRIMARY KEY (experiment_id, name, digest)
        ) WITHOUT ROWID;
        CREATE TABLE inputs (
            input_uuid VARCHAR(36) NOT NULL UNIQUE,
            source_type VARCHAR(36) NOT NULL,
            source_id VARCHAR(36) NOT NULL,
            destination_type VARCHAR(36) NOT NULL,
            destination_id VARCHAR(36) NOT NULL,
            PRIMARY KEY (destination_id, destination_type, source_id, source_type)
        ) WITHOUT ROWID;
        CREATE TABLE input_tags (
            input_uuid VARCHAR(36) NOT NULL,
            name VARCHAR(255) NOT NULL,
            value VARCHAR(500) NOT NULL,
            PRIMARY KEY (input_uuid, name)
        ) WITHOUT ROWID;
        CREATE TABLE scripts (
            digest VARCHAR(64) NOT NULL PRIMARY KEY,
            text TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE artifacts (
            run_uuid VARCHAR(32) NOT NULL REFERENCES runs,
            path VARCHAR(500) NOT NULL,
            size BIGINT NOT NULL,
            digest VARCHAR(64) NOT NULL,
            PRIMARY KEY (run_uuid, path)
        ) WITHOUT ROWID;
        CREATE TABLE processes (
            process_id VARCHAR(32) NOT NULL PRIMARY KEY,
            host VARCHAR(256) NOT NULL,
            boot_id VARCHAR(64) NOT NULL,
            pid BIGINT NOT NULL
        ) WITHOUT ROWID;
        """
}
