// Figures on their way to the store.

import Dispatch
import GRDB
import Synchronization

/// Gathers the figures of one run, so that many cost one transaction.
///
/// They are in the database a second after they were logged, also when no more follow: what a killed
/// process can lose is that second.
final class MetricBuffer: Sendable {
    /// Figures that are written at once, without waiting for the second to be over.
    private static let most = 1000
    private static let delay = DispatchTimeInterval.seconds(1)

    private struct State {
        var points: [MetricPoint] = []
        var isScheduled = false
        /// Whether the last attempt to write failed: then the next figure tries, and its caller hears.
        var hasFailed = false
    }

    private let run: String
    private let store: RunStore
    private let state = Mutex(State())
    /// Held while figures are written, so that whoever waits for it finds them in the database.
    private let writing = Mutex(())

    init(run: String, store: RunStore) {
        self.run = run
        self.store = store
    }

    /// Takes figures, which are kept whatever happens.
    ///
    /// - Throws: ``RunStoreError`` when the store cannot be written to now.
    func add(_ points: [MetricPoint]) throws {
        let (isFull, schedules) = state.withLock { state in
            state.points += points
            let isFull = state.points.count >= Self.most || state.hasFailed
            let schedules = !isFull && !state.isScheduled
            if schedules { state.isScheduled = true }
            return (isFull, schedules)
        }
        if isFull { try flush() }
        guard schedules else { return }
        // The run keeps the buffer until it ends, and writes what is in it then.
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.delay) { [weak self] in
            guard let self else { return }
            state.withLock { $0.isScheduled = false }
            try? flush()
        }
    }

    /// Writes what was taken so far.
    ///
    /// - Throws: ``RunStoreError``; what was not written is kept for the next time.
    func flush() throws {
        try writing.withLock { _ in
            let points = state.withLock { state in
                defer { state.points = [] }
                return state.points
            }
            guard !points.isEmpty else { return }
            do {
                try store.write { try Self.insert(points, of: run, into: $0) }
                state.withLock { $0.hasFailed = false }
            } catch {
                state.withLock { state in
                    state.points = points + state.points
                    state.hasFailed = true
                }
                throw error
            }
        }
    }

    private static func insert(
        _ points: [MetricPoint], of run: String, into database: Database
    ) throws {
        // A figure that was logged twice in one millisecond is one figure, as in MLflow.
        let metric = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        var latest: [String: MetricPoint] = [:]
        for point in points {
            let (value, isNaN) = point.stored
            try metric.execute(
                arguments: [point.key, value, point.timestamp, run, point.step, isNaN])
            if latest[point.key].map({ !point.isBefore($0) }) ?? true { latest[point.key] = point }
        }
        let newest = try database.cachedStatement(
            sql: """
                INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (run_uuid, key) DO UPDATE SET value = excluded.value,
                    timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
                WHERE (excluded.step, excluded.timestamp) >= (step, timestamp)
                """)
        for point in latest.values {
            let (value, isNaN) = point.stored
            try newest.execute(
                arguments: [point.key, value, point.timestamp, run, point.step, isNaN])
        }
    }
}

extension MetricPoint {
    /// Whether another point is the later one: by step, then by time.
    fileprivate func isBefore(_ other: MetricPoint) -> Bool {
        (step, timestamp) < (other.step, other.timestamp)
    }
}
