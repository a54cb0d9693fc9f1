// What names and texts of runs may be.

import NightjarRuntime

/// Checks of names and texts, with MLflow's lengths.
enum RunText {
    private static let longestName = 250
    private static let longestParameter = 8000
    private static let longestTag = 5000

    /// Refuses a name that terminals, files or MLflow could not hold.
    ///
    /// - Throws: ``RunStoreError/badText(_:problem:)``.
    static func check(name: String, of kind: String) throws(RunStoreError) {
        let what = "\(kind) '\(name.shortened(to: 60))'"
        guard !name.isEmpty else {
            throw .badText("a \(kind) without a name", problem: "cannot be kept; give it one")
        }
        guard name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw .badText(
                "a \(kind)",
                problem: "has a line break or control character in its name; leave it out")
        }
        guard name.unicodeScalars.count <= longestName else {
            throw .badText(what, problem: "is longer than \(longestName) characters; shorten it")
        }
    }

    /// Refuses a parameter that is no name or too long.
    ///
    /// - Throws: ``RunStoreError/badText(_:problem:)``.
    static func check(parameter key: String, _ value: String) throws(RunStoreError) {
        try check(name: key, of: "parameter")
        try check(value, "parameter '\(key)'", most: longestParameter)
    }

    /// Refuses a tag that is no name or too long.
    ///
    /// - Throws: ``RunStoreError/badText(_:problem:)``.
    static func check(tag key: String, _ value: String) throws(RunStoreError) {
        try check(name: key, of: "tag")
        try check(value, "tag '\(key)'", most: longestTag)
    }

    private static func check(
        _ value: String, _ what: String, most: Int
    ) throws(RunStoreError) {
        guard value.utf8.count > most, value.unicodeScalars.count > most else { return }
        throw .badText(
            what, problem: "is longer than \(most) characters; keep it as a file with run:artifact")
    }
}
