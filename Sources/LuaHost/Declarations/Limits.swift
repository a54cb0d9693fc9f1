// Ranges of numbers that an argument may have.

/// The values allowed for a number.
///
/// Declarations write Swift's ranges, such as `1...` or `0..<1`, or ``above(_:)`` where the lower end
/// itself is excluded.
public struct Limits<Bound: Comparable> {
    /// The lowest value, if there is one.
    public let low: Bound?
    /// The highest value, if there is one.
    public let high: Bound?
    /// Whether ``low`` itself is excluded.
    public let excludesLow: Bool
    /// Whether ``high`` itself is excluded.
    public let excludesHigh: Bool

    /// Creates limits; without ends, every value is allowed.
    public init(
        low: Bound? = nil, high: Bound? = nil, excludesLow: Bool = false, excludesHigh: Bool = false
    ) {
        self.low = low
        self.high = high
        self.excludesLow = excludesLow
        self.excludesHigh = excludesHigh
    }

    /// Whether `value` is allowed.
    public func contains(_ value: Bound) -> Bool {
        if let low, excludesLow ? !(value > low) : !(value >= low) { return false }
        if let high, excludesHigh ? !(value < high) : !(value <= high) { return false }
        return true
    }

    /// The condition in words that follow `must be`; nothing when every value is allowed.
    public var condition: String? {
        let low = low.map { Self.text($0) }
        let high = high.map { Self.text($0) }
        return switch (low, high) {
        case (nil, nil): nil
        case (let low?, nil): excludesLow ? "> \(low)" : ">= \(low)"
        case (nil, let high?): excludesHigh ? "< \(high)" : "<= \(high)"
        case (let low?, let high?) where !excludesLow && !excludesHigh:
            "between \(low) and \(high)"
        case (let low?, let high?):
            (excludesLow ? "> \(low)" : ">= \(low)") + " and "
                + (excludesHigh ? "< \(high)" : "<= \(high)")
        }
    }

    /// The number without a useless `.0`.
    private static func text(_ bound: Bound) -> String {
        let text = "\(bound)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Limits: Sendable where Bound: Sendable {}

/// Something that gives limits: a Swift range, or ``Limits`` themselves.
public protocol LimitsConvertible<Bound> {
    /// The type of number.
    associatedtype Bound: Comparable
    /// The limits.
    var limits: Limits<Bound> { get }
}

extension Limits: LimitsConvertible {
    /// The limits themselves.
    public var limits: Limits { self }
}

extension LimitsConvertible where Self == Limits<Double> {
    /// Everything greater than `low`, without `low`.
    public static func above(_ low: Double) -> Limits<Double> {
        Limits(low: low, excludesLow: true)
    }

    /// Everything greater than `low`, without `low`, up to and with `high`.
    public static func above(_ low: Double, to high: Double) -> Limits<Double> {
        Limits(low: low, high: high, excludesLow: true)
    }

    /// Everything between `low` and `high`, without both.
    public static func between(_ low: Double, _ high: Double) -> Limits<Double> {
        Limits(low: low, high: high, excludesLow: true, excludesHigh: true)
    }
}

extension ClosedRange: LimitsConvertible {
    /// Both ends are allowed.
    public var limits: Limits<Bound> { Limits(low: lowerBound, high: upperBound) }
}

extension Range: LimitsConvertible {
    /// The upper end is excluded.
    public var limits: Limits<Bound> {
        Limits(low: lowerBound, high: upperBound, excludesHigh: true)
    }
}

extension PartialRangeFrom: LimitsConvertible {
    /// There is no upper end.
    public var limits: Limits<Bound> { Limits(low: lowerBound) }
}

extension PartialRangeThrough: LimitsConvertible {
    /// There is no lower end.
    public var limits: Limits<Bound> { Limits(high: upperBound) }
}

extension PartialRangeUpTo: LimitsConvertible {
    /// There is no lower end, and the upper one is excluded.
    public var limits: Limits<Bound> { Limits(high: upperBound, excludesHigh: true) }
}
