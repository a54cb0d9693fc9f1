// What identifies a set of examples in the record of a run.

import Crypto

extension Examples {
    /// SHA-256 of what a model learns from, as 64 hexadecimal digits.
    ///
    /// Sets with one digest have the same histories, targets and weights in the same order. The hash
    /// covers, in this order: the text `nightjar examples 1`, the number of examples, the length of
    /// histories, whether there are weights, the items that histories are cut from, where each
    /// example begins and ends in them, and the weights.
    ///
    /// - Complexity: O(examples + rows).
    public var digest: String {
        var hash = SHA256()
        hash.update(data: Array("nightjar examples 1".utf8))
        hash.update(
            column: [Int64(count), Int64(historyLength), slices.weights == nil ? 0 : 1])
        hash.update(column: slices.stream.items)
        hash.update(column: slices.starts)
        hash.update(column: slices.ends)
        if let weights = slices.weights { hash.update(column: weights.map(\.bitPattern)) }
        return hash.finalize().hexadecimal
    }
}
