// Takes the very last row of every user.

import NightjarRuntime

/// Where leave-one-out takes a user's validation row from.
public enum LeaveOneOutValidation: Sendable, Equatable {
    /// No validation.
    case none
    /// The row before the test row.
    case previous
    /// Any row before the test row, drawn at random; training then knows rows after it.
    case random(seed: UInt64)
}

extension Interactions {
    /// Takes each user's last row for the test and one earlier row for validation.
    ///
    /// "Last" is in the order of the log, which is time only after ``sortedByTime()``. Users with too
    /// few rows to leave one for training (two rows, three with validation) stay in training whole.
    ///
    /// Training contains the future of other users, which can turn the order of models round (Ji et
    /// al., TOIS 2023): the split warns of it. ``splitByTime(valid:test:)`` does not have this fault.
    ///
    /// - Throws: ``SplitError/emptySide(_:)`` when no user has enough rows.
    public func splitLeavingOneOut(
        valid: LeaveOneOutValidation = .previous
    ) throws(SplitError) -> Split {
        let groups = rowsByUser()
        let needed = valid == .none ? 2 : 3
        var roles = [Part.Role?](repeating: .train, count: count)
        var whole = 0
        for user in 0..<userCount {
            let rows = groups[user + 1]
            guard rows.count >= needed, let last = rows.last else {
                whole += rows.isEmpty ? 0 : 1
                continue
            }
            roles[Int(last)] = .test
            if let row = valid.row(of: rows.dropLast(), user: user + 1) { roles[Int(row)] = .valid }
        }
        let rule =
            "leave one out: per user, the last row in \(orderName) order is test"
            + valid.words + (whole > 0 ? "; \(whole) users too short to test" : "")
        return try Split(
            of: self, roles, rule: rule, hasValid: valid != .none, warnings: userOrderWarnings)
    }
}

extension LeaveOneOutValidation {
    /// The row chosen among those before the test row.
    fileprivate func row(of earlier: ArraySlice<Int32>, user: Int) -> Int32? {
        switch self {
        case .none: return nil
        case .previous: return earlier.last
        case .random(let seed):
            var stream = RandomStream(seed: seed, "leave one out").split("user \(user)")
            return earlier[earlier.startIndex + stream.below(earlier.count)]
        }
    }

    fileprivate var words: String {
        switch self {
        case .none: ""
        case .previous: ", the one before it valid"
        case .random(let seed): ", a random earlier one valid (seed \(seed))"
        }
    }
}
