// How a report of a long computation reads.

import NightjarRuntime

/// Renders reports: `epoch 7/20  loss 5.912  valid mrr 0.0612  24 800 ex/s  eta 0:47`.
public enum ProgressText {
    /// The report in one line of at most `width` characters.
    public static func line(_ report: ProgressReport, width: Int = .max) -> String {
        var parts = [report.task]
        if report.total > 0, report.done < report.total, report.done >= 0 {
            parts.append("\(Int(100 * report.done / report.total))%")
        }
        parts += report.figures.map { "\($0.name) \(figure($0.value))" }
        if report.total <= 0, report.done > 0 {
            parts.append(quantity(report.done, report.unit))
        }
        if report.rate > 0, report.rate.isFinite {
            parts.append(quantity(report.rate, report.unit) + "/s")
        }
        if report.secondsLeft >= 1, report.secondsLeft.isFinite {
            parts.append("eta \(duration(report.secondsLeft))")
        }
        let line = parts.joined(separator: "  ")
        return line.count <= width ? line : line.prefix(max(0, width - 1)) + "…"
    }

    /// A key figure with the digits that change from report to report, and not many more.
    static func figure(_ value: Double) -> String {
        let size = abs(value)
        guard value.isFinite, size == 0 || (size >= 1e-3 && size < 1e6) else {
            return scientific(value)
        }
        return decimals(value, size >= 100 ? 1 : size >= 1 ? 3 : 4)
    }

    /// A count with its unit; bytes in larger units.
    static func quantity(_ value: Double, _ unit: String) -> String {
        guard unit == "B" else {
            let number = value >= 100 ? grouped(value) : decimals(value, value >= 10 ? 1 : 2)
            return "\(number) \(unit)"
        }
        for (size, name) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where value >= size {
            return "\(decimals(value / size, 1)) \(name)"
        }
        return "\(grouped(value)) B"
    }

    /// Minutes and seconds, or hours, minutes and seconds.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(), 359_999_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let tail = padded(rest, 2)
        return hours > 0 ? "\(hours):\(padded(minutes, 2)):\(tail)" : "\(minutes):\(tail)"
    }

    /// A whole number with a space between thousands.
    private static func grouped(_ value: Double) -> String {
        guard value < 1e15 else { return scientific(value) }
        let digits = String(Int(value.rounded()))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return text
    }

    /// A number of moderate size with fixed decimals.
    private static func decimals(_ value: Double, _ places: Int) -> String {
        let scale = [1, 10, 100, 1_000, 10_000][places]
        guard abs(value) < 1e10 else { return scientific(value) }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / scale).\(padded(scaled % scale, places))"
    }

    /// Three digits and a power of ten.
    private static func scientific(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        var exponent = 0
        var mantissa = abs(value)
        while mantissa >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(value < 0 ? "-" : "")\(decimals(mantissa, 2))e\(exponent)"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
