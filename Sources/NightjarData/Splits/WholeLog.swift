// A log that is not divided.

extension Interactions {
    /// All rows as one training side, for work that reports nothing on held-out rows.
    public func whole() -> Part {
        Part(self, [Part.Role?](repeating: .train, count: count), role: .train)
    }
}
