// One run in full, for people.

import NightjarMetrics
import NightjarRuntime

/// Everything that is recorded of a run, as text.
public struct RunSheet: Sendable, CustomStringConvertible {
    private let run: RunRecord
    private let folder: String

    /// Describes a run whose files are in `folder`.
    public init(_ run: RunRecord, files folder: String) {
        self.run = run
        self.folder = folder
    }

    /// The facts, then parameters, metrics, data, tags and files, each with a heading.
    public var description: String {
        var sections = ["\(facts)"]
        add("parameters", run.parameters.map { [$0.key, $0.value.oneLine] }, to: &sections)
        add(
            "metrics (newest)",
            run.metrics.map {
                [$0.key, NumberText.significant($0.value, digits: 8), "at \($0.step)"]
            }, to: &sections)
        add(
            "data",
            run.data.map {
                [$0.context, $0.name, "\($0.examples) examples", "sha256 \($0.digest)"]
            },
            to: &sections)
        add("tags", run.notes.map { [$0.key, $0.value.oneLine] }, to: &sections)
        add(
            "made with",
            run.tags.filter { $0.key.hasPrefix("nightjar.") }
                .map { [String($0.key.dropFirst("nightjar.".count)), $0.value.oneLine] },
            to: &sections)
        add(
            "files in \(folder)", run.artifacts.map { [$0.name, "\($0.size) bytes"] }, to: &sections
        )
        return sections.joined(separator: "\n")
    }

    private var facts: TextTable {
        var table = TextTable([.init("run", .left), .init(run.id, .left)])
        if let name = run.name { table.add(["name", name]) }
        table.add(["experiment", run.experiment])
        table.add(["status", run.statusText])
        let start = RunTime.text(run.startTime)
        table.add(["started", "\(start), took \(RunTime.text(seconds: run.seconds))"])
        if !run.scriptPath.isEmpty { table.add(["script", run.scriptPath]) }
        return table
    }

    private func add(_ heading: String, _ rows: [[String]], to sections: inout [String]) {
        guard !rows.isEmpty else { return }
        var table = TextTable([.init(heading, .left)])
        for row in rows { table.add(["  \(row[0])"] + row.dropFirst()) }
        sections.append("\(table.aligned)")
    }
}

extension TextTable {
    /// The table with its heading in a line of its own, which widens no column.
    fileprivate var aligned: String {
        var body = TextTable([.init("", .left)])
        for row in rows { body.add(row) }
        let lines = "\(body)".split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        return ([columns[0].title] + lines.map(String.init)).joined(separator: "\n")
    }
}
