// What can be wrong with data, in words that say what to do.

/// What can be wrong with an interaction log or its source.
///
/// Every description ends in the next step for the user.
public enum DataError: Error, Equatable, Sendable {
    /// Columns that belong together have different lengths.
    case columnLengths([Int])
    /// A user or item number lies outside its table; `row` counts from 0.
    case idOutOfRange(row: Int, id: Int, limit: Int)
    /// A line of a file is not what its format says; lines count from 1.
    case damagedLine(file: String, line: Int, expected: String, found: String)
    /// A file without a single row.
    case emptyFile(String)
    /// A file that is no text; `reason` says what it is and what to do.
    case notText(file: String, reason: String)
    /// A path that is a device, a socket or a folder where a file is needed.
    case notAFile(String)
    /// A folder or file that no reader recognises; `reason` says what was looked for.
    case unrecognised(path: String, reason: String)
    /// A table has no column for `role`; `columns` are those it has.
    case missingColumn(file: String, role: String, columns: [String], hint: String)
    /// A name that is no data set here; `hint` proposes a name or a command.
    case unknownDataSet(name: String, searched: [String], hint: String)
}

extension DataError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .columnLengths(let lengths):
            "columns have different lengths: \(lengths.map(String.init).joined(separator: ", "))."
                + " Give one value for each row."
        case .idOutOfRange(let row, let id, let limit):
            "row \(row + 1) names id \(id), but ids run from 1 to \(limit). Check how ids were made."
        case .damagedLine(let file, let line, let expected, let found):
            "'\(file)' line \(line): expected \(expected), found \(found)."
                + " Correct the line, or fetch or copy the file again."
        case .emptyFile(let file):
            "'\(file)' has no rows. Fetch or copy it again."
        case .notText(let file, let reason):
            "'\(file)' \(reason)."
        case .notAFile(let path):
            "'\(path)' is not a file. Give the path of a file with one interaction a line."
        case .unrecognised(let path, let reason):
            "'\(path)' \(reason). Choose one of the formats "
                + LogFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") + "."
        case .missingColumn(let file, let role, let columns, let hint):
            "'\(file)' has no column for the \(role)\(hint). Name one of its columns: "
                + columns.map { "'\($0)'" }.joined(separator: ", ") + "."
        case .unknownDataSet(let name, let searched, let hint):
            "no data set '\(name)' in "
                + (searched.isEmpty ? "any folder" : searched.joined(separator: ", ")) + ". \(hint)"
        }
    }
}
