// Runs as tables for other programs.

import GRDB
import NightjarRuntime

/// The ways in which runs are written for other programs.
public enum RunExportForm: String, Sendable, CaseIterable {
    /// Comma-separated values with a line for each value of a metric at a step.
    case long
    /// Comma-separated values with a line for each run: its parameters, newest metrics and tags, named
    /// as in the table that MLflow's `search_runs` gives.
    case wide
    /// A folder that MLflow opens.
    case mlflow
}

extension RunStore {
    /// Writes runs for other programs, whole or not at all.
    ///
    /// - Throws: ``RunStoreError``, `FileError`, `Interrupted`.
    public func export(_ runs: [RunRecord], as form: RunExportForm, to path: String) throws {
        guard !runs.isEmpty else { throw RunStoreError.noRuns("write") }
        switch form {
        case .long: try DurableFile.write(to: path) { try writeLong(runs, to: &$0) }
        case .wide: try DurableFile.write(to: path) { try Self.writeWide(runs, to: &$0) }
        case .mlflow: try writeMLflow(runs, to: path)
        }
    }

    private func writeLong(_ runs: [RunRecord], to file: inout DurableFile) throws {
        try CSVText.append(
            ["run_id", "experiment", "run_name", "key", "step", "timestamp", "value"], to: &file)
        for run in runs {
            try Interruption.check()
            for point in try points(of: run.id) {
                try CSVText.append(
                    [
                        run.id, run.experiment, run.name ?? "", point.key, "\(point.step)",
                        "\(point.timestamp)", CSVText.text(point.value),
                    ], to: &file)
            }
        }
    }

    /// All figures of a run, by metric, step and time.
    ///
    /// - Throws: ``RunStoreError``.
    func points(of run: String) throws -> [MetricPoint] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(MetricPoint.columns) FROM metrics WHERE run_uuid = ?
                    ORDER BY key, step, timestamp
                    """, arguments: [run]
            ).map { MetricPoint($0) }
        }
    }

    private static func writeWide(
        _ runs: [RunRecord], to file: inout DurableFile
    ) throws {
        func keys(_ list: (RunRecord) -> [String]) -> [String] { Set(runs.flatMap(list)).sorted() }
        let parameters = keys { $0.parameters.map(\.key) }
        let metrics = keys { $0.metrics.map(\.key) }
        let tags = keys { $0.tags.map(\.key) }
        try CSVText.append(
            ["run_id", "experiment", "run_name", "status", "start_time", "end_time"]
                + metrics.map { "metrics.\($0)" } + parameters.map { "params.\($0)" }
                + tags.map { "tags.\($0)" }, to: &file)
        for run in runs {
            try Interruption.check()
            let values = Dictionary(
                run.metrics.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            let chosen = Dictionary(run.parameters.map { ($0.key, $0.value) }) { $1 }
            let notes = Dictionary(run.tags.map { ($0.key, $0.value) }) { $1 }
            try CSVText.append(
                [
                    run.id, run.experiment, run.name ?? "", run.status.rawValue,
                    "\(run.startTime)", run.endTime.map { "\($0)" } ?? "",
                ] + metrics.map { values[$0].map(CSVText.text) ?? "" }
                    + parameters.map { chosen[$0] ?? "" } + tags.map { notes[$0] ?? "" },
                to: &file)
        }
    }
}
