// Numbers and texts out of bytes, one field after another.

/// Where the text of a field lies in its file.
struct FieldRange: Sendable {
    /// Offset of the first byte, after an opening quote.
    var start: Int
    /// Number of bytes, without quotes.
    var count: Int
    /// Whether doubled quotes inside stand for one.
    var hasDoubledQuotes: Bool
}

/// Reads the fields of lines from a position in the bytes of a ``SourceFile``.
///
/// No bound is checked on the way: every loop stops at a newline, and the bytes end in one. A
/// method that returns `nil` or `false` leaves the position somewhere in the same line.
struct FieldScanner {
    private(set) var position: UnsafePointer<UInt8>
    private let base: UnsafePointer<UInt8>
    private let separator: UInt8
    private let secondSeparator: UInt8?
    private let isQuoted: Bool

    /// A scanner at `offset` of bytes whose last one is a newline.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int, _ dialect: Dialect) {
        guard let base = bytes.baseAddress, bytes.last == .newline, bytes.indices ~= offset,
            let separator = dialect.separator.utf8.first
        else { return nil }
        self.base = base
        self.separator = separator
        position = base + offset
        secondSeparator = dialect.separator.utf8.dropFirst().first
        isQuoted = dialect.isQuoted
    }

    /// Offset of the next byte.
    var offset: Int { position - base }

    /// Whether the line ends here.
    var isAtLineEnd: Bool {
        position.pointee == .newline
            || (position.pointee == .carriageReturn && position[1] == .newline)
    }

    /// Goes past a separator.
    @inline(__always)
    mutating func skipSeparator() -> Bool {
        guard position.pointee == separator else { return false }
        guard let secondSeparator else {
            position += 1
            return true
        }
        guard position[1] == secondSeparator else { return false }
        position += 2
        return true
    }

    /// Goes past the end of the line; the scanner must not be used behind the last one.
    @inline(__always)
    mutating func skipLineEnd() -> Bool {
        if position.pointee == .carriageReturn { position += 1 }
        guard position.pointee == .newline else { return false }
        position += 1
        return true
    }

    /// Goes past one quote, if fields may stand in quotes and one is here.
    @inline(__always)
    mutating func skipQuote() -> Bool {
        guard isQuoted, position.pointee == .quote else { return false }
        position += 1
        return true
    }

    /// Reads `0`, or digits that start with another one, up to the largest `Int32`.
    @inline(__always)
    mutating func id() -> Int32? {
        let start = position
        guard let value = digits(), position - start <= 10, value <= Int64(Int32.max),
            start.pointee != .digitZero || position - start == 1
        else { return nil }
        return Int32(truncatingIfNeeded: value)
    }

    /// Reads a finite decimal number, rounded once to single precision.
    @inline(__always)
    mutating func rating() -> Float? {
        let start = position
        let isNegative = position.pointee == UInt8(ascii: "-")
        if isNegative { position += 1 }
        if var mantissa = digits(), mantissa < 1 << 24 {
            var decimals = 0
            if position.pointee == UInt8(ascii: ".") {
                position += 1
                let fraction = position
                while let digit = digit(), position - fraction < 7 {
                    mantissa = mantissa * 10 + Int64(digit)
                    position += 1
                }
                decimals = position - fraction
            }
            // Both numbers are exact in single precision, so the quotient is rounded once.
            if mantissa < 1 << 24, !continuesNumber() {
                let value = Float(mantissa) / Self.powersOfTen[decimals]
                return isNegative ? -value : value
            }
        }
        position = start
        return number().flatMap { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads an instant in seconds since 1970, up to year 9999; fractions are rounded down.
    @inline(__always)
    mutating func instant(in unit: TimeUnit) -> Int64? {
        let start = position
        let isNegative = position.pointee == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var value: Int64
        if let whole = digits(), !continuesNumber() {
            value = isNegative ? -whole : whole
        } else {
            position = start
            guard let real = number().flatMap({ Double($0) }), abs(real) < 1e18 else { return nil }
            value = Int64(real.rounded(.down))
        }
        if unit == .milliseconds {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: 1000)
            value = rest < 0 ? quotient - 1 : quotient
        }
        return abs(value) <= Self.endOfYear9999 ? value : nil
    }

    /// Goes to the end of the field and returns where its text lies; `nil` for a quote left open.
    mutating func text() -> FieldRange? {
        if skipQuote() { return quotedText() }
        let start = offset
        while !isAtLineEnd {
            if position.pointee == separator,
                secondSeparator == nil || position[1] == secondSeparator
            {
                break
            }
            position += 1
        }
        return FieldRange(start: start, count: offset - start, hasDoubledQuotes: false)
    }

    private mutating func quotedText() -> FieldRange? {
        var range = FieldRange(start: offset, count: 0, hasDoubledQuotes: false)
        while position.pointee != .newline {
            if position.pointee == .quote {
                guard position[1] == .quote else {
                    range.count = offset - range.start
                    position += 1
                    return range
                }
                range.hasDoubledQuotes = true
                position += 1
            }
            position += 1
        }
        return nil
    }

    private static let endOfYear9999: Int64 = 253_402_300_799
    private static let powersOfTen: [Float] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]

    @inline(__always)
    private func digit() -> UInt8? {
        let digit = position.pointee &- .digitZero
        return digit < 10 ? digit : nil
    }

    /// Reads 1 to 10 … 18 digits; `nil` for none and for more, which no column allows.
    @inline(__always)
    private mutating func digits() -> Int64? {
        let start = position
        var value: Int64 = 0
        while let digit = digit() {
            value = value &* 10 &+ Int64(digit)
            position += 1
        }
        return 1...18 ~= position - start ? value : nil
    }

    /// Whether the next byte belongs to the number before it.
    @inline(__always)
    private func continuesNumber() -> Bool {
        switch position.pointee {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Reads a decimal number of any length as text: digits, one point, an exponent, signs.
    private mutating func number() -> String? {
        let start = position
        while continuesNumber() || position.pointee == UInt8(ascii: "-")
            || position.pointee == UInt8(ascii: "+")
        {
            position += 1
        }
        // `Float` and `Double` refuse what is no number; only digits can reach them here.
        let count = position - start
        guard 1...400 ~= count else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
