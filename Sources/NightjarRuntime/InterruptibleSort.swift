// Sorting of so many elements that the user may not want to wait for the end.

extension MutableCollection where Self: RandomAccessCollection {
    /// Sorts in place as `sort(by:)` does.
    ///
    /// - Throws: ``Interrupted`` when the user asked to stop; the elements are then in some order.
    @inlinable
    public mutating func sortInterruptibly(
        by precedes: (Element, Element) -> Bool
    ) throws(Interrupted) {
        do {
            try sort { left, right in
                try Interruption.check()
                return precedes(left, right)
            }
        } catch {
            // Nothing else is thrown above, but sorting forgets the type.
            throw Interrupted()
        }
    }
}

extension Sequence {
    /// The elements as `sorted(by:)` gives them.
    ///
    /// - Throws: ``Interrupted`` when the user asked to stop.
    @inlinable
    public func sortedInterruptibly(
        by precedes: (Element, Element) -> Bool
    ) throws(Interrupted) -> [Element] {
        var elements = Array(self)
        try elements.sortInterruptibly(by: precedes)
        return elements
    }
}
