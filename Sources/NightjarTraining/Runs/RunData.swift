// The data of a run, as MLflow's tables have it.

import FoundationEssentials
import GRDB

/// Data that a run uses, and what for.
public struct RunData: Sendable, Equatable {
    /// Name of the data set and the side, such as `ml-100k train`.
    public let name: String
    /// What the run uses it for, such as `training`.
    public let context: String
    /// SHA-256 of the examples with their weights.
    public let digest: String
    /// Number of examples.
    public let examples: Int
    /// SHA-256 of the log that they are cut from.
    public let logDigest: String

    init(_ data: DataIdentity, context: String) {
        name = data.name
        self.context = context
        digest = data.digest
        examples = data.examples
        logDigest = data.logDigest
    }

    /// MLflow's column for digests holds no more.
    private static let digestColumnLength = 36

    /// What MLflow's columns have no room for.
    private struct Profile: Codable {
        let examples: Int
        let sha256: String
        let logDigest: String

        private enum CodingKeys: String, CodingKey {
            case examples, sha256
            case logDigest = "log_sha256"
        }
    }

    /// Adds the data to a run; once for each purpose.
    func insert(into database: Database, run: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let profile = try encoder.encode(
            Profile(examples: examples, sha256: digest, logDigest: logDigest))
        let source = try encoder.encode(["uri": name])
        let short = String(digest.prefix(Self.digestColumnLength))
        let experiment = try Int.fetchOne(
            database, sql: "SELECT experiment_id FROM runs WHERE run_uuid = ?", arguments: [run])
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO datasets (dataset_uuid, experiment_id, name, digest,
                    dataset_source_type, dataset_source, dataset_profile)
                VALUES (?, ?, ?, ?, 'local', ?, ?)
                """,
            arguments: [
                RunID.random(), experiment, name, short, String(decoding: source, as: UTF8.self),
                String(decoding: profile, as: UTF8.self),
            ])
        let dataset = try String.fetchOne(
            database,
            sql: """
                SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?
                """, arguments: [experiment, name, short])
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO inputs (input_uuid, source_type, source_id, destination_type,
                    destination_id)
                VALUES (?, 'DATASET', ?, 'RUN', ?)
                """, arguments: [RunID.random(), dataset, run])
        // MLflow has one context for each pair of run and data; data used twice keeps the first.
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO input_tags (input_uuid, name, value)
                SELECT input_uuid, 'mlflow.data.context', ? FROM inputs
                WHERE source_id = ? AND destination_id = ?
                """, arguments: [context, dataset, run])
    }

    /// The columns of ``init(_:)`` behind the run, and the tables that have them.
    static let query = """
        SELECT inputs.destination_id, datasets.name, coalesce(input_tags.value, ''), datasets.digest,
            datasets.dataset_profile
        FROM inputs
        JOIN datasets ON datasets.dataset_uuid = inputs.source_id
        LEFT JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid
            AND input_tags.name = 'mlflow.data.context'
        WHERE inputs.destination_type = 'RUN' AND inputs.source_type = 'DATASET'
        """

    /// Reads a row of ``query``.
    init(_ row: Row) {
        let text: String = row[4] ?? ""
        let profile = try? JSONDecoder().decode(Profile.self, from: Data(text.utf8))
        name = row[1] ?? ""
        context = row[2] ?? ""
        digest = profile?.sha256 ?? row[3] ?? ""
        examples = profile?.examples ?? 0
        logDigest = profile?.logDigest ?? ""
    }
}
