// Whether a file ends in the middle of its last number.

/// Looks at the last line of a file that does not end in a newline.
///
/// Such a file is legal, and most often whole. But a copy that stopped inside the last field leaves
/// a shorter number there, and only its neighbours can tell:
/// - a time before all others that more digits would put among or soon after them: seconds since
///   1970 have had nine or ten digits since 1973, so a time that is cut falls back by decades;
/// - a rating with fewer decimals than every other, where all others have the same number of them.
///
/// A shorter id is an id like any other, so logs that end in one cannot be judged.
struct CutLastLine {
    /// 1973-03-03: later instants have nine digits or more.
    private static let firstOfNineDigits: Int64 = 100_000_000
    /// Ratings that are compared with the last one.
    private static let sampledLines = 1_000

    let file: SourceFile
    let schema: RowSchema

    /// Refuses a file whose last number was cut for certain.
    ///
    /// - Throws: ``DataError/damagedLine(file:line:expected:found:)``.
    func check(_ columns: RowColumns) throws(DataError) {
        guard !file.endsInNewline, let role = schema.fields.last else { return }
        switch role {
        case .timestamp: try check(times: columns.timestamps)
        case .rating: try checkDecimals()
        case .user, .item, .ignored: return
        }
    }

    private func check(times: [Int64]) throws(DataError) {
        guard let last = times.last, let earliest = times.dropLast().min(),
            let latest = times.dropLast().max(), earliest >= Self.firstOfNineDigits,
            last < earliest, last > 0
        else { return }
        // All numbers that begin like the last one and have as many digits more. The last line of a
        // log in order of time lies behind the others, but not twice as far from 1970.
        var (low, high) = (last, last)
        while low <= 2 * latest {
            if high >= earliest { throw damage("a time like those of the other lines") }
            (low, high) = (low * 10, high * 10 + 9)
        }
    }

    private func checkDecimals() throws(DataError) {
        let start = file.startOfLastLine
        guard let last = decimals(at: start) else { return }
        let others = file.lineOffsets(limit: Self.sampledLines).dropFirst(schema.headerLines)
            .filter { $0 < start }.map(decimals)
        guard let usual = others.first, let usual, last < usual,
            others.allSatisfy({ $0 == usual })
        else { return }
        throw damage("a rating with as many decimals as the other lines have")
    }

    /// Digits behind the point of the last field of a line.
    private func decimals(at line: Int) -> Int? {
        guard let field = file.fields(at: line, schema.dialect)?.last else { return nil }
        return field.firstIndex(of: ".").map { field[$0...].count - 1 } ?? 0
    }

    private func damage(_ expected: String) -> DataError {
        let start = file.startOfLastLine
        let found = file.fields(at: start, schema.dialect)?.last ?? ""
        return file.damage(
            at: start, expected: expected,
            found: "\(SourceFile.quoted(found)) at the end of a file without a final newline,"
                + " as if it had been cut")
    }
}

extension SourceFile {
    /// Whether the file itself has a newline at its end.
    var endsInNewline: Bool { bytes.dropLast().last == .newline }

    /// Offset of the last line of a file that does not end in a newline.
    var startOfLastLine: Int {
        max(start, bytes.dropLast().lastIndex(of: .newline).map { $0 + 1 } ?? 0)
    }
}
