// Cuts a log at instants that are the same for all users.

extension Interactions {
    /// Divides the log at two instants, so that about the last share of all rows is the test.
    ///
    /// This is the honest default: no training row is later than any test row, of any user. The
    /// log is sorted by time first. A cut falls on the instant of the row at the exact share, and
    /// all rows of that instant go to the later side; simultaneous rows are never separated, so
    /// sides can be larger than their share.
    ///
    /// - Parameters:
    ///   - valid: Share of rows for validation; 0 for none.
    ///   - test: Share of rows for the test.
    /// - Returns: The split of the sorted log.
    /// - Throws: ``SplitError`` without timestamps, for bad shares, or when a side would be empty;
    ///   `Interrupted` when the user asks to stop.
    public func splitByTime(valid: Double = 0.1, test: Double = 0.1) throws -> Split {
        let shares = try Shares(valid: valid, test: test)
        let (sorted, times) = try timeline()
        let (validRows, testRows) = shares.counts(of: count)
        guard testRows > 0 else { throw SplitError.emptySide(.test) }
        let testFrom = times[count - testRows]
        let validFrom = times[count - testRows - validRows]
        if valid == 0 { return try sorted.cut(times, validFrom: nil, testFrom: testFrom) }
        guard validFrom < testFrom else { throw SplitError.emptySide(.valid) }
        return try sorted.cut(times, validFrom: validFrom, testFrom: testFrom)
    }

    /// Divides the log at given instants, in seconds since 1970.
    ///
    /// - Parameters:
    ///   - validFrom: First instant of validation; `nil` for no validation.
    ///   - testFrom: First instant of the test.
    /// - Returns: The split of the sorted log.
    /// - Throws: ``SplitError`` without timestamps, for instants out of order, or when a side would
    ///   be empty; `Interrupted` when the user asks to stop.
    public func splitByTime(validFrom: Int64? = nil, testFrom: Int64) throws -> Split {
        if let validFrom, validFrom >= testFrom {
            throw SplitError.badInstants(valid: validFrom, test: testFrom)
        }
        let (sorted, times) = try timeline()
        return try sorted.cut(times, validFrom: validFrom, testFrom: testFrom)
    }

    private func timeline() throws -> (log: Interactions, times: [Int64]) {
        guard timestamps != nil else {
            throw SplitError.missingColumn("timestamps", split: "a split by time")
        }
        let sorted = try sortedByTime()
        return (sorted, sorted.timestamps ?? [])
    }

    private func cut(
        _ times: [Int64], validFrom: Int64?, testFrom: Int64
    ) throws(SplitError) -> Split {
        let roles = times.map { time -> Part.Role? in
            if time >= testFrom { return .test }
            return time >= validFrom ?? .max ? .valid : .train
        }
        func name(_ instant: Int64) -> String {
            "\(CalendarDay(secondsSince1970: instant)) (\(instant))"
        }
        let rule =
            "by time, one instant for all users: "
            + (validFrom.map { "valid from \(name($0)), " } ?? "") + "test from \(name(testFrom))"
        return try Split(of: self, roles, rule: rule, hasValid: validFrom != nil)
    }
}
