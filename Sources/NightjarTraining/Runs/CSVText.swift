// Comma-separated values.

import NightjarRuntime

/// Lines of comma-separated values as RFC 4180 quotes them, with line feeds.
struct CSVText {
    /// Adds a line to a file.
    ///
    /// - Throws: `FileError`.
    static func append(_ cells: [String], to file: inout DurableFile) throws(FileError) {
        try file.append(cells.map(quoted).joined(separator: ",") + "\n")
    }

    private static func quoted(_ cell: String) -> String {
        let isPlain = cell.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\n")
                && byte != UInt8(ascii: "\r")
        }
        guard !isPlain else { return cell }
        return "\""
            + cell.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// A figure with all its digits; NaN, inf and -inf as pandas and R read them.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return "\(value)"
    }
}
