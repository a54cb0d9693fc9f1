// Figures over steps.

import GRDB

/// One value of a metric.
public struct MetricPoint: Sendable, Equatable {
    /// The metric.
    public let key: String
    /// Where in the run, such as the epoch.
    public let step: Int
    /// When, in milliseconds since 1970.
    public let timestamp: Int
    /// The value; NaN and infinities are kept.
    public let value: Double

    /// Creates a point.
    public init(key: String, step: Int, timestamp: Int, value: Double) {
        self.key = key
        self.step = step
        self.timestamp = timestamp
        self.value = value
    }

    /// Whether values of both are one, NaN being equal to itself.
    public static func == (left: Self, right: Self) -> Bool {
        left.key == right.key && left.step == right.step && left.timestamp == right.timestamp
            && (left.value == right.value || left.value.isNaN && right.value.isNaN)
    }
}

extension MetricPoint {
    /// The columns of ``init(_:from:)``.
    static let columns = "key, step, timestamp, value, is_nan"

    /// Reads ``columns`` of a row, which begin at the place `first`.
    init(_ row: Row, from first: Int = 0) {
        self.init(
            key: row[first] ?? "", step: row[first + 1] ?? 0, timestamp: row[first + 2] ?? 0,
            value: Self.value(row[first + 3] ?? 0, isNaN: row[first + 4] ?? false))
    }

    /// The value as MLflow keeps it, which has no infinities and NaN apart.
    var stored: (value: Double, isNaN: Bool) {
        if value.isNaN { return (0, true) }
        let largest = Double.greatestFiniteMagnitude
        return (min(max(value, -largest), largest), false)
    }

    private static func value(_ stored: Double, isNaN: Bool) -> Double {
        if isNaN { return .nan }
        guard abs(stored) == .greatestFiniteMagnitude else { return stored }
        return stored < 0 ? -.infinity : .infinity
    }
}
