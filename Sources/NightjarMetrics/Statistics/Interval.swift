import NightjarRuntime

/// A confidence interval.
public struct Interval: Sendable, Equatable {
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The confidence level, such as 0.95.
    public let level: Double

    /// Creates an interval.
    public init(lower: Double, upper: Double, level: Double) {
        self.lower = lower
        self.upper = upper
        self.level = level
    }

    /// Whether the interval leaves out `value`; of a difference, 0 is the value to ask for.
    public func excludes(_ value: Double) -> Bool { value < lower || value > upper }
}

extension Interval: CustomStringConvertible {
    /// Both ends, such as `[0.0512, 0.0634]`.
    public var description: String { text(digits: 4) }

    /// Both ends with `digits` decimals.
    public func text(digits: Int) -> String {
        "[\(NumberText.fixed(lower, digits: digits)), \(NumberText.fixed(upper, digits: digits))]"
    }
}
