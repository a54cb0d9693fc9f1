// Runs side by side.

import NightjarMetrics
import NightjarRuntime

/// What several runs differ in.
public struct RunComparison: Sendable {
    /// What a row is about.
    public enum Kind: String, Sendable {
        /// The experiment, the name, or how the run ended.
        case run
        /// Script, data and machine.
        case origin
        /// A choice before the run.
        case parameter
        /// The newest value of a metric.
        case metric
        /// A user's note.
        case tag
    }

    /// One value in every run.
    public struct Row: Sendable {
        /// What the row is about.
        public let kind: Kind
        /// The name of the value.
        public let key: String
        /// The value in each run; `nil` where it has none.
        public let values: [String?]

        /// Whether not all runs have the same.
        public var differs: Bool { Set(values).count > 1 }
    }

    /// The runs, in the order given.
    public let runs: [RunRecord]
    /// The rows: all, or those whose values differ.
    public let rows: [Row]
    /// The number of rows that all runs have the same and that are left out.
    public let equalCount: Int

    /// Compares runs.
    ///
    /// - Parameters:
    ///   - runs: two or more.
    ///   - showsEqual: whether rows that are the same in all runs are kept.
    /// - Throws: ``RunStoreError/noRuns(_:)`` for less than two runs.
    public init(_ runs: [RunRecord], showsEqual: Bool = false) throws(RunStoreError) {
        guard runs.count > 1 else { throw .noRuns("compare (two or more)") }
        self.runs = runs
        let all =
            Self.rows(.run, runs) { $0.facts } + Self.rows(.origin, runs) { $0.origins }
            + Self.rows(.parameter, runs) { $0.parameters }
            + Self.rows(.metric, runs) { run in
                run.metrics.map { ($0.key, Self.text($0.value)) }
            } + Self.rows(.tag, runs) { $0.notes }
        rows = showsEqual ? all : all.filter(\.differs)
        equalCount = all.count - rows.count
    }

    private static func rows(
        _ kind: Kind, _ runs: [RunRecord], _ values: (RunRecord) -> [(key: String, value: String)]
    ) -> [Row] {
        let tables = runs.map { run in
            Dictionary(values(run), uniquingKeysWith: { first, _ in first })
        }
        // In the order of the first run that has the key.
        var seen: Set<String> = []
        let keys = runs.flatMap { values($0).map(\.key) }.filter { seen.insert($0).inserted }
        return keys.map { key in Row(kind: kind, key: key, values: tables.map { $0[key] }) }
    }

    /// A figure as tables show it.
    static func text(_ value: Double) -> String { NumberText.significant(value, digits: 6) }
}

extension RunRecord {
    /// How the run is called and ended.
    fileprivate var facts: [(key: String, value: String)] {
        [("experiment", experiment), ("name", name ?? ""), ("status", status.word)]
            .filter { !$0.1.isEmpty }
    }

    /// Where the results come from besides parameters.
    fileprivate var origins: [(key: String, value: String)] {
        let data = data.map { data in
            (key: data.context, value: "\(data.name) \(data.digest.prefix(RunID.shownLength))")
        }
        let digest = scriptDigest.map { String($0.prefix(RunID.shownLength)) }
        let machine = [RunTag.version, RunTag.kernels, RunTag.processor, RunTag.threads]
            .compactMap { tag in self.tag(tag).map { (key: String(tag.dropFirst(9)), value: $0) } }
        let script = scriptPath.isEmpty ? [] : [(key: "script", value: scriptPath)]
        return script + (digest.map { [(key: "script text", value: $0)] } ?? []) + data + machine
    }
}

extension RunComparison: CustomStringConvertible {
    /// Runs that stand beside each other; more stand below each other.
    private static let mostColumns = 4
    private static let longestCell = 32
    /// Runs or values that are shown; ``rows`` has them all.
    private static let mostLines = 100
    private static let mostValues = 12

    /// A table: a column for each run, or, of more than four runs, a line for each; never more than
    /// a screen or two.
    public var description: String {
        let isWide = runs.count > Self.mostColumns
        let shown = Array(rows.prefix(isWide ? Self.mostValues : Self.mostLines))
        var text = "\(isWide ? lines(shown) : columns(shown))"
        if rows.isEmpty { text += "\nthe runs differ in nothing that was recorded" }
        if rows.count > shown.count {
            text += "\n… \(rows.count - shown.count) more that differ; its rows() has all"
        }
        if runs.count > Self.mostLines { text += "\n… \(runs.count - Self.mostLines) more runs" }
        if !rows.isEmpty, equalCount > 0 {
            text += "\n\(equalCount) more \(equalCount == 1 ? "is" : "are") the same in all runs"
        }
        return text
    }

    private func columns(_ shown: [Row]) -> TextTable {
        var table = TextTable(
            [.init("", .left), .init("", .left)] + runs.map { .init($0.shortID, .right) })
        var last: Kind?
        for row in shown {
            table.add(
                [row.kind == last ? "" : row.kind.rawValue, row.key] + row.values.map(Self.cell))
            last = row.kind
        }
        return table
    }

    private func lines(_ shown: [Row]) -> TextTable {
        var table = TextTable(
            [.init("run", .left)]
                + shown.map { .init($0.key.shortened(to: Self.longestCell), .right) })
        for (place, run) in runs.prefix(Self.mostLines).enumerated() {
            table.add([run.shortID] + shown.map { Self.cell($0.values[place]) })
        }
        return table
    }

    private static func cell(_ value: String?) -> String {
        guard let value else { return "-" }
        return value.oneLine.shortened(to: longestCell)
    }
}
