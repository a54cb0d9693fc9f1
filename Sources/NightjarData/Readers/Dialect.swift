// How lines are cut into fields.

/// What separates the fields of a line, and whether fields may stand in quotes.
struct Dialect: Sendable, Equatable {
    /// One or two ASCII characters.
    let separator: String
    /// Whether `"a, ""b"""` is one field, as in CSV.
    ///
    /// A quoted field ends on its line.
    let isQuoted: Bool

    static let tabs = Dialect(separator: "\t", isQuoted: false)
    static let pipes = Dialect(separator: "|", isQuoted: false)
    static let doubleColons = Dialect(separator: "::", isQuoted: false)
    static let spaces = Dialect(separator: " ", isQuoted: false)
    static let commas = Dialect(separator: ",", isQuoted: true)

    /// The separator as an error message shows it.
    var name: String {
        switch separator {
        case "\t": "tabs"
        case " ": "spaces"
        default: "'\(separator)'"
        }
    }
}

extension Dialect {
    /// A dialect with the separator that a user asked for; all but tabs and spaces may quote.
    ///
    /// - Throws: ``DataError/unrecognised(path:reason:)`` for anything but one or two printable
    ///   ASCII characters or a tab.
    init(asked separator: String, for path: String) throws(DataError) {
        let isUsable = separator.utf8.allSatisfy {
            $0 == UInt8(ascii: "\t") || (32..<127) ~= $0 && $0 != .quote
        }
        guard (1...2).contains(separator.utf8.count), isUsable else {
            throw .unrecognised(
                path: path,
                reason:
                    "cannot be cut at '\(separator)': a separator is one or two ASCII characters"
                    + " other than a quote")
        }
        self.init(separator: separator, isQuoted: separator != " ")
    }
}
