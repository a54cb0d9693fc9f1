// Text that has to fit a line.

extension String {
    /// The text, or as much of its beginning as `limit` characters hold with a `…` behind it.
    package func shortened(to limit: Int) -> String {
        // Counting stops at the limit: a text may be a whole file.
        guard let end = index(startIndex, offsetBy: max(0, limit), limitedBy: endIndex),
            end < endIndex
        else { return self }
        return limit < 1 ? "" : self[..<index(before: end)] + "…"
    }
}
