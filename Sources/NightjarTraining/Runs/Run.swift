// One recorded run, under way or over.

import GRDB
import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A run in a store.
///
/// The process that started it logs figures; tags and files can be added at any time by anybody, as
/// notes on results are often made later.
public final class Run: Sendable {
    /// 32 hexadecimal digits.
    public let id: String
    /// Where the run is recorded.
    public let store: RunStore
    /// What gathers figures while this process records the run.
    private let buffer: Mutex<MetricBuffer?>

    init(id: String, store: RunStore, isRecording: Bool) {
        self.id = id
        self.store = store
        buffer = Mutex(isRecording ? MetricBuffer(run: id, store: store) : nil)
    }

    /// Whether this process records the run, and it has not ended.
    public var isRecording: Bool { buffer.withLock { $0 != nil } }

    /// As much of the id as users see.
    public var shortID: String { String(id.prefix(RunID.shownLength)) }

    /// Milliseconds since 1970.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    // MARK: - Recording

    /// Logs the values of metrics at a step.
    ///
    /// They are in the store within a second; until then they are in memory.
    ///
    /// - Throws: ``RunStoreError``; figures that could not be written are kept for the next time.
    public func log(_ metrics: [String: Double], step: Int) throws {
        for key in metrics.keys { try RunText.check(name: key, of: "metric") }
        let time = Self.now()
        try writer().add(
            metrics.map { MetricPoint(key: $0.key, step: step, timestamp: time, value: $0.value) })
    }

    /// Writes figures that are still in memory.
    ///
    /// - Throws: ``RunStoreError``.
    public func flush() throws { try buffer.withLock { $0 }?.flush() }

    /// Adds parameters; one that is there already must have the same value.
    ///
    /// - Throws: ``RunStoreError``; nothing is added then.
    public func add(parameters: [(key: String, value: String)]) throws {
        for (key, value) in parameters { try RunText.check(parameter: key, value) }
        _ = try writer()
        try store.write { database in
            for (key, value) in parameters {
                let saved = try String.fetchOne(
                    database, sql: "SELECT value FROM params WHERE run_uuid = ? AND key = ?",
                    arguments: [id, key])
                if let saved, saved != value {
                    throw RunStoreError.parameterChanged(key, saved: saved, given: value)
                }
                if saved != nil { continue }
                try database.execute(
                    sql: "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
                    arguments: [key, value, id])
            }
        }
    }

    /// Notes which data the run uses.
    ///
    /// - Parameters:
    ///   - data: the data.
    ///   - context: what for, such as `training`.
    /// - Throws: ``RunStoreError``.
    public func use(_ data: DataIdentity, for context: String) throws {
        _ = try writer()
        try store.write { try RunData(data, context: context).insert(into: $0, run: id) }
    }

    /// Ends the run.
    ///
    /// - Throws: ``RunStoreError``; the run goes on then, so that it can be ended once the store can
    ///   be written to.
    public func finish(_ status: RunStatus = .finished) throws {
        let writer = try writer()
        try writer.flush()
        try store.write { database in
            try database.execute(
                sql: "UPDATE runs SET status = ?, end_time = ? WHERE run_uuid = ?",
                arguments: [status.rawValue, Self.now(), id])
        }
        buffer.withLock { $0 = nil }
        store.remove(self)
    }

    private func writer() throws -> MetricBuffer {
        if let writer = buffer.withLock({ $0 }) { return writer }
        throw RunStoreError.notRecording(id: shortID, status: try record().status)
    }

    // MARK: - Notes

    /// Sets a tag, which may have had another value.
    ///
    /// - Throws: ``RunStoreError``.
    public func set(tag key: String, to value: String) throws {
        try RunText.check(tag: key, value)
        try store.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
                arguments: [key, value, id])
        }
    }

    // MARK: - Reading

    /// What is recorded, as it is now.
    ///
    /// - Throws: ``RunStoreError``.
    public func record() throws -> RunRecord {
        try flush()
        guard let record = try store.records(of: [id]).first else {
            throw RunStoreError.unknownRun(id, nearest: nil)
        }
        return record
    }

    /// The values of a metric, by step and time.
    ///
    /// - Throws: ``RunStoreError``.
    public func history(of key: String) throws -> [MetricPoint] {
        try flush()
        return try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(MetricPoint.columns) FROM metrics WHERE run_uuid = ? AND key = ?
                    ORDER BY step, timestamp
                    """, arguments: [id, key]
            ).map { MetricPoint($0) }
        }
    }

    /// The text of the script that recorded the run; `nil` for a run of a prompt.
    ///
    /// - Throws: ``RunStoreError``.
    public func scriptText() throws -> String? {
        try store.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT text FROM scripts JOIN runs ON digest = script_digest WHERE run_uuid = ?
                    """, arguments: [id])
        }
    }
}
