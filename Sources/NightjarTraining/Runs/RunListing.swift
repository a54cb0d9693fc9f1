// Runs below each other, for people.

import NightjarMetrics
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A table of runs with a line for each.
public struct RunListing: Sendable, CustomStringConvertible {
    private let runs: [RunRecord]
    private let columns: [String]
    private let more: Int

    /// Metrics that are shown when no columns are asked for.
    private static let usualColumns = 4
    private static let longestCell = 24

    /// Lists runs.
    ///
    /// - Parameters:
    ///   - runs: the runs, in their order.
    ///   - columns: metrics, parameters or tags to show; empty for the metrics that most runs have.
    ///   - most: the most lines.
    public init(_ runs: [RunRecord], columns: [String] = [], atMost most: Int = .max) {
        self.runs = Array(runs.prefix(most))
        more = runs.count - self.runs.count
        self.columns = columns.isEmpty ? Self.commonMetrics(of: runs) : columns
    }

    /// The metrics that most of the runs have; those of validation before others.
    private static func commonMetrics(of runs: [RunRecord]) -> [String] {
        var counts: [String: Int] = [:]
        for run in runs { for metric in run.metrics { counts[metric.key, default: 0] += 1 } }
        // What every training logs beside its results.
        for key in ["lr", "seconds"] { counts[key] = nil }
        func rank(_ key: String) -> Int { key.hasPrefix("valid.") ? 0 : 1 }
        return counts.sorted { left, right in
            (right.value, rank(left.key), left.key) < (left.value, rank(right.key), right.key)
        }.prefix(usualColumns).map(\.key).sorted()
    }

    /// The table; `no runs` without any.
    public var description: String {
        guard !runs.isEmpty else { return "no runs" }
        let isMixed = Set(runs.map(\.experiment)).count > 1
        let isNamed = runs.contains { $0.name != nil }
        var table = TextTable(
            [.init("run", .left)] + (isMixed ? [.init("experiment", .left)] : [])
                + (isNamed ? [.init("name", .left)] : []) + [
                    .init("status", .left), .init("started", .left), .init("took", .right),
                ] + columns.map { .init($0.shortened(to: Self.longestCell), .right) })
        for run in runs {
            var cells = [run.shortID]
            if isMixed { cells.append(run.experiment.shortened(to: Self.longestCell)) }
            if isNamed { cells.append((run.name ?? "").shortened(to: Self.longestCell)) }
            cells += [
                run.statusText, RunTime.text(run.startTime), RunTime.text(seconds: run.seconds),
            ]
            table.add(cells + columns.map { Self.cell($0, of: run) })
        }
        return "\(table)" + (more > 0 ? "\n… \(more) more" : "")
    }

    private static func cell(_ key: String, of run: RunRecord) -> String {
        if let value = run.metric(key) { return NumberText.significant(value, digits: 5) }
        return (run.parameter(key) ?? run.tag(key) ?? "-").oneLine.shortened(to: longestCell)
    }
}

extension RunRecord {
    /// The state, and for a run that another machine records, which.
    var statusText: String {
        guard status == .running, let host, host != ProcessMark.host else { return status.word }
        return "\(status.word) on \(host)"
    }
}

extension String {
    /// The text without line breaks and control characters, which would disorder a table.
    var oneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}

/// Times as people read them.
enum RunTime {
    /// A moment, given in milliseconds since 1970, as the user's clock shows it.
    static func text(_ milliseconds: Int) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "?" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let start = buffer.baseAddress,
                strftime(start, buffer.count, "%Y-%m-%d %H:%M", &parts) > 0
            else { return "?" }
            return String(cString: start)
        }
    }

    /// A time span such as `0.4 s`, `12 s`, `3:05` or `2:03:04`.
    static func text(seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e9).contains(seconds) else { return "?" }
        if seconds < 10 { return "\(NumberText.fixed(seconds, digits: 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
