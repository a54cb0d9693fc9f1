// Examples at random, for controls.

import NightjarRuntime

extension Examples {
    /// Draws distinct examples at random, in the order drawn, from the stream `sample` of `seed`.
    ///
    /// A removal by score is judged against the removal of as many examples drawn like this.
    ///
    /// - Throws: ``ExamplesError/indexOutOfRange(index:count:)`` when there are fewer examples.
    public func sample(_ count: Int, seed: UInt64) throws(ExamplesError) -> [Int] {
        guard count >= 0, count <= self.count else {
            throw .indexOutOfRange(index: count - 1, count: self.count)
        }
        var stream = RandomStream(seed: seed, "sample")
        return Array(stream.permutation(self.count).prefix(count))
    }
}
