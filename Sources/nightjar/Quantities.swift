// Amounts on the command line, with the units that people write.

import ArgumentParser

/// An amount of memory: `512M`, `2G`, or a number of MiB.
struct MemoryAmount: ExpressibleByArgument {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let units = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        guard let bytes = Quantity(argument, units: units, plain: 1 << 20).value else { return nil }
        self.bytes = bytes
    }

    var defaultValueDescription: String { "\(bytes >> 20)M" }
}

/// An amount of time: `90s`, `10m`, `2h`, or a number of seconds.
struct TimeAmount: ExpressibleByArgument {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        // In thousandths, so that half a second can be said.
        let units = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
        guard let value = Quantity(argument, units: units, plain: 1000).value else { return nil }
        seconds = Double(value) / 1000
    }
}

/// A count: `500000`, `200k`, `5M`, `10G`.
struct CountAmount: ExpressibleByArgument {
    let count: Int

    init(_ count: Int) { self.count = count }

    init?(argument: String) {
        let units = ["k": 1000, "M": 1_000_000, "G": 1_000_000_000]
        guard let count = Quantity(argument, units: units, plain: 1).value else { return nil }
        self.count = count
    }
}

/// Reads a number with a unit behind it.
private struct Quantity {
    /// In the smallest unit; nothing for what is no amount.
    let value: Int?

    init(_ text: String, units: [String: Int], plain: Int) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = String(text.dropFirst(digits.count))
        let size = unit.isEmpty ? plain : units[unit] ?? units[unit.uppercased()]
        guard let number = Double(digits), let size else {
            value = nil
            return
        }
        value = Int(exactly: (number * Double(size)).rounded())
    }
}
