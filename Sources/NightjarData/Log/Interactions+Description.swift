// One line that says what a log is.

extension Interactions: CustomStringConvertible {
    /// Share of the user-item table that the rows would fill if none were repeated, 0 … 1.
    public var density: Double {
        guard userCount > 0, itemCount > 0 else { return 0 }
        return Double(count) / (Double(userCount) * Double(itemCount))
    }

    /// First and last instant in seconds since 1970, or `nil` without times or rows.
    ///
    /// - Complexity: O(rows).
    public var timeRange: ClosedRange<Int64>? {
        guard let first = timestamps?.min(), let last = timestamps?.max() else { return nil }
        return first...last
    }

    /// Name, sizes, days and density in one line.
    public var description: String {
        let days = timeRange.map {
            "\(CalendarDay(secondsSince1970: $0.lowerBound)) to "
                + "\(CalendarDay(secondsSince1970: $0.upperBound))"
        }
        return "Interactions \(name): \(count) rows, \(userCount) users, \(itemCount) items, "
            + "\(days ?? "no times"), \(Self.percent(density)) dense"
    }

    /// A share with two decimals of a percent, `<0.01%` for what would read as nothing.
    private static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded())
        if hundredths == 0, share > 0 { return "<0.01%" }
        let decimals = hundredths % 100
        return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)%"
    }
}
