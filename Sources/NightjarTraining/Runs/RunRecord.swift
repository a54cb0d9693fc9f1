// What a store says of a run.

import NightjarRuntime

/// A run as it was at one moment.
public struct RunRecord: Sendable {
    /// 32 hexadecimal digits.
    public let id: String
    /// What the run belongs to.
    public let experiment: String
    /// Its name, where it has one.
    public let name: String?
    /// How far it is.
    public let status: RunStatus
    /// When it began, in milliseconds since 1970.
    public let startTime: Int
    /// When it ended; for a killed run, when it last gave a sign of life.
    public let endTime: Int?
    /// The script that recorded it; empty for a run of a prompt.
    public let scriptPath: String
    /// SHA-256 of the script's text; `nil` for a run of a prompt.
    public let scriptDigest: String?
    /// The parameters, by key.
    public internal(set) var parameters: [(key: String, value: String)] = []
    /// The newest value of each metric, by key.
    public internal(set) var metrics: [MetricPoint] = []
    /// The tags, by key.
    public internal(set) var tags: [(key: String, value: String)] = []
    /// The data, by name.
    public internal(set) var data: [RunData] = []
    /// The files, by name.
    public internal(set) var artifacts: [RunArtifact] = []

    /// As much of the id as users see.
    public var shortID: String { String(id.prefix(RunID.shownLength)) }

    /// Seconds from the beginning to the end, or to now for a run that goes on.
    public var seconds: Double {
        let end = endTime ?? (status == .running ? Run.now() : startTime)
        return Double(end &- startTime) / 1000
    }

    /// The host that recorded it.
    public var host: String? { tags.first { $0.key == RunTag.host }?.value }

    /// The newest value of a metric.
    public func metric(_ key: String) -> Double? { metrics.first { $0.key == key }?.value }

    /// The value of a parameter.
    public func parameter(_ key: String) -> String? { parameters.first { $0.key == key }?.value }

    /// The value of a tag.
    public func tag(_ key: String) -> String? { tags.first { $0.key == key }?.value }

    /// The tags that users have set.
    public var notes: [(key: String, value: String)] {
        tags.filter { !$0.key.hasPrefix("mlflow.") && !$0.key.hasPrefix("nightjar.") }
    }
}

extension RunRecord: CustomStringConvertible {
    /// One line, such as `Run 3f2a91c0 dim 64: finished after 12 s, loss 5.871, valid.mrr 0.0612`.
    public var description: String {
        let figures = metrics.filter { !["lr", "seconds"].contains($0.key) }.prefix(4)
            .map { ", \($0.key) \(NumberText.significant($0.value, digits: 4))" }.joined()
        let time = RunTime.text(seconds: seconds)
        return "Run \(shortID)\(name.map { " \($0)" } ?? ""): \(statusText)"
            + (status == .running ? " for \(time)" : " after \(time)") + figures
    }
}
