// What identifies a set of examples or sequences in the record of a run.

import NightjarRuntime

extension Examples {
    /// SHA-256 of what a model learns from, as 64 hexadecimal digits.
    ///
    /// Sets with one digest have the same histories, targets and weights in the same order. The hash
    /// covers, in this order: the text `nightjar examples 1`, the number of examples, the length of
    /// histories, whether there are weights, the items that histories are cut from, where each
    /// example begins and ends in them, and the weights.
    ///
    /// - Complexity: O(examples + rows).
    public var digest: String { slices.digest("nightjar examples 1", length: historyLength) }
}

extension Sequences {
    /// SHA-256 of what a model learns from, as 64 hexadecimal digits.
    ///
    /// It is that of ``Examples/digest`` with the text `nightjar sequences 1` and the length of
    /// sequences.
    ///
    /// - Complexity: O(sequences + rows).
    public var digest: String { slices.digest("nightjar sequences 1", length: length) }
}

extension StreamSlices {
    fileprivate func digest(_ label: String, length: Int) -> String {
        var hash = SHA256()
        hash.update(label)
        hash.update(column: [Int64(count), Int64(length), weights == nil ? 0 : 1])
        hash.update(column: stream.items)
        hash.update(column: starts)
        hash.update(column: ends)
        if let weights { hash.update(column: weights.map(\.bitPattern)) }
        return hash.hexadecimal
    }
}
