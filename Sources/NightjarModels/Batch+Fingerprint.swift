// A number that tells one example of a batch from others by what is in it.

extension Batch {
    /// A hash (FNV-1a) of the items of one example, its target included and padding left out.
    ///
    /// What is drawn at random for an example is keyed by it, so that neither padding nor the other
    /// examples of a batch change it.
    func fingerprint(of example: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ id: Int32) {
            guard id > 0 else { return }
            hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x0000_0100_0000_01B3
        }
        for step in 0..<steps { add(ids[step * examples + example]) }
        if task == .nextItem { add(targets[example]) }
        return hash
    }
}
