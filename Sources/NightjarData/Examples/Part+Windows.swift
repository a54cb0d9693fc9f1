// Cuts one example from each row of a side.

extension Part {
    /// One next-item example for each row of this side, in the order of the rows.
    ///
    /// The history holds the user's earlier rows in the order of the log: training examples see
    /// training rows, validation examples also validation rows, test examples all of them. So a test
    /// history contains earlier test items of its user, as when a system has seen what it asked
    /// about before.
    ///
    /// - Parameters:
    ///   - length: Items of history plus the target; 50 gives 49 items of history.
    ///   - minHistory: Examples before which the user has fewer visible rows are left out.
    /// - Returns: The examples; none when no row has enough history.
    /// - Throws: ``ExamplesError/badLength(option:value:minimum:)`` for a length below 2 or a
    ///   negative minimum.
    public func windows(
        length: Int, minHistory: Int = 0
    ) throws(ExamplesError) -> Examples {
        guard length >= 2 else { throw .badLength(option: "length", value: length, minimum: 2) }
        guard minHistory >= 0 else {
            throw .badLength(option: "minHistory", value: minHistory, minimum: 0)
        }
        var starts: [Int32] = []
        var ends: [Int32] = []
        starts.reserveCapacity(count)
        ends.reserveCapacity(count)
        let stream = UserStream(of: log, where: sees) { row, first, position in
            guard roles[row] == role, position - first >= minHistory else { return }
            starts.append(Int32(max(first, position - (length - 1))))
            ends.append(Int32(position))
        }
        let slices = StreamSlices(
            log: log, roles: [role], stream: stream, starts: starts, ends: ends)
        return Examples(slices, historyLength: length - 1)
    }
}
