// One side of a split.

/// One side of a split: some rows of a log that stays whole.
///
/// Rows of the other sides stay in ``log`` because a history may reach back into them: see
/// ``windows(length:minHistory:)``.
public struct Part: Sendable {
    /// What a side is for; later cases may look at rows of earlier ones, never the other way round.
    public enum Role: String, Sendable, CaseIterable {
        /// Rows that models learn from.
        case train
        /// Rows that choices are made on.
        case valid
        /// Rows that results are reported on.
        case test
    }

    /// The whole log, in the order in which histories are read.
    public let log: Interactions
    /// The rows (from 0) of this side, ascending.
    public let rows: [Int32]
    /// What this side is for.
    public let role: Role
    /// The side of every row of ``log``; `nil` for rows that belong to none.
    let roles: [Role?]

    /// Number of rows.
    public var count: Int { rows.count }

    init(_ log: Interactions, _ roles: [Role?], role: Role) {
        self.log = log
        self.roles = roles
        self.role = role
        rows = (0..<Int32(roles.count)).filter { roles[Int($0)] == role }
    }

    /// This side alone as a log, its rows numbered anew.
    public func interactions() -> Interactions { log.picking(rows) }

    /// This side as if the given rows (from 0) had never happened.
    ///
    /// They are no examples any more, and they are gone from the histories of later ones. Rows of
    /// other sides may be named too: they vanish from the histories that this side reads. Rows keep
    /// their numbers. To drop examples only, use ``Examples/without(_:)``.
    ///
    /// - Throws: ``SplitError/rowOutOfRange(row:count:)``.
    public func without(rows dropped: [Int32]) throws(SplitError) -> Part {
        Part(log, try roles.dropping(dropped), role: role)
    }

    /// Whether a history that belongs to this side may contain `row`.
    func sees(_ row: Int) -> Bool {
        guard let other = roles[row] else { return false }
        return other == role || other.isBefore(role)
    }
}

extension Part.Role {
    /// Whether rows of this role come before rows of `other` in the course of an experiment.
    func isBefore(_ other: Part.Role) -> Bool {
        switch (self, other) {
        case (.train, .valid), (.train, .test), (.valid, .test): true
        default: false
        }
    }
}

extension [Part.Role?] {
    /// The same sides without the given rows.
    func dropping(_ rows: [Int32]) throws(SplitError) -> Self {
        var left = self
        for row in rows {
            guard left.indices.contains(Int(row)) else {
                throw .rowOutOfRange(row: Int(row), count: count)
            }
            left[Int(row)] = nil
        }
        return left
    }
}

extension Part: CustomStringConvertible {
    /// One line, such as `test of ml-100k: 9596 rows`.
    public var description: String { "\(role.rawValue) of \(log.name): \(count) rows" }
}
