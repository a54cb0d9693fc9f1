// The order of a log in time.

import NightjarRuntime

extension Interactions {
    /// Whether no row is earlier than the row before it; `false` without timestamps.
    public var isInTimeOrder: Bool {
        guard let timestamps else { return false }
        return zip(timestamps, timestamps.dropFirst()).allSatisfy(<=)
    }

    /// The log with its rows from the earliest to the latest; ties stay in their order.
    ///
    /// - Throws: ``FilterError/missingColumn(_:filter:)`` without timestamps, as the order of such a
    ///   log is the order of its source; `Interrupted` when the user asks to stop.
    public func sortedByTime() throws -> Interactions {
        guard let timestamps else {
            throw FilterError.missingColumn("timestamps", filter: "sorting by time")
        }
        if isInTimeOrder { return self }
        let order = try (0..<Int32(count)).sortedInterruptibly { left, right in
            let (earlier, later) = (timestamps[Int(left)], timestamps[Int(right)])
            return earlier == later ? left < right : earlier < later
        }
        return picking(order)
    }
}
