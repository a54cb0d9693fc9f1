// Days of the calendar, without the start-up cost of Foundation.

/// A day of the Gregorian calendar in UTC; prints as `1997-09-20`.
public struct CalendarDay: Sendable, Hashable {
    /// Year; 0 and below are years before 1.
    public let year: Int
    /// Month, 1 … 12.
    public let month: Int
    /// Day of the month, 1 … 31.
    public let day: Int

    /// The day that holds an instant, given in seconds since 1970; any number is allowed.
    ///
    /// Years are counted from 1 March, so that the day that leap years add is the last one, and in
    /// eras of 400 years, which all have the same 146 097 days.
    public init(secondsSince1970 seconds: Int64) {
        let (days, second) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        // Day 0 of the era that holds 1970 is 1 March 2000, 11 017 days after 1 January 1970.
        let (eras, rest) = (days - 11_017 - (second < 0 ? 1 : 0))
            .quotientAndRemainder(dividingBy: 146_097)
        let dayOfEra = rest < 0 ? rest + 146_097 : rest
        let leapDaysBefore = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDaysBefore) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // From March on, five months have 153 days in all.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let era = rest < 0 ? eras - 1 : eras
        year = 2000 + 400 * era + yearOfEra + (month <= 2 ? 1 : 0)
    }
}

extension CalendarDay: CustomStringConvertible {
    /// The day as ISO 8601 writes it.
    public var description: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    private func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number.magnitude)
        let zeros = String(repeating: "0", count: max(0, width - digits.count))
        return (number < 0 ? "-" : "") + zeros + digits
    }
}
