// Which runs are asked for.

import NightjarRuntime

/// A choice of runs and their order.
public struct RunQuery: Sendable {
    /// Only runs of this experiment.
    public var experiment: String?
    /// Only runs in this state.
    public var status: RunStatus?
    /// Only runs that meet all of these.
    public var conditions: [RunCondition]
    /// A metric or parameter that gives the order; `nil` for the time of the beginning.
    public var order: String?
    /// Whether small and early ones come first; else the newest, or the greatest.
    public var ascending: Bool
    /// The most runs; `nil` for all.
    public var limit: Int?

    /// Creates a query; the plain one gives all runs, the newest first.
    public init(
        experiment: String? = nil, status: RunStatus? = nil, conditions: [RunCondition] = [],
        order: String? = nil, ascending: Bool = false, limit: Int? = nil
    ) {
        self.experiment = experiment
        self.status = status
        self.conditions = conditions
        self.order = order
        self.ascending = ascending
        self.limit = limit
    }
}

/// A condition such as `lr=0.001` or `mrr>0.3`, on a metric, a parameter or a tag.
public struct RunCondition: Sendable, Equatable {
    /// How the value in the run and the value given must compare.
    public enum Comparison: String, Sendable, CaseIterable {
        /// One of these signs.
        case equal = "=", notEqual = "!=", atMost = "<=", atLeast = ">=", below = "<", above = ">"
    }

    /// The metric, parameter or tag.
    public let key: String
    /// The comparison.
    public let comparison: Comparison
    /// The value given.
    public let value: String

    /// Reads a condition.
    ///
    /// - Throws: ``RunStoreError/badCondition(_:)``.
    public init(_ text: String) throws(RunStoreError) {
        guard let start = text.firstIndex(where: { "=!<>".contains($0) }),
            let comparison = Self.longestFirst.first(where: {
                text[start...].hasPrefix($0.rawValue)
            })
        else { throw .badCondition(text) }
        let value = text[text.index(start, offsetBy: comparison.rawValue.count)...]
        key = Self.trimmed(text[..<start])
        self.comparison = comparison
        self.value = Self.trimmed(value)
        guard !key.isEmpty else { throw .badCondition(text) }
    }

    private static let longestFirst = Comparison.allCases.sorted {
        $0.rawValue.count > $1.rawValue.count
    }

    private static func trimmed(_ text: Substring) -> String {
        let rest = text.drop { $0 == " " }
        guard let last = rest.lastIndex(where: { $0 != " " }) else { return "" }
        return String(rest[...last])
    }

    /// Whether a run meets the condition; one without the key does not.
    ///
    /// Numbers are compared as numbers, other values as text.
    public func holds(for run: RunRecord) -> Bool {
        let found = run.metric(key).map { "\($0)" } ?? run.parameter(key) ?? run.tag(key)
        guard let found else { return false }
        if let left = Double(found), let right = Double(value) { return compare(left, right) }
        return compare(found, value)
    }

    private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .below: left < right
        case .atMost: left <= right
        case .above: left > right
        case .atLeast: left >= right
        }
    }
}
