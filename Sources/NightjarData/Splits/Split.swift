// A log divided into what models learn from, what choices are made on, and what is reported.

/// A log divided into three sides, with the words that say how.
public struct Split: Sendable {
    /// What models learn from.
    public let train: Part
    /// What choices are made on; without rows when no validation was asked for.
    public let valid: Part
    /// What results are reported on.
    public let test: Part
    /// How the log was divided, in one line to print with every result.
    public let protocolLine: String
    /// What a reader must know before believing a result of this split, worst first.
    public let warnings: [String]
    private let rule: String
    private let ruleWarnings: [String]

    /// The log that the rows of all sides belong to, in the order of the split.
    public var log: Interactions { train.log }

    /// Divides a log into rows that are given, such as the published files of a data set.
    ///
    /// Rows that are on no side belong to no example and to no history.
    ///
    /// - Parameters:
    ///   - log: The log, in the order in which histories are to be read.
    ///   - train: Rows, from 0, to learn from.
    ///   - valid: Rows to choose on; may be empty.
    ///   - test: Rows to report on.
    ///   - rule: How the rows were chosen, for ``protocolLine``.
    /// - Throws: ``SplitError`` for an empty side, or a row that is outside the log or given twice.
    public init(
        of log: Interactions, train: [Int32], valid: [Int32] = [], test: [Int32],
        rule: String = "given rows"
    ) throws(SplitError) {
        var roles = [Part.Role?](repeating: nil, count: log.count)
        for (role, rows) in [(Part.Role.train, train), (.valid, valid), (.test, test)] {
            for row in rows.lazy.map(Int.init) {
                guard roles.indices.contains(row) else {
                    throw .rowOutOfRange(row: row, count: log.count)
                }
                guard roles[row] == nil || roles[row] == role else {
                    throw .rowOnTwoSides(row: row)
                }
                roles[row] = role
            }
        }
        try self.init(of: log, roles, rule: rule, hasValid: !valid.isEmpty)
    }

    /// Divides a log by the side of each row; an empty validation side may be wanted.
    ///
    /// - Throws: ``SplitError/emptySide(_:)``.
    init(
        of log: Interactions, _ roles: [Part.Role?], rule: String, hasValid: Bool,
        warnings: [String] = []
    ) throws(SplitError) {
        train = Part(log, roles, role: .train)
        valid = Part(log, roles, role: .valid)
        test = Part(log, roles, role: .test)
        if train.rows.isEmpty { throw .emptySide(.train) }
        if valid.rows.isEmpty, hasValid { throw .emptySide(.valid) }
        if test.rows.isEmpty { throw .emptySide(.test) }
        let unused = log.count - train.count - valid.count - test.count
        protocolLine =
            "\(rule); train \(train.count), valid \(valid.count), test \(test.count) rows"
            + (unused > 0 ? ", \(unused) unused" : "")
        self.rule = rule
        ruleWarnings = warnings
        self.warnings = Leakage(train: train, test: test).warnings + warnings
    }

    /// The split as if the given rows (from 0) had never happened, on any side.
    ///
    /// Rows keep their numbers, so they can be compared with those of the split before. Unlike
    /// dropping examples, this takes the interactions out of every history too.
    ///
    /// - Throws: ``SplitError`` for a row outside the log or when a side would be empty.
    public func without(rows: [Int32]) throws(SplitError) -> Split {
        let left = try train.roles.dropping(rows)
        let dropped = zip(train.roles, left).count { $0 != $1 }
        return try Split(
            of: log, left, rule: "\(rule), \(dropped) rows dropped",
            hasValid: !valid.rows.isEmpty, warnings: ruleWarnings)
    }
}

extension Split: CustomStringConvertible {
    /// The protocol line.
    public var description: String { protocolLine }
}
