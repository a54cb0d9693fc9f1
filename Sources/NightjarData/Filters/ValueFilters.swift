// Filters by what a row says: its rating and its time.

extension Interactions {
    /// The rows whose rating is at least `threshold`.
    ///
    /// - Throws: ``FilterError`` without ratings or when nothing is left.
    public func rated(atLeast threshold: Float) throws(FilterError) -> Interactions {
        let filter = "a rating threshold of \(threshold)"
        guard let ratings else { throw .missingColumn("ratings", filter: filter) }
        return try keeping(filter) { ratings[$0] >= threshold }
    }

    /// The rows from one instant (included) until another (excluded), in seconds since 1970.
    ///
    /// - Throws: ``FilterError`` without timestamps or when nothing is left.
    public func during(
        from start: Int64 = .min, until end: Int64 = .max
    ) throws(FilterError) -> Interactions {
        let filter = "a time range"
        guard let timestamps else { throw .missingColumn("timestamps", filter: filter) }
        return try keeping(filter) { timestamps[$0] >= start && timestamps[$0] < end }
    }
}
